import { describe, expect, it } from "vitest";
import { estimateFromTag } from "../../src/judge/tag-estimate.ts";

describe("estimates from tags", () => {
  it.each([
    ["alpine:3.13", "alpine 3.13 musl"],
    ["alpine:3.13.5", "alpine 3.13 musl"],
    ["docker.io/library/alpine", "alpine ? musl"],
    ["alpine:edge", "alpine ? musl"],
    ["node:16-alpine3.13", "alpine 3.13 musl"],
    ["node:16-alpine", "alpine ? musl"],
    ["x/y:1-alpine-3.14", "alpine 3.14 musl"],
    ["registry:5000/a/php:8.0-fpm-alpine3.12@sha256:0f", "alpine 3.12 musl"],
    ["python:3.9-slim-bullseye", "debian 11 glibc"],
    ["debian:12-slim", "debian 12 glibc"],
    ["ubuntu:22.04", "ubuntu 22.04 glibc"],
    ["tomcat:9-jdk11-jammy", "ubuntu 22.04 glibc"],
    ["gcr.io/distroless/base-debian12:nonroot", "debian 12 glibc"],
    ["registry.access.redhat.com/ubi9/ubi-minimal", undefined],
    ["registry.access.redhat.com/ubi8", "rhel 8 glibc"],
    ["shop/api:1.0", undefined],
    ["x:constructor", undefined],
    ["x:alpinequest", undefined],
    ["", undefined],
  ])("%s: %s", (reference, expected) => {
    const said = estimateFromTag(reference);
    expect(said && `${said.distribution} ${said.version ?? "?"} ${said.libc}`).toBe(expected);
    if (said) expect(said.estimate).toBe(true);
  });
});
