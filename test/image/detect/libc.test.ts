import { describe, expect, it } from "vitest";
import { libc } from "../../../src/image/detect/libc.ts";
import { detect } from "../../support/detect.ts";
import { makeElf } from "../../support/make-elf.ts";

const SELF = "musl libc (x86_64)\nVersion %s\n";
const PATH = "lib/ld-musl-x86_64.so.1";

function musl(...strings: string[]) {
  return detect(libc, PATH, makeElf({ soname: "libc.musl-x86_64.so.1", strings: [SELF, ...strings] }));
}

describe("libc", () => {
  it.each([["1.1.16"], ["1.2.2"], ["1.2.4_git20230717"], ["1.10.12"]])("reads musl %s", (version) => {
    expect(musl(version, "127.0.0.1", "0.0.0.0")).toEqual({ kind: "libc", libc: "musl", version });
  });

  it("takes no part of a longer number for the version", () => {
    expect(musl("127.0.0.1", "1.2.2")).toMatchObject({ version: "1.2.2" });
    expect(musl("127.0.0.1")).toEqual({ kind: "libc", libc: "musl" });
    expect(musl("0.1.2.3", "11.2.3")).toEqual({ kind: "libc", libc: "musl" });
    expect(musl("1.2.3-rc1", "1.2", "v1.2.3.4")).toEqual({ kind: "libc", libc: "musl" });
  });

  it("takes whatever byte stands before it, as on i386", () => {
    for (const before of ["\x40", "\x3f", "\xff", "a"]) {
      expect(musl(`${before}1.2.2`)).toMatchObject({ version: "1.2.2" });
    }
  });

  it("does not choose between two", () => {
    expect(musl("1.2.2", "1.2.3")).toEqual({ kind: "libc", libc: "musl" });
    expect(musl("1.2.2", "1.2.2")).toMatchObject({ version: "1.2.2" });
  });

  it.each([
    "lib/ld-musl-aarch64.so.1",
    "lib/ld-musl-armhf.so.1",
    "lib/libc.musl-armv7.so.1",
    "lib/libc.so",
    "usr/lib/libc.so",
    "lib/x86_64-linux-musl/libc.so",
    "opt/sysroot/lib/ld-musl-x86_64.so.1",
  ])("knows musl at %s", (path) => {
    expect(detect(libc, path, makeElf({ strings: [SELF, "1.2.2"] }))).toMatchObject({ libc: "musl" });
  });

  it("knows musl by its SONAME, and nothing by its path", () => {
    expect(detect(libc, PATH, makeElf({ soname: "libc.musl-x86_64.so.1", strings: ["1.2.2"] }))).toEqual({
      kind: "libc",
      libc: "musl",
      version: "1.2.2",
    });
    expect(detect(libc, PATH, makeElf({ soname: "libc.so", strings: ["1.2.2"] }))).toBeUndefined();
    expect(detect(libc, PATH, `${SELF}\x001.2.2\x00`)).toBeUndefined();
    expect(
      detect(libc, "usr/lib/libc.so", "/* GNU ld script */\nGROUP ( /lib/libc.so.6 )\n"),
    ).toBeUndefined();
    expect(detect(libc, "bin/app", makeElf({ strings: [SELF, "1.2.2"] }))).toBeUndefined();
  });

  it.each([
    [
      "lib/x86_64-linux-gnu/libc.so.6",
      "GNU C Library (Debian GLIBC 2.36-9+deb12u10) stable release version 2.36.\n",
      "2.36",
    ],
    ["lib64/libc-2.17.so", "GNU C Library (GNU libc) stable release version 2.17, by Roland McGrath", "2.17"],
    [
      "usr/glibc-compat/lib/libc.so.6",
      "GNU C Library (Buildroot) stable release version 2.35.1.\n",
      "2.35.1",
    ],
    [
      "lib/libc.so.6",
      "GNU C Library (Gentoo 2.40-r5 (patchset 6)) development release version 2.40.9000.\n",
      "2.40.9000",
    ],
  ])("reads glibc at %s", (path, banner, version) => {
    expect(detect(libc, path, makeElf({ soname: "libc.so.6", strings: [banner] }))).toEqual({
      kind: "libc",
      libc: "glibc",
      version,
    });
  });

  it("takes linear time over what nearly matches", () => {
    const begin = performance.now();
    detect(
      libc,
      PATH,
      makeElf({ strings: [SELF, "1.1.1".repeat(400_000), "GNU C Library ".repeat(100_000)] }),
    );
    expect(performance.now() - begin).toBeLessThan(1_000);
  });
});
