import { describe, expect, it } from "vitest";
import { proxyFor } from "../../../../src/image/source/registry/proxy.ts";

const via = (url: string, env: Record<string, string>) => proxyFor(new URL(url), env)?.href;
const BOTH = { HTTPS_PROXY: "http://s:1", HTTP_PROXY: "http://p:2" };

describe("proxyFor", () => {
  it("goes by the scheme, in either case, with or without one of its own", () => {
    expect(via("https://a.example/", BOTH)).toBe("http://s:1/");
    expect(via("http://a.example/", BOTH)).toBe("http://p:2/");
    expect(via("https://a.example/", { https_proxy: "proxy.lan:8080" })).toBe("http://proxy.lan:8080/");
    expect(via("https://a.example/", { HTTP_PROXY: "http://p:2" })).toBeUndefined();
    expect(via("https://a.example/", { HTTPS_PROXY: "socks5://s:1" })).toBeUndefined();
    expect(via("https://a.example/", { HTTPS_PROXY: "" })).toBeUndefined();
  });
  it("never asks another for this machine", () => {
    for (const host of ["localhost", "127.0.0.1:5000", "[::1]:5000"])
      expect(via(`https://${host}/`, BOTH)).toBeUndefined();
  });
  it.each([
    ["*", true],
    ["example", true],
    ["a.example", true],
    ["A.Example", true],
    ["b.example, a.example", true],
    ["b.example a.example", true],
    [".example", true],
    ["*.example", true],
    ["xample", false],
    ["a.example:443", true],
    ["a.example:80", false],
    ["evil-a.example", false],
    [",", false],
  ])("NO_PROXY=%s: direct is %s", (list, direct) => {
    expect(via("https://a.example/", { ...BOTH, NO_PROXY: list }) === undefined).toBe(direct);
  });
  it("NO_PROXY takes IPv6 addresses with and without brackets", () => {
    expect(via("https://[2001:db8::1]/", { ...BOTH, no_proxy: "2001:db8::1" })).toBeUndefined();
    expect(via("https://[2001:db8::1]/", { ...BOTH, no_proxy: "[2001:db8::1]:443" })).toBeUndefined();
  });
});
