import compare from "semver/functions/compare.js";
import parseSemver from "semver/functions/parse.js";
import satisfies from "semver/functions/satisfies.js";
import { describe, expect, it } from "vitest";
import { apkUpstream, orderApk, parseApk } from "../../src/version/apk.ts";
import { orderCoreDns, parseCoreDns } from "../../src/version/coredns.ts";
import { gke, orderGke, parseGke } from "../../src/version/gke.ts";
import { orderMusl, parseMusl } from "../../src/version/musl.ts";
import { inRange, type Order } from "../../src/version/range.ts";

/** Every version is before all that follow it, and equal to itself. */
function ascending<T>(
  order: Order<T>,
  parse: (text: string) => T | undefined,
  versions: readonly string[],
): void {
  const parsed = versions.map((text) => {
    const version = parse(text);
    if (version === undefined) throw new Error(`not read: ${text}`);
    return version;
  });
  for (const [i, a] of parsed.entries()) {
    for (const [j, b] of parsed.entries()) {
      expect([versions[i], versions[j], Math.sign(order(a, b))]).toEqual([
        versions[i],
        versions[j],
        Math.sign(i - j),
      ]);
    }
  }
}

describe("musl", () => {
  it("puts snapshots after a release and pre-releases before it", () => {
    ascending(orderMusl, parseMusl, [
      "1.1.24",
      "1.2.0",
      "1.2.1_pre20200101",
      "1.2.1",
      "1.2.1_git20200804",
      "1.2.2",
      "1.2.4",
      "1.2.4_git20230717",
      "1.2.10",
    ]);
  });
  it.each(["", "1.2", "1.2.3-r4", "v1.2.3", "1.2.x", "127.0.0.1", "1.2.3_gitx"])(
    "does not take %j for one",
    (text) => {
      expect(parseMusl(text)).toBeUndefined();
    },
  );
});

describe("apk", () => {
  it("orders as apk-tools does", () => {
    ascending(orderApk, parseApk, [
      "1.1.24-r3",
      "1.1.24-r10",
      "1.2.2_pre7-r0",
      "1.2.2-r0",
      "1.2.2-r1",
      "1.2.3-r4",
      "1.2.3-r10",
      "1.2.4-r2",
      "1.2.4_git20230717-r4",
      "1.2.4_git20230718-r0",
      "1.2.4a-r0",
      "1.2.5-r0",
      "1.10-r0",
    ]);
  });
  it("gives the upstream part", () => {
    expect(apkUpstream(parseApk("1.2.4_git20230717-r4")!)).toBe("1.2.4_git20230717");
    expect(apkUpstream(parseApk("1.2.2-r1")!)).toBe("1.2.2");
  });
  it.each(["", "r1", "1.2-", "1..2", "1.2_foo", "1.2.3 "])("does not take %j for one", (text) => {
    expect(parseApk(text)).toBeUndefined();
  });
});

describe("GKE", () => {
  const exact = (text: string) => {
    const read = parseGke(text);
    return read.kind === "exact" ? read.version : undefined;
  };
  it("orders build numbers as numbers", () => {
    ascending(orderGke, exact, [
      "1.21.6-gke.1500",
      "1.22.6-gke.300",
      "v1.22.6-gke.1000",
      "1.22.7-gke.1500",
      "1.33.1-gke.1",
      "1.34.1-gke.3720000",
    ]);
  });
  it("knows the aliases, and what is not GKE's", () => {
    expect(parseGke("1.22")).toMatchObject({
      kind: "alias",
      from: gke(1, 22, 0, 0),
      below: gke(1, 23, 0, 0),
    });
    expect(parseGke("1.22.6")).toMatchObject({
      kind: "alias",
      from: gke(1, 22, 6, 0),
      below: gke(1, 22, 7, 0),
    });
    expect(parseGke("latest").kind).toBe("unknown");
    expect(parseGke("-").kind).toBe("unknown");
    expect(parseGke("1.28.300-gke.131").kind).toBe("not-gke");
    for (const text of ["seven", "1.22.6-eks.1", "1.22.6-gke", "1.22.6-gke.1000x", "1"]) {
      expect(parseGke(text).kind).toBe("malformed");
    }
  });
});

describe("CoreDNS", () => {
  it("orders its releases", () => {
    ascending(orderCoreDns, parseCoreDns, ["1.7.0", "v1.9.3", "1.10.0", "1.13.1"]);
    expect(parseCoreDns("1.9")).toBeUndefined();
  });
});

describe("versions that semver has no order for", () => {
  it("are GKE's: a build behind a hyphen is before the release to it, and in no range", () => {
    expect(compare("1.22.6-gke.300", "1.22.6-gke.1000")).toBe(-1);
    // GKE has no 1.22.6 without a build; as the alias of all its builds it begins before them.
    expect(compare("1.22.6-gke.1000", "1.22.6")).toBe(-1);
    const alias = parseGke("1.22.6");
    expect(alias.kind === "alias" && orderGke(gke(1, 22, 6, 1000), alias.from)).toBeGreaterThan(0);
    expect(satisfies("1.29.4-gke.1", ">=1.29.0")).toBe(false);
    const from = gke(1, 29, 0, 0);
    expect(inRange(orderGke, { from }, gke(1, 29, 4, 1))).toBe(true);
  });

  it("are apk's: revisions, suffixes behind an underscore and two numbers are not its grammar", () => {
    expect([parseSemver("1.2.4_git20230717-r4"), parseSemver("1.10-r0")]).toEqual([null, null]);
    // What it does read it turns around: a package of a release would be before the release, and r10 before r4.
    expect(compare("1.2.3-r10", "1.2.3-r4")).toBe(-1);
    expect(orderApk(parseApk("1.2.3-r10")!, parseApk("1.2.3-r4")!)).toBeGreaterThan(0);
  });
});

describe("ranges", () => {
  it("hold their start and not their end", () => {
    const numbers: Order<number> = (a, b) => a - b;
    expect([1, 2, 3, 4].map((n) => inRange(numbers, { from: 2, below: 4 }, n))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(inRange(numbers, {}, 7)).toBe(true);
  });
});
