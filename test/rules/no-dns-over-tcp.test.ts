import { expect, it } from "vitest";
import { noDnsOverTcp } from "../../src/rules/no-dns-over-tcp.ts";
import { headless } from "../support/headless.ts";
import { GLIBC, judged } from "../support/judged.ts";
import { onMusl } from "../support/profiles.ts";

it.each([
  ["1.1.16", "affected"],
  ["1.2.3", "affected"],
  ["1.2.4", undefined],
  ["1.2.5", undefined],
])("musl %s and 40 pods: %s", async (version, outcome) => {
  const [verdict] = await judged(noDnsOverTcp, headless({ replicas: 40 }), onMusl(version));
  expect(verdict?.outcome).toBe(outcome);
  if (outcome !== undefined) {
    expect(verdict?.except).toEqual(["11 of 40 addresses of db.shop"]);
    expect(verdict).toMatchObject({ level: "warning", at: { file: "front.yaml", line: 7 } });
  }
});

it.each([
  [{ replicas: 29 }, false],
  [{ replicas: 30 }, true],
  [{ replicas: 20, dual: true }, true],
  [{ replicas: 16, dual: true }, false],
  [{ replicas: 40, clusterIP: "10.0.0.5" }, false],
  [{ replicas: 40, labels: "{app: other}" }, false],
  [{ replicas: 40, host: "elsewhere.shop:5432" }, false],
  [{ replicas: 40, host: "db-0.db.shop:5432" }, false],
  [{ replicas: 40, host: "db.shop.svc:5432" }, true],
])("%j: %s", async (files, hit) => {
  expect(await judged(noDnsOverTcp, headless(files), onMusl("1.2.2"))).toHaveLength(hit ? 1 : 0);
});

it("has no say with glibc, and is not known where the image is not", async () => {
  expect(await judged(noDnsOverTcp, headless({ replicas: 40 }), GLIBC)).toEqual([]);
  const [verdict] = await judged(noDnsOverTcp, headless({ replicas: 40 }), "unread");
  expect(verdict?.outcome).toBe("unknown");
});

it("is mended by newer-alpine", async () => {
  const [before] = await judged(noDnsOverTcp, headless({ replicas: 40 }), onMusl("1.2.2"));
  expect(before?.remedies.map(({ id }) => id)).toEqual(["newer-alpine"]);
  expect(await judged(noDnsOverTcp, headless({ replicas: 40 }), onMusl("1.2.4"))).toEqual([]);
});
