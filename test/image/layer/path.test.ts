import fc from "../../support/property.ts";
import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { cleanPath } from "../../../src/image/layer/path.ts";

describe("cleanPath", () => {
  it.each([
    ["./lib/ld-musl-x86_64.so.1", "lib/ld-musl-x86_64.so.1"],
    ["/etc/passwd", "etc/passwd"],
    ["a//b/./c/", "a/b/c"],
    ["../../etc/passwd", "etc/passwd"],
    ["a/../../b", "b"],
    [".", ""],
    ["./", ""],
    ["..data/x", "..data/x"],
    [".hidden/.x", ".hidden/.x"],
  ])("%s is %s", (name, clean) => {
    expect(cleanPath(name)).toBe(clean);
  });

  it("is what a root-confined path resolution gives, for any name", () => {
    const name = fc.array(fc.constantFrom("a", ".", "..", "", "/", "b.c", ".d"), { maxLength: 12 });
    fc.assert(
      fc.property(name, (parts) => {
        const text = parts.join("/");
        expect(cleanPath(text)).toBe(posix.normalize(`/${text}`).replace(/^\/+|\/+$/g, ""));
      }),
      { numRuns: 5_000 },
    );
  });
});
