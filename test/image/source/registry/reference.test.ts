import fc from "../../../support/property.ts";
import { describe, expect, it } from "vitest";
import { parseReference } from "../../../../src/image/source/registry/reference.ts";
import { MuslgateError } from "../../../../src/model/error.ts";

const HEX = "a".repeat(64);
const read = (text: string) => {
  const { registry, repository, tag, digest } = parseReference(text, text);
  return [registry, repository, tag, digest];
};

describe("parseReference", () => {
  it.each([
    ["alpine", ["docker.io", "library/alpine", "latest", undefined]],
    ["alpine:3.18", ["docker.io", "library/alpine", "3.18", undefined]],
    ["team/app", ["docker.io", "team/app", "latest", undefined]],
    ["docker.io/alpine", ["docker.io", "library/alpine", "latest", undefined]],
    ["index.docker.io/library/alpine:1", ["docker.io", "library/alpine", "1", undefined]],
    ["registry-1.docker.io/team/app", ["docker.io", "team/app", "latest", undefined]],
    ["ghcr.io/a/b/c:v1_2.3-x", ["ghcr.io", "a/b/c", "v1_2.3-x", undefined]],
    ["europe-west1-docker.pkg.dev/p/r/i:1", ["europe-west1-docker.pkg.dev", "p/r/i", "1", undefined]],
    ["localhost/app", ["localhost", "app", "latest", undefined]],
    ["localhost:5000/app:1", ["localhost:5000", "app", "1", undefined]],
    ["HOST.example/app", ["host.example", "app", "latest", undefined]],
    ["[::1]:5000/x:1", ["[::1]:5000", "x", "1", undefined]],
    ["[2001:db8::1]/x", ["[2001:db8::1]", "x", "latest", undefined]],
    [`alpine@sha256:${HEX}`, ["docker.io", "library/alpine", undefined, `sha256:${HEX}`]],
    [`reg.io:1/a/b:t@sha256:${HEX}`, ["reg.io:1", "a/b", "t", `sha256:${HEX}`]],
    ["a__b/c---d/e.f_g", ["docker.io", "a__b/c---d/e.f_g", "latest", undefined]],
  ])("reads %s", (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
  it.each([
    ["", "names no repository"],
    ["reg.io/", "names no repository"],
    ["Alpine", "upper-case"],
    ["a//b", "empty part"],
    ["/a", "empty part"],
    ["a/../b", "empty part"],
    ["a b", "empty part"],
    ["a___b", "empty part"],
    ["-a", "empty part"],
    ["a:b:c", "tag"],
    ["a:", "tag"],
    [`a:${"t".repeat(129)}`, "tag"],
    ["a@sha256:abc", "digest"],
    [`a@sha512:${HEX}${HEX}`, "digest"],
    [`a@sha256:${HEX.toUpperCase()}`, "digest"],
    ["https://reg.io/a", "address"],
    ["reg.io:70000/a", "host name"],
    ["reg.io:x/a", "host name"],
    ["[::zz]/a", "host name"],
    ["[::1/a", "host name"],
    ["-reg.io/a", "host name"],
    ["user@reg.io/a", "digest"],
    ["reg.io?x/a", "host name"],
    [HEX, "image ID"],
    [`reg.io/${"b".repeat(250)}`, "too long"],
    ["a\nb", "empty part"],
  ])("refuses %j and names it as written", (text, words) => {
    try {
      parseReference(text, `registry:${text}`);
    } catch (error) {
      expect(error).toBeInstanceOf(MuslgateError);
      const { code, message } = error as MuslgateError;
      expect(code).toBe("usage");
      expect(message).toContain(words);
      expect(message).toContain(JSON.stringify(`registry:${text}`.slice(0, 80)).slice(0, -1));
      return;
    }
    throw new Error("nothing was thrown");
  });
  it("gives an answer or a MuslgateError on anything, and an answer that is safe in an address", () => {
    const parts = fc.constantFrom(
      "a",
      "A",
      "0",
      ".",
      "-",
      "_",
      "/",
      ":",
      "@",
      "[",
      "]",
      "?",
      "#",
      "%",
      "\\",
      " ",
      "localhost",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(parts).map((list) => list.join("")),
        ),
        (text) => {
          try {
            const { registry, repository, tag } = parseReference(text, text);
            const url = new URL(`https://${registry}/v2/${repository}/manifests/${tag}`);
            expect(url.pathname).toBe(`/v2/${repository}/manifests/${tag}`);
            expect(url.username + url.search + url.hash).toBe("");
          } catch (error) {
            expect(error).toBeInstanceOf(MuslgateError);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
  it("refuses a hostile reference without trying all ways to read it", () => {
    for (const part of ["a", "a-", "a.", "a__", "a/", "-", "a:", "[", "."]) {
      for (const tail of ["!", "/!", ":!"]) {
        expect(() => parseReference(part.repeat(10_000) + tail, "x")).toThrow("it is too long");
        expect(() => parseReference(part.repeat(100) + tail, "x")).toThrow();
      }
    }
  });
});
