import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { CORPUS, describeWith } from "../support/parts.ts";
import { profileOf } from "../support/sources.ts";

interface Expected {
  readonly alpine: string;
  readonly apk: string;
  readonly loader: string;
}

describeWith({ corpus: true }, "real root file systems", () => {
  const expected: Record<string, Expected> = JSON.parse(
    readFileSync(join(CORPUS, "alpine/expected.json"), "utf8"),
  );
  it.each(Object.entries(expected))("%s", async (file, { alpine, apk, loader }) => {
    const profile = await profileOf(join(CORPUS, "alpine", file));
    expect(profile.distribution).toMatchObject({ id: "alpine", name: "Alpine Linux", version: alpine });
    expect(profile.musl.loader).toMatchObject({
      value: loader,
      path: expect.stringMatching(/^\/lib\/ld-musl-\w+\.so\.1$/),
    });
    expect(profile.musl.package).toMatchObject({ value: apk, path: "/lib/apk/db/installed" });
    expect(profile.process).toMatchObject({ kind: "uses-musl", musl: { exact: loader } });
    expect(profile.diagnostics.filter(({ weight }) => weight === "gap")).toEqual([]);
  });
});
