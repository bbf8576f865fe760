import { estimateText } from "../../src/judge/tag-estimate.ts";
import { expect, it } from "vitest";

it.each([
  ["alpine:3.13", "its name says alpine 3.13, which resolves with musl 1.2.1 or newer"],
  ["node:16-alpine3.12", "its tag says alpine 3.12, which resolves with musl 1.2.0 or older"],
  ["node:22-alpine", "its tag says alpine, which resolves with musl, of 1.2.1 or newer unless it is old"],
  ["python:3.12-bookworm", "its tag says debian 12, which resolves with glibc"],
])("%s %s", (reference, words) => {
  expect(estimateText(reference)).toContain(words);
  expect(estimateText(reference)).toContain("an estimate, for nothing was read");
});

it("says nothing of a name that says nothing", () => {
  expect(estimateText("shop/api:1.0")).toBeUndefined();
});
