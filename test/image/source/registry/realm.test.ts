import { describe, expect, it } from "vitest";
import { checkRealm, isLoopback, registrableDomain } from "../../../../src/image/source/registry/realm.ts";

const check = (
  api: string,
  realm: string,
  credentials = true,
  registry = new URL(api).host,
  trusted: string[] = [],
) => {
  try {
    const plainAllowed = (host: string) =>
      isLoopback(new URL(`http://${host}`).hostname) || host === "plain.lan";
    return checkRealm({ realm, registry, api: new URL(api), credentials, trusted, plainAllowed }).host;
  } catch (error) {
    return (error as Error).message;
  }
};

describe("isLoopback", () => {
  it.each(["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1", "[::1]"])(
    "%s is this machine",
    (host) => {
      expect(isLoopback(host)).toBe(true);
    },
  );
  it.each(["localhost.evil.example", "127.0.0.1.evil.example", "128.0.0.1", "[::2]", ""])(
    "%s is not",
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});

describe("registrableDomain", () => {
  it.each([
    ["registry.gitlab.com", "gitlab.com"],
    ["gitlab.com", "gitlab.com"],
    ["docker-auth.elastic.co", "elastic.co"],
    ["a.b.example.co.uk", "example.co.uk"],
    ["example.co.uk", "example.co.uk"],
    ["co.uk", "co.uk"],
    ["one.azurecr.io", "one.azurecr.io"],
    ["a.b.pkg.dev", "a.b.pkg.dev"],
    ["10.0.0.1", "10.0.0.1"],
    ["[::1]", "[::1]"],
    ["registry", "registry"],
    ["Example.COM.", "example.com"],
  ])("of %s is %s", (host, domain) => {
    expect(registrableDomain(host)).toBe(domain);
  });
});

describe("checkRealm", () => {
  it.each([
    ["https://registry-1.docker.io", "https://auth.docker.io/token", "auth.docker.io"],
    ["https://registry.gitlab.com", "https://gitlab.com/jwt/auth", "gitlab.com"],
    ["https://ghcr.io", "https://ghcr.io/token", "ghcr.io"],
    ["https://harbor.lan:8443", "https://harbor.lan:9443/service/token", "harbor.lan:9443"],
    ["https://one.azurecr.io", "https://one.azurecr.io/oauth2/token", "one.azurecr.io"],
    ["http://127.0.0.1:5000", "http://127.0.0.1:5001/token", "127.0.0.1:5001"],
    ["http://plain.lan", "http://plain.lan/token", "plain.lan"],
  ])("credentials of %s may go to %s", (api, realm, host) => {
    expect(check(api, realm)).toBe(host);
  });
  it.each([
    ["https://ghcr.io", "https://ghcr.io.evil.example/token"],
    ["https://ghcr.io", "https://evilghcr.io/token"],
    ["https://one.azurecr.io", "https://two.azurecr.io/oauth2/token"],
    ["https://a.co.uk", "https://b.co.uk/token"],
    ["https://10.0.0.1", "https://10.0.0.2/token"],
    ["https://registry", "https://evil/token"],
    ["https://ghcr.io", "https://auth.docker.io/token"],
  ])("credentials of %s do not go to %s, anonymous requests may", (api, realm) => {
    expect(check(api, realm)).toContain("another domain");
    expect(check(api, realm, false)).toBe(new URL(realm).host);
  });
  it.each([
    ["https://ghcr.io", "http://ghcr.io/token"],
    ["https://127.0.0.1", "http://127.0.0.1/token"],
    ["http://127.0.0.1", "http://192.0.2.1/token"],
    ["https://ghcr.io", "ftp://ghcr.io/token"],
    ["https://ghcr.io", "https://user:pass@ghcr.io/token"],
  ])("nothing of %s goes to %s", (api, realm) => {
    expect(check(api, realm)).toContain("not reached over TLS");
    expect(check(api, realm, false)).toContain("not reached over TLS");
  });
  it("lets a user trust further hosts, and knows Docker Hub's", () => {
    expect(check("https://a.example", "https://b.test/t", true, "a.example", ["b.test"])).toBe("b.test");
    expect(check("https://mirror.example", "https://auth.docker.io/t", true, "docker.io")).toBe(
      "auth.docker.io",
    );
  });
});
