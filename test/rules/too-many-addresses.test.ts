import { expect, it } from "vitest";
import { tooManyAddresses } from "../../src/rules/too-many-addresses.ts";
import { headless } from "../support/headless.ts";
import { GLIBC, judged } from "../support/judged.ts";
import { onMusl } from "../support/profiles.ts";

it.each([
  [{ replicas: 48 }, undefined],
  [{ replicas: 49 }, "1 of 49 addresses of db.shop"],
  [{ replicas: 24, dual: true }, undefined],
  [{ replicas: 30, dual: true }, "12 of 60 addresses of db.shop"],
])("%j: %s", async (files, except) => {
  const [verdict] = await judged(tooManyAddresses, headless(files));
  expect(verdict?.except?.[0]).toBe(except);
  if (except !== undefined) expect(verdict?.level).toBe("warning");
});

it("tells that no IPv4 is left", async () => {
  const [verdict] = await judged(tooManyAddresses, headless({ replicas: 60, dual: true }));
  expect(verdict?.summary).toContain("none of them IPv4");
});

it("leaves older musl to another rule, and has no say with glibc", async () => {
  expect(await judged(tooManyAddresses, headless({ replicas: 60 }), onMusl("1.2.3"))).toEqual([]);
  expect(await judged(tooManyAddresses, headless({ replicas: 60 }), GLIBC)).toEqual([]);
});

it("is not known where the version may be either", async () => {
  const either = onMusl("", { musl: { because: "its size" } });
  expect((await judged(tooManyAddresses, headless({ replicas: 60 }), either))[0]?.outcome).toBe("unknown");
});
