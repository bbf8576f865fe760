import { describe, expect, it } from "vitest";
import { libc } from "../../../src/image/detect/libc.ts";
import { makeElf } from "../../support/elf.ts";

function read(path: string, body: Uint8Array) {
  const collector = libc.start({ path, size: body.length, executable: true });
  collector?.push(body);
  return collector?.end();
}
const musl = (constants: string) =>
  read("lib/ld-musl-x86_64.so.1", makeElf({ type: 3, soname: "libc.so", constants }));

describe("musl", () => {
  const banner = "musl libc (x86_64)\nVersion %s\nDynamic Program Loader\n\0";

  it.each([
    ["1.2.5", "\x001.2.5\0"],
    ["1.2.4_git20230717", "\x001.2.4_git20230717\0"],
    ["1.1.16", "127.0.0.1\0::1\x001.1.16\0"],
    // On i386 the byte before is the end of a floating point number.
    ["1.2.2", "\x00\x00\xe0\x3f1.2.2\0"],
    ["1.2.3", "LINUX_2.6.39\x001.2.3\0"],
  ])("%s", (version, constants) => {
    expect(musl(constants + banner)).toEqual({ kind: "libc", libc: "musl", version });
  });

  it("of no version that can be told: none, or two of them", () => {
    expect(musl(`127.0.0.1\x001.2.5 \0${banner}`)).toEqual({ kind: "libc", libc: "musl" });
    expect(musl(`\x001.2.5\x001.1.24\0${banner}`)).toEqual({ kind: "libc", libc: "musl" });
  });

  it("is known by Alpine's SONAME too, wherever it lies", () => {
    const body = makeElf({ type: 3, soname: "libc.musl-aarch64.so.1", constants: "\x001.2.5\0" });
    const fact = { kind: "libc", libc: "musl", version: "1.2.5" };
    for (const path of [
      "usr/lib/libc.so",
      "opt/app/lib/ld-musl-aarch64.so.1",
      "lib/x86_64-linux-musl/libc.so",
    ])
      expect(read(path, body)).toEqual(fact);
  });
});

describe("glibc", () => {
  const banner = "GNU C Library (Debian GLIBC 2.36-9+deb12u9) stable release version 2.36.\nCopyright\0";

  it("by the library's banner, and by the loader's since 2.33", () => {
    const fact = { kind: "libc", libc: "glibc", version: "2.36" };
    expect(read("lib/libc.so.6", makeElf({ type: 3, soname: "libc.so.6", constants: banner }))).toEqual(fact);
    const loader = "ld.so (Debian GLIBC 2.36-9+deb12u9) stable release version 2.36.\n\0";
    expect(read("lib64/ld-linux-x86-64.so.2", makeElf({ type: 3, constants: loader }))).toEqual(fact);
  });

  it("by an older loader's name and private symbols, without a version", () => {
    const body = makeElf({ type: 3, soname: "ld-linux-x86-64.so.2", constants: "\0GLIBC_PRIVATE\0" });
    expect(read("lib/x86_64-linux-gnu/ld-2.31.so", body)).toEqual({ kind: "libc", libc: "glibc" });
  });
});

describe("neither", () => {
  it("a linker script, a stub under a loader's name, an archive", () => {
    expect(
      read("usr/lib/libc.so", Buffer.from("/* GNU ld script */ GROUP ( /lib/libc.so.6 )")),
    ).toBeUndefined();
    const stub = makeElf({
      type: 3,
      pie: true,
      constants: "/lib/ld-musl-x86_64.so.1\0/lib/libgcompat.so.0\0",
    });
    expect(read("lib/ld-linux-x86-64.so.2", stub)).toBeUndefined();
    expect(libc.start({ path: "usr/lib/libc.a", size: 9_999, executable: false })).toBeUndefined();
    expect(libc.start({ path: "usr/lib/libcurl.so.4", size: 9_999, executable: false })).toBeUndefined();
  });
});
