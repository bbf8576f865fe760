import { describe, expect, it } from "vitest";
import { profileImage } from "../../src/image/profile.ts";
import type { FileFact, PackagesFact } from "../../src/model/layer-facts.ts";
import type { Image } from "../../src/model/oci.ts";
import {
  alpine,
  config,
  DEBIAN,
  file,
  fileSystem,
  link,
  muslLoader,
  type TestLayer,
} from "../support/file-system.ts";

const IMAGE: Image = { reference: "app", config: config(), layers: [] };
const NOTHING = { kind: "unknown", reason: "", chain: [] } as const;

function profile(...layers: TestLayer[]) {
  return profileImage(IMAGE, fileSystem(...layers), NOTHING, "stored-digest", []);
}
const plain = (...facts: FileFact[]) => file(facts, false);
const listed = (manager: PackagesFact["manager"], name: string, version: string) =>
  plain({ kind: "packages", manager, packages: [{ name, version }], total: 1 });

describe("distributions that carry musl", () => {
  it.each<[string, string, PackagesFact["manager"], string, string, string, string]>([
    ["Alpine", "lib/apk/db/installed", "apk", "musl", "1.2.2-r1", "lib/ld-musl-x86_64.so.1", "1.2.2"],
    [
      "apk-tools 3",
      "usr/lib/apk/db/installed",
      "apk",
      "musl",
      "1.2.5-r9",
      "usr/lib/ld-musl-x86_64.so.1",
      "1.2.5",
    ],
    [
      "Alpine 3.19",
      "lib/apk/db/installed",
      "apk",
      "musl",
      "1.2.4_git20230717-r4",
      "lib/ld-musl-x86_64.so.1",
      "1.2.4_git20230717",
    ],
    ["Void", "var/db/xbps/pkgdb-0.38.plist", "xbps", "musl", "1.1.24_20", "usr/lib/libc.so", "1.1.24"],
    [
      "Gentoo",
      "var/db/pkg/sys-libs/musl-1.2.2-r7/PF",
      "portage",
      "musl",
      "1.2.2-r7",
      "usr/lib/libc.so",
      "1.2.2",
    ],
    ["OpenWrt", "usr/lib/opkg/status", "opkg", "libc", "1.2.4-4", "lib/libc.so", "1.2.4"],
    ["OpenWrt with apk", "lib/apk/db/installed", "apk", "libc", "1.2.5-r4", "lib/libc.so", "1.2.5"],
    ["Debian", "var/lib/dpkg/status", "dpkg", "musl", "1.2.3-1", "lib/x86_64-linux-musl/libc.so", "1.2.3"],
  ])("%s", (_, database, manager, name, version, library, upstream) => {
    const entries = { [database]: listed(manager, name, version), [library]: muslLoader(upstream) };
    const { musl, diagnostics } = profile({ entries });
    expect(musl.package).toMatchObject({ value: version, path: `/${database}` });
    expect(musl.loader).toMatchObject({ value: upstream, path: `/${library}` });
    // Revisions are no disagreement.
    expect(diagnostics).toEqual([]);
  });

  it("says where loader and package disagree", () => {
    const entries = { "lib/apk/db/installed": listed("apk", "musl", "1.1.24-r10") };
    expect(profile(alpine(), { entries }).diagnostics).toMatchObject([
      { code: "musl-versions-disagree", weight: "notice" },
    ]);
  });

  it("does not see musl in apk alone: Wolfi has glibc", () => {
    const entries = {
      "lib/apk/db/installed": listed("apk", "glibc", "2.38-r10"),
      "etc/os-release": plain({ kind: "release", id: "wolfi", name: "Wolfi", version: "20230201" }),
    };
    const wolfi = profile(DEBIAN, { entries });
    expect(wolfi.musl).toEqual({ loader: undefined, package: undefined });
    expect(wolfi.glibc.package?.value).toBe("2.38-r10");
    expect(wolfi.distribution).toMatchObject({ id: "wolfi", name: "Wolfi", version: "20230201" });
  });

  it("believes the loader in its own place before copies elsewhere, and the topmost layer", () => {
    const copy = { "opt/sysroot/lib/ld-musl-x86_64.so.1": muslLoader("1.1.24") };
    const { musl } = profile(alpine("1.2.2"), { entries: copy });
    expect(musl.loader).toMatchObject({ value: "1.2.2", layer: { index: 0 } });
    const upgraded = profile(alpine("1.2.2"), {
      entries: { "lib/ld-musl-x86_64.so.1": muslLoader("1.2.5") },
    });
    expect(upgraded.musl.loader).toMatchObject({ value: "1.2.5", layer: { index: 1 } });
    const removed = profile(alpine("1.2.2"), { whiteouts: ["lib"] });
    expect(removed.musl.loader).toBeUndefined();
  });

  it("names the distribution by os-release, and Alpine's patch release by alpine-release", () => {
    const release = (id: string, version: string) => plain({ kind: "release", id, name: id, version });
    const of = (entries: Record<string, ReturnType<typeof file>>) => profile({ entries }).distribution;
    expect(of({ "etc/os-release": release("debian", "12") })).toMatchObject({ id: "debian", version: "12" });
    expect(
      of({ "etc/os-release": link("../usr/lib/os-release"), "usr/lib/os-release": release("void", "1") }),
    ).toMatchObject({ id: "void", path: "/usr/lib/os-release" });
    expect(
      of({ "etc/os-release": release("alpine", "3.13"), "etc/alpine-release": release("alpine", "3.13.12") }),
    ).toMatchObject({ version: "3.13.12" });
    expect(of({ "etc/alpine-release": release("alpine", "3.6.5") })).toMatchObject({
      id: "alpine",
      version: "3.6.5",
    });
    expect(of({})).toBeUndefined();
  });
});

describe("files that glibc reads and musl does not", () => {
  const text = (words: string) => plain({ kind: "text", text: words, truncated: false });
  it.each([
    ["hosts: files dns\n", undefined],
    ["# glibc\npasswd: files\nhosts:  files\tdns # usual\n", undefined],
    ["passwd: files\n", undefined],
    ["hosts: dns files\n", ["/etc/nsswitch.conf"]],
    ["hosts: files mdns4_minimal [NOTFOUND=return] dns\n", ["/etc/nsswitch.conf"]],
  ])("nsswitch.conf: %j", (words, expected) => {
    expect(profile({ entries: { "etc/nsswitch.conf": text(words) } }).glibcFiles).toEqual(expected);
  });

  it.each([
    ["# precedence ::ffff:0:0/96 100\n", undefined],
    ["precedence ::ffff:0:0/96  100\n", ["/etc/gai.conf"]],
  ])("gai.conf: %j", (words, expected) => {
    expect(profile({ entries: { "etc/gai.conf": text(words) } }).glibcFiles).toEqual(expected);
  });
});
