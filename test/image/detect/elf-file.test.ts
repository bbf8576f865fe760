import { readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { elfFile } from "../../../src/image/detect/elf-file.ts";
import { Windows } from "../../../src/image/detect/elf-windows.ts";
import type { ElfFact } from "../../../src/model/layer-facts.ts";
import { makeElf } from "../../support/elf.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { describeWith, findGo } from "../../support/parts.ts";
import { pieces } from "../../support/tar.ts";

function read(body: Uint8Array, path = "app", size = 65_536): ElfFact | undefined {
  const collector = elfFile.start({ path, size: body.length, executable: true });
  if (collector === undefined) return undefined;
  for (const piece of pieces(body, size)) if (!collector.push(piece)) break;
  return collector.end() as ElfFact | undefined;
}

const GAI = "Invalid flags\0Name does not resolve\0Try again\0Non-recoverable error\0";

describe("headers", () => {
  const machines = [
    ["amd64", 62, 64, "little"],
    ["386", 3, 32, "little"],
    ["arm64", 183, 64, "little"],
    ["arm", 40, 32, "little"],
    ["ppc64le", 21, 64, "little"],
    ["s390x", 22, 64, "big"],
    ["riscv64", 243, 64, "little"],
    ["loong64", 258, 64, "little"],
    ["mips", 8, 32, "big"],
    ["em-9999", 9999, 64, "little"],
  ] as const;
  it.each(machines)("%s: interpreter, libraries and machine", (name, machine, bits, endian) => {
    const body = makeElf({
      machine,
      bits,
      endian,
      type: 3,
      pie: true,
      interpreter: "/lib/ld-musl-x.so.1",
      needed: ["libz.so.1", "libc.musl-x.so.1"],
    });
    expect(read(body)).toEqual({
      kind: "elf",
      bits,
      endian,
      machine: name,
      type: "executable",
      interpreter: "/lib/ld-musl-x.so.1",
      needed: ["libz.so.1", "libc.musl-x.so.1"],
      comments: [],
      traces: [],
    });
  });

  it("a library has a name, libraries, and no C library linked in", () => {
    const body = makeElf({ type: 3, soname: "libx.so.2", needed: ["libc.so"], constants: GAI });
    expect(read(body, "usr/lib/libx.so.2")).toMatchObject({
      type: "shared-object",
      soname: "libx.so.2",
      needed: ["libc.so"],
      traces: [],
    });
    expect(read(body, "usr/lib/libx.so.2")?.linked).toBeUndefined();
  });

  it("something else is none of its business", () => {
    expect(read(Buffer.from(`#!/bin/sh\n${"x".repeat(200)}`))).toBeUndefined();
    const collector = elfFile.start({ path: "x", size: 1_000, executable: true });
    expect(collector?.push(Buffer.from("MZ"))).toBe(true);
    expect(collector?.push(Buffer.from("not ELF"))).toBe(false);
    expect(elfFile.start({ path: "etc/passwd", size: 1_000, executable: false })).toBeUndefined();
  });

  it("says what was cut off", () => {
    const body = makeElf({ interpreter: "/lib/ld-musl-x.so.1", needed: ["libc.so"] });
    expect(read(body.subarray(0, 100))).toMatchObject({ partial: "its program headers could not be read" });
  });
});

describe("what a static program carries", () => {
  const linked = (constants: string | Uint8Array) => read(makeElf({ constants }))?.linked;

  it("musl before 1.2.4, from 1.2.4 on, and one whose table of errors was left out", () => {
    expect(linked(`${GAI}Unknown error\0Unrecognized address family\0`)).toMatchObject({
      musl: true,
      muslNoData: false,
      glibc: false,
    });
    expect(linked(`${GAI}Name has no usable address\0Unrecognized\0`)).toMatchObject({
      musl: true,
      muslNoData: true,
    });
    expect(linked("\0No error information\0Illegal byte sequence\0")).toMatchObject({
      musl: true,
      muslNoData: "unknown",
      glibc: false,
    });
  });

  it("the text alone, without musl's table around it, proves nothing", () => {
    expect(linked("Name has no usable address\0")).toMatchObject({ musl: false, muslNoData: "unknown" });
    expect(linked("Name does not resolve\0")).toMatchObject({ musl: false });
  });

  it("musl's address policy shows that its getaddrinfo is in", () => {
    const policy = Buffer.alloc(40);
    policy.set([0x20, 0x02]);
    policy.set([1, 0xff, 30, 2, 0x20, 0x01], 16);
    policy.set([3, 0xff, 5, 5], 36);
    const fact = read(makeElf({ constants: policy }));
    expect(fact).toMatchObject({ linked: { musl: true }, traces: ["musl-getaddrinfo"] });
  });

  it("glibc, rustc's commit, and nothing", () => {
    expect(linked("glibc-ld.so.cache1.1\0")).toMatchObject({ musl: false, glibc: true });
    const commit = "25ef9e3d85d934b27d9dada2f9dd52b1dc63bb04";
    expect(read(makeElf({ constants: `/rustc/llvm \0/rustc/${commit}/library/std` }))?.rustc).toBe(commit);
    expect(linked("hello")).toEqual({ musl: false, muslNoData: "unknown", glibc: false, noResolver: true });
  });

  it("other C libraries, where it is neither musl nor glibc", () => {
    const errors = ["Success", "Operation not permitted", "No such file or directory", "No such process"];
    const uClibc = [...errors, "Interrupted system call", "Input/output error", "No such device or address"];
    const text = `${[...uClibc, "Argument list too long"].join("\0")}\0`;
    expect(linked(text)?.other).toBe("uClibc");
    expect(linked(`${text}GLIBC_TUNABLES`)?.other).toBeUndefined();
    const diet = ["Interrupted system call", "I/O error", "No such device or address", "Arg list too long"];
    expect(linked(`${diet.join("\0")}\0/etc/resolv.conf`)).toEqual({
      musl: false,
      muslNoData: "unknown",
      glibc: false,
      other: "dietlibc",
    });
  });

  it("finds it wherever the pieces end", () => {
    const body = makeElf({
      constants: `${"x".repeat(700)}${GAI}Name has no usable address\0${"y".repeat(900)}`,
    });
    const whole = read(body);
    expect(whole?.linked?.muslNoData).toBe(true);
    for (const size of [1, 7, 64, 511, 512, 513, 800]) expect(read(body, "app", size)).toEqual(whole);
  });

  it("finds it across the borders of its own blocks", () => {
    const table = `${GAI}Name has no usable address\0`;
    for (let shift = 0; shift < table.length; shift += 5) {
      const before = 256 * 1024 + 512 - 300 - shift;
      const body = makeElf({ constants: `${"x".repeat(before)}${table}${"y".repeat(2_000)}` });
      expect(read(body)?.linked, `shift ${shift}`).toMatchObject({ musl: true, muslNoData: true });
    }
  });

  it("reads .comment right behind the data, and at the end of the file", () => {
    const comments = [
      "GCC: (Alpine 10.3.1_git20210424) 10.3.1 20210424",
      "rustc version 1.77.2 (25ef9e3d8 2024-04-09)",
    ];
    expect(read(makeElf({ comments }))).toMatchObject({ comments, rustc: "1.77.2" });
    expect(read(makeElf({ comments, gap: 3_000_000 }))).toMatchObject({ comments });
  });

  it("keeps within its bound for a file of hundreds of megabytes whose headers ask for everything", () => {
    const head = makeElf({ interpreter: undefined, needed: ["libc.so"], constants: "x".repeat(1_000) });
    // Program header 1 claims two gigabytes of data.
    head.writeBigUInt64LE(2n ** 31n, 64 + 56 + 32);
    const collector = elfFile.start({ path: "app", size: 600_000_000, executable: true });
    const piece = Buffer.alloc(1 << 20, 0x41);
    collector?.push(head);
    for (let i = 0; i < 20; i++) collector?.push(piece);
    expect(collector?.end()).toMatchObject({ kind: "elf" });
    // What a file is given to keep is never more than its budget, whatever is asked for.
    const windows = new Windows(1_000);
    const given = [700, 700, 2 ** 31].map((size) => windows.room(size).length);
    expect(given).toEqual([700, 300, 0]);
  });
});

describe("Go", () => {
  const varint = (text: string) => {
    const length = Buffer.byteLength(text);
    return Buffer.concat([Buffer.from([(length & 0x7f) | 0x80, length >> 7]), Buffer.from(text)]);
  };
  const info = (module: string) =>
    Buffer.concat([
      Buffer.from("\xff Go buildinf:\x08\x02", "latin1"),
      Buffer.alloc(16),
      varint("go1.21.3"),
      varint(`0123456789abcdef${module}0123456789abcdef`),
    ]);

  const sections = [".go.buildinfo", ".gopclntab"];

  it("version, cgo and main package, out of the data", () => {
    const data = info("path\texample.com/app\nmod\texample.com/app\t(devel)\t\nbuild\tCGO_ENABLED=0\n");
    expect(read(makeElf({ data, sections }))?.go).toEqual({
      version: "go1.21.3",
      cgo: false,
      main: "example.com/app",
    });
    const cgo = info("path\tx\nbuild\tCGO_ENABLED=1\n");
    expect(read(makeElf({ data: cgo, sections, interpreter: "/lib/ld-musl-x86_64.so.1" }))?.go?.cgo).toBe(
      true,
    );
  });

  it("modules that bring a C library for clients, of any major version, and no others", () => {
    const clients = (dependency: string) =>
      read(
        makeElf({ data: info(`path\tx\nmod\tx\tv1.0.0\t\n${dependency}build\tCGO_ENABLED=1\n`), sections }),
      )?.go?.clients;
    const kafka = "github.com/confluentinc/confluent-kafka-go";
    expect(clients(`dep\tgolang.org/x/net\tv0.1.0\th1:x=\ndep\t${kafka}/v2\tv2.3.0\th1:x=\n`)).toEqual([
      kafka,
    ]);
    expect(clients(`dep\t${kafka}\tv1.9.0\th1:x=\n`)).toEqual([kafka]);
    expect(clients(`dep\t${kafka}-tools\tv1.9.0\th1:x=\n`)).toBeUndefined();
    expect(clients("dep\tgithub.com/mattn/go-sqlite3\tv1.14.0\th1:x=\n")).toBeUndefined();
  });

  it("not out of a program that only knows the magic", () => {
    const magic = Buffer.from("\xff Go buildinf:\x00\x00", "latin1");
    expect(read(makeElf({ constants: Buffer.concat([magic, Buffer.alloc(64)]) }))?.go).toBeUndefined();
    expect(read(makeElf({ data: Buffer.concat([magic, Buffer.alloc(64)]) }))?.go).toBeUndefined();
  });

  it("not out of its build information alone, nor where it is a library in a C program", () => {
    const data = info("path\tx\nbuild\tCGO_ENABLED=0\n");
    expect(read(makeElf({ data }))?.go).toBeUndefined();
    expect(read(makeElf({ data, sections: [".go.buildinfo"] }))?.go).toBeUndefined();
    expect(read(makeElf({ data, interpreter: "/lib/ld-musl-x86_64.so.1" }))?.go).toBeUndefined();
    const archive = info("path\tx\nbuild\t-buildmode=c-archive\n");
    expect(read(makeElf({ data: archive, sections }))?.go).toBeUndefined();
  });

  it("before 1.18, and stripped of it", () => {
    const old = Buffer.from("\xff Go buildinf:\x08\x00", "latin1");
    expect(read(makeElf({ data: Buffer.concat([old, Buffer.alloc(64)]), sections }))?.go).toEqual({
      version: "go1.17 or older",
      cgo: "unknown",
    });
    expect(read(makeElf({ constants: "\0runtime.mallocgc\0runtime.gopark\0" }))?.go).toEqual({
      version: "unknown",
      cgo: false,
    });
    expect(read(makeElf({ constants: "\0runtime.mallocgc\0runtime/cgo.init\0" }))?.go?.cgo).toBe(true);
  });
});

describeWith({ programs: ["musl-gcc", "gcc"] }, "programs built here", () => {
  const folder = temporaryFolder();
  const source = folder.write(
    "resolve.c",
    '#include <netdb.h>\n#include <stdio.h>\nint main(int c, char **v) { struct addrinfo *r; return getaddrinfo(v[1], "80", 0, &r); }\n',
  );
  const build = (compiler: string, ...flags: string[]) => {
    const to = `${folder.path}/${compiler}${flags.join("")}`;
    execFileSync(compiler, [...flags, "-o", to, source], { stdio: "ignore" });
    return read(readFileSync(to));
  };

  it("musl, static and dynamic, though nothing of its error texts is linked in", () => {
    expect(build("musl-gcc", "-static")).toMatchObject({
      linked: { musl: true, muslNoData: "unknown", glibc: false },
      traces: ["musl-getaddrinfo"],
    });
    expect(build("musl-gcc")).toMatchObject({
      interpreter: expect.stringMatching(/^\/lib\/ld-musl-/),
      needed: ["libc.so"],
    });
  });

  const compiled = (compiler: string, text: string, ...flags: string[]) => {
    const from = folder.write("bare.c", text);
    const to = `${folder.path}/bare`;
    execFileSync(compiler, [...flags, "-o", to, from], { stdio: "ignore" });
    return read(readFileSync(to))?.linked;
  };
  const MAIN = "#include <unistd.h>\n#include <stdio.h>\nint main(int c, char **v) ";

  it("static ones without a resolver, and whether they may start another program", () => {
    expect(compiled("musl-gcc", `${MAIN}{ puts("hello"); return 0; }`, "-static", "-s")).toMatchObject({
      bare: true,
    });
    for (const call of ["execv(v[1], v)", "execvp(v[1], v)", "system(v[1])"])
      for (const level of ["-O0", "-Os", "-O2"]) {
        const text = `#include <stdlib.h>\n${MAIN}{ return ${call}; }`;
        const linked = compiled("musl-gcc", text, "-static", level);
        expect([call, level, linked?.noResolver, linked?.bare]).toEqual([call, level, true, undefined]);
      }
    const resolves = compiled(
      "musl-gcc",
      "#include <netdb.h>\nint main(int c, char **v) { return !gethostbyname(v[1]); }",
      "-static",
    );
    expect(resolves?.noResolver).toBeUndefined();
  });

  it.skipIf(process.arch !== "x64")("one without any C library", () => {
    const text =
      'static long call(long n, long a, const char *b, long c) { long r; __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory"); return r; }\n' +
      'void _start(void) { call(1, 1, "hello", 5); call(60, 0, 0, 0); }';
    const bare = ["-nostdlib", "-static", "-O1"];
    expect(compiled("gcc", text, ...bare)).toMatchObject({ musl: false, glibc: false, bare: true });
    expect(compiled("gcc", text.replace("call(1, 1", "call(59, 1"), ...bare)?.bare).toBeUndefined();
    expect(compiled("gcc", text, ...bare, "-Wl,-N")?.bare).toBeUndefined();
  });

  it("glibc, static and dynamic", () => {
    expect(build("gcc", "-static")?.linked).toEqual({ musl: false, muslNoData: "unknown", glibc: true });
    expect(build("gcc")).toMatchObject({ needed: ["libc.so.6"] });
  });
});

describeWith({ go: true }, "Go programs", () => {
  it("Go's own tool", () => {
    const body = readFileSync(findGo() as string);
    expect(read(body)?.go).toMatchObject({ version: expect.stringMatching(/^go1\.\d+/) });
  });
});
