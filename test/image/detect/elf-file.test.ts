import { describe, expect, it } from "vitest";
import { elf } from "../../../examples/elf.mjs";
import { elfFile } from "../../../src/image/detect/elf-file.ts";
import type { ElfFact } from "../../../src/model/layer-facts.ts";
import { detect } from "../../support/detect.ts";
import { type MadeElf, makeElf } from "../../support/make-elf.ts";

function read(made: MadeElf, piece?: number): ElfFact {
  return detect(elfFile, "bin/app", makeElf(made), piece === undefined ? {} : { piece }) as ElfFact;
}

const MUSL_TABLE = ["Invalid flags", "Name does not resolve", "Try again", "Non-recoverable error"];

describe("headers", () => {
  /** Every architecture Alpine ships, with its `e_machine`. */
  it.each<[string, 32 | 64, "little" | "big", number, string]>([
    ["x86_64", 64, "little", 62, "amd64"],
    ["x86", 32, "little", 3, "386"],
    ["aarch64", 64, "little", 183, "arm64"],
    ["armhf and armv7", 32, "little", 40, "arm"],
    ["ppc64le", 64, "little", 21, "ppc64le"],
    ["s390x", 64, "big", 22, "s390x"],
    ["riscv64", 64, "little", 243, "riscv64"],
    ["loongarch64", 64, "little", 258, "loong64"],
    ["mips64", 64, "big", 8, "mips64"],
    ["mipsel", 32, "little", 8, "mipsle"],
    ["ppc, which OCI has no name for", 32, "big", 20, "em-20"],
  ])("%s", (_, bits, endian, machine, name) => {
    const interpreter = "/lib/ld-musl-x.so.1";
    const needed = ["libssl.so.3", "libc.musl-x.so.1"];
    for (const base of [0, 0x10000]) {
      expect(read({ bits, endian, machine, base, interpreter, needed, type: 2 })).toEqual({
        kind: "elf",
        bits,
        endian,
        machine: name,
        type: "executable",
        interpreter,
        needed,
        comments: [],
        traces: [],
      });
    }
    expect(read({ bits, endian, machine, soname: "libx.so.1", needed: ["libc.so"] })).toMatchObject({
      type: "shared-object",
      soname: "libx.so.1",
      needed: ["libc.so"],
    });
    expect(read({ bits, endian, machine, strings: MUSL_TABLE })).toMatchObject({
      type: "executable",
      needed: [],
      linked: { musl: true, muslNoData: false, glibc: false },
    });
  });

  it("tells a program that lies anywhere from a library", () => {
    expect(read({ type: 3, interpreter: "/lib/ld.so", needed: ["libc.so"], pie: true }).type).toBe(
      "executable",
    );
    // -static-pie: no interpreter, nothing needed, but the flag.
    const staticPie = read({ type: 3, pie: true, strings: MUSL_TABLE });
    expect(staticPie).toMatchObject({ type: "executable", linked: { musl: true } });
    const library = read({ type: 3, soname: "libc.so", strings: MUSL_TABLE });
    expect(library).toMatchObject({ type: "shared-object" });
    expect(library.linked).toBeUndefined();
    expect(read({ type: 1 }).type).toBe("other");
  });

  it("reads the same in pieces of any size", () => {
    const made: MadeElf = {
      strings: [...MUSL_TABLE, "Name has no usable address"],
      sections: {
        ".comment": Buffer.from("GCC: (Alpine 10.2.1_pre1) 10.2.1 20201203\0rustc version 1.79.0 (x)\0"),
      },
    };
    const whole = read(made);
    expect(whole).toMatchObject({
      comments: ["GCC: (Alpine 10.2.1_pre1) 10.2.1 20201203", "rustc version 1.79.0 (x)"],
      rustc: "1.79.0",
      linked: { musl: true, muslNoData: true, glibc: false },
    });
    for (const piece of [1, 3, 64, 100, 512]) expect(read(made, piece)).toEqual(whole);
  });

  it("finds program headers and interpreter behind megabytes of others", () => {
    const interpreter = "/lib/ld-musl-x86_64.so.1";
    expect(read({ interpreter, needed: ["libc.so"], moved: 5 * 2 ** 20 })).toMatchObject({ interpreter });
  });

  it("reads what the example's writer writes", () => {
    const interpreter = "/lib/ld-musl-x86_64.so.1";
    const bytes = elf({ interpreter, needed: ["libc.musl-x86_64.so.1"] });
    expect(detect(elfFile, "bin/x", bytes)).toMatchObject({
      machine: "amd64",
      interpreter,
      needed: ["libc.musl-x86_64.so.1"],
    });
  });
});

describe("what is linked in", () => {
  const linked = (...strings: string[]) => read({ strings }).linked;

  it("musl by its tables, bounded by the message that came with 1.2.4", () => {
    expect(linked(...MUSL_TABLE, "Unknown error")).toEqual({ musl: true, muslNoData: false, glibc: false });
    expect(linked(...MUSL_TABLE, "Name has no usable address")).toEqual({
      musl: true,
      muslNoData: true,
      glibc: false,
    });
    // A program that never prints a resolver's error lacks that table, but printf brings errno's.
    expect(linked("Not a tty", "Permission denied", "Operation not permitted", "No such file")).toEqual({
      musl: true,
      muslNoData: "unknown",
      glibc: false,
    });
  });

  it("glibc by its tunables; nothing by what any program may say", () => {
    expect(linked("glibc.malloc.check")).toEqual({ musl: false, muslNoData: "unknown", glibc: true });
    expect(
      linked("Try again", "Name does not resolve", "Permission denied", "musl", "GNU C Library"),
    ).toEqual({
      musl: false,
      muslNoData: "unknown",
      glibc: false,
    });
  });

  it("rustc by its signature, or by the commit in its paths", () => {
    const commit = "8bab26f4f68e0e26f0bb7960be334d5b520ea452";
    expect(read({ strings: [`/rustc/${commit}/library/core/src/str.rs`] }).rustc).toBe(commit);
    expect(
      read({
        strings: [`/rustc/${commit}/library`, "rustc version "],
        sections: { ".comment": Buffer.from("rustc version 1.97.1 (8bab26f4f 2026-07-14)\0") },
      }).rustc,
    ).toBe("1.97.1");
    expect(read({ strings: ["/rustc/no-commit"] }).rustc).toBeUndefined();
  });

  it("is not looked for where a loader decides", () => {
    const dynamic = read({ interpreter: "/lib/ld.so", needed: ["libc.so"], strings: MUSL_TABLE });
    expect(dynamic.linked).toBeUndefined();
  });
});

describe("Go", () => {
  const note = (owner: string, type: number) => {
    const bytes = Buffer.alloc(16);
    bytes.writeUInt32LE(4, 0);
    bytes.writeUInt32LE(0, 4);
    bytes.writeUInt32LE(type, 8);
    bytes.write(owner, 12, "latin1");
    return bytes;
  };
  const other = Buffer.concat([note("GNU\0", 3), note("Go\0\0", 4)]);

  it("is known by its note, and says cgo in its build information", () => {
    const made = (cgo: string) => ({
      note: other,
      data: buildInfo("go1.22.1", `build\tCGO_ENABLED=${cgo}\n`),
    });
    expect(read(made("0")).go).toEqual({ version: "go1.22.1", cgo: false });
    expect(read(made("1")).go).toEqual({ version: "go1.22.1", cgo: true });
  });

  it("is known without build information, and without a note by its table of functions", () => {
    expect(read({ note: other }).go).toEqual({ version: "unknown", cgo: "unknown" });
    const table = { ".text": Buffer.alloc(8), ".gopclntab": Buffer.alloc(8) };
    expect(read({ sections: table }).go).toEqual({ version: "unknown", cgo: "unknown" });
    expect(read({ sections: { ".text": Buffer.alloc(8) } }).go).toBeUndefined();
    expect(read({ note: note("GNU\0", 4) }).go).toBeUndefined();
    expect(read({ note: note("Go\0\0", 3) }).go).toBeUndefined();
  });
});

/** Go's build information in the form of 1.18 and later. */
function buildInfo(version: string, module: string): Buffer {
  const text = (value: string) => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
  const head = Buffer.alloc(32);
  head.write("\xff Go buildinf:", 0, "latin1");
  head[14] = 8;
  head[15] = 2;
  return Buffer.concat([head, text(version), text(module)]);
}

describe("hostile headers", () => {
  const good = makeElf({ interpreter: "/lib/ld.so", needed: ["libc.so"] });
  const changed = (change: (bytes: Buffer) => void) => {
    const bytes = Buffer.from(good);
    change(bytes);
    return detect(elfFile, "bin/app", bytes) as ElfFact | undefined;
  };

  it("are no ELF at all", () => {
    expect(detect(elfFile, "bin/x", "#!/bin/sh\n".padEnd(100))).toBeUndefined();
    expect(detect(elfFile, "bin/x", good.subarray(0, 40))).toBeUndefined();
    expect(changed((bytes) => bytes.writeUInt8(3, 4))).toBeUndefined();
    expect(changed((bytes) => bytes.writeUInt8(0, 5))).toBeUndefined();
    expect(detect(elfFile, "share/data", good, { executable: false })).toBeUndefined();
    expect(detect(elfFile, "lib/libx.so.1.2", good, { executable: false })).toBeDefined();
  });

  it("say what could not be read instead of something wrong", () => {
    // The interpreter, then the dynamic section, then its strings, lie outside.
    expect(changed((bytes) => bytes.writeBigUInt64LE(2n ** 60n, 64 + 56 + 8))?.partial).toBe(
      "its interpreter could not be read",
    );
    expect(changed((bytes) => bytes.writeBigUInt64LE(2n ** 63n, 64 + 112 + 8))?.partial).toBe(
      "its dynamic section could not be read",
    );
    expect(changed((bytes) => bytes.writeBigUInt64LE(0n, 64 + 32))?.partial).toBe(
      "its list of libraries could not be read",
    );
    expect(changed((bytes) => bytes.writeBigUInt64LE(2n ** 62n, 32))?.partial).toBe(
      "its program headers could not be read",
    );
  });

  it("cost nothing with absurd counts and sizes", () => {
    const begin = performance.now();
    for (const at of [54, 56, 58, 60, 62]) changed((bytes) => bytes.writeUInt16LE(0xffff, at));
    for (let at = 16; at + 8 <= good.length; at += 4)
      changed((bytes) => bytes.writeBigUInt64LE(0xffffffffffffffffn, at));
    expect(performance.now() - begin).toBeLessThan(2_000);
  });
});
