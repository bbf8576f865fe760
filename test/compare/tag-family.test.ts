import { describe, expect, it } from "vitest";
import { tagFamily } from "../../src/compare/tag-family.ts";

describe("tagFamily", () => {
  it.each([
    ["shop/api:1.2.3", "shop/api:1.2.4"],
    ["shop/api:1.2.3", "shop/api:v2"],
    ["shop/api:1.2.3-slim", "shop/api:1.3.0-slim"],
    ["shop/api:slim", "shop/api:1.3.0-slim"],
    ["shop/api:1.2.3", "shop/api"],
    ["shop/api:latest", "shop/api:1.2.3"],
    ["shop/api:1.2.3", "shop/api:1.3.0-rc1"],
    ["shop/api:1.2.3", "shop/api:1.2.3rc2"],
    ["shop/api:main-3f2a1bc", "shop/api:main-90ab12c"],
    ["shop/api:sha-3f2a1bc", "shop/api:3f2a1bc90ab12c0000000000000000000000aaaa"],
    ["shop/api:20260101", "shop/api:20260102"],
    ["python:3.14-alpine3.20", "python:3.15-alpine"],
    ["redis:7-debian-11-r5", "redis:8-debian-12-r77"],
    [`shop/api:1@sha256:${"0".repeat(64)}`, `shop/api:2@sha256:${"1".repeat(64)}`],
    ["localhost:5000/api:1", "localhost:5000/api:2"],
    ["alpine:3.13", "alpine:3.20"],
  ])("%s and %s are builds of one kind", (one, other) => {
    expect(tagFamily(one)).toBe(tagFamily(other));
  });

  it.each([
    ["python:3.14-slim", "python:3.14-alpine"],
    ["python:3.14", "python:3.14-alpine"],
    ["python:3.14-bookworm", "python:3.14-trixie"],
    ["shop/api:main-1", "shop/api:dev-1"],
    ["python:3.9-alpine3.12", "python:3.9-alpine3.13"],
    ["python:3.9-alpine-3.12", "python:3.9-alpine-3.13"],
    ["alpine:3.12", "alpine:3.13"],
  ])("%s and %s are not", (one, other) => {
    expect(tagFamily(one)).not.toBe(tagFamily(other));
  });
});
