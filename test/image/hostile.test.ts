/** Hostile bodies: nothing throws, hangs, or depends on how the bytes come in pieces. */
import fc from "../support/property.ts";
import { describe, expect, it } from "vitest";
import { DETECTORS } from "../../src/image/detect/index.ts";
import { startProcessWith } from "../../src/image/entrypoint/follow.ts";
import * as whenNeeded from "../../src/image/entrypoint/when-needed.ts";
import { walk } from "../support/shell-host.ts";
import type { ImageConfig } from "../../src/model/oci.ts";
import { makeElf } from "../support/elf.ts";
import { factsOf, imageFiles } from "../support/image-files.ts";

/** CI asks for 100,000. */
const CASES = Number(process.env.MUSLGATE_FUZZ_CASES ?? 2_000);

const header = (path: string) => ({ path, size: 1_000, executable: false });

const words = (...list: string[]) =>
  fc.array(fc.constantFrom(...list), { maxLength: 40 }).map((all) => all.join(""));

const ELVES = (["little", "big"] as const).flatMap((endian) =>
  ([32, 64] as const).flatMap((bits) => [
    makeElf({
      bits,
      endian,
      interpreter: "/lib/ld-musl-x.so.1",
      needed: ["libc.so", "libz.so.1"],
      type: 3,
      pie: true,
    }),
    makeElf({
      bits,
      endian,
      constants: "Name does not resolve\0Try again\0Non-recoverable error\0/rustc/\0No error information\0",
      data: Buffer.from("\xff Go buildinf:\x08\x02................\x08go1.21.3\x20path\tx\n", "latin1"),
      comments: ["GCC: (Alpine 10.3.1) 10.3.1", "rustc version 1.70.0 (x)"],
    }),
    makeElf({ bits, endian, type: 3, soname: "libc.musl-x.so.1", constants: "musl libc (x)\x001.2.2\0" }),
  ]),
);

describe("hostile ELF files", () => {
  const mutation = fc.tuple(fc.nat(2_000), fc.nat(255));
  const body = fc
    .tuple(fc.constantFrom(...ELVES), fc.array(mutation, { maxLength: 12 }), fc.nat(2_000))
    .map(([elf, mutations, keep]) => {
      const bytes = Buffer.from(elf);
      for (const [at, value] of mutations) {
        // Headers are what a reader trusts most: half of the changes go there.
        bytes[at % (at % 2 === 0 ? 200 : bytes.length)] = value;
      }
      return keep % 4 === 0 ? bytes.subarray(0, keep % bytes.length) : bytes;
    });
  const paths = ["bin/app", "lib/ld-musl-x.so.1", "usr/lib/libx.so.1", "lib/libc.so"] as const;

  it("changed anywhere and cut off", { timeout: CASES * 10 + 60_000 }, () => {
    fc.assert(
      fc.property(body, fc.constantFrom(...paths), (bytes, path) => {
        for (const fact of factsOf({ path, size: bytes.length, executable: true }, bytes)) {
          expect(["elf", "libc", "script"]).toContain(fact.kind);
          expect(JSON.stringify(fact).length).toBeLessThan(100_000);
        }
      }),
      { numRuns: CASES },
    );
  });

  it("in pieces of any size", { timeout: CASES * 10 + 60_000 }, () => {
    fc.assert(
      fc.property(body, fc.integer({ min: 1, max: 700 }), (bytes, size) => {
        const file = { path: "lib/ld-x.so.1", size: bytes.length, executable: true };
        expect(factsOf(file, bytes, size)).toEqual(factsOf(file, bytes));
      }),
      { numRuns: Math.ceil(CASES / 5) },
    );
  });

  it("of nothing but noise behind the magic", { timeout: CASES * 10 + 60_000 }, () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.constantFrom(1, 2),
        fc.constantFrom(1, 2),
        (noise, bits, endian) => {
          const bytes = Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, bits, endian, 1]), noise]);
          factsOf({ path: "lib/libc.so", size: bytes.length, executable: true }, bytes);
        },
      ),
      { numRuns: CASES },
    );
  });
});

describe("hostile texts", () => {
  const databases = [
    "lib/apk/db/installed",
    "var/lib/dpkg/status",
    "usr/lib/opkg/status",
    "var/db/xbps/pkgdb-0.38.plist",
    "var/db/pkg/sys-libs/musl-1.2.2/PF",
    "etc/os-release",
    "etc/alpine-release",
    "etc/nginx/nginx.conf",
  ];
  const text = fc.oneof(
    words(
      "P:",
      "V:",
      "musl",
      "1.2.2-r1",
      "\n",
      "\n\n",
      ":",
      " ",
      "Package:",
      "Version:",
      "Status:",
      " installed",
      "\r\n",
      "\0",
    ),
    words(
      "<key>pkgver</key>",
      "<string>",
      "</string>",
      "musl-1.1.24_1",
      "-",
      "<",
      "ID=",
      '"',
      "'",
      "\\",
      "\n",
      "VERSION_ID=",
    ),
    words("resolver", " ", ";", "{", "}", "#", '"', "'", "\\", "\n", "10.0.0.10"),
    fc.string({ unit: "binary", maxLength: 200 }),
  );

  it("as package databases, releases and configurations", { timeout: CASES * 10 + 60_000 }, () => {
    fc.assert(
      fc.property(text, fc.constantFrom(...databases), (body, path) => {
        const bytes = Buffer.from(body);
        for (const fact of factsOf({ path, size: bytes.length, executable: false }, bytes)) {
          if (fact.kind === "packages") expect(fact.total).toBeGreaterThanOrEqual(fact.packages.length);
        }
      }),
      { numRuns: CASES },
    );
  });

  const script = words(
    "#!/bin/sh\n",
    "exec ",
    '"$@"',
    "$@",
    "$0",
    "$1",
    " ",
    "\n",
    ";",
    ";;",
    "&&",
    "||",
    "|",
    "&",
    "(",
    ")",
    "{",
    "}",
    "`",
    "'",
    '"',
    "\\",
    "$(",
    "${",
    "case x in",
    "esac",
    "if",
    "then",
    "fi",
    "do",
    "done",
    "<<EOF\n",
    "EOF",
    "set -- ",
    "shift",
    "cd /",
    "app",
    "/x.sh",
    "A=",
    "export ",
    "#",
    ">",
    "\0",
    "é",
  );

  it("as scripts", { timeout: CASES * 10 + 60_000 }, () => {
    fc.assert(
      fc.property(script, (body) => {
        const { steps } = walk(body, { variables: new Map([["A", "b"]]) });
        expect(steps).toBeLessThan(60_000);
      }),
      { numRuns: CASES },
    );
  });

  it("as entry points that start each other", { timeout: CASES * 10 + 60_000 }, () => {
    const config = {
      entrypoint: ["/x.sh"],
      cmd: ["app"],
      env: [],
      workingDir: "/",
    } as unknown as ImageConfig;
    const app = makeElf({ constants: "\0runtime.mallocgc\0" });
    fc.assert(
      fc.property(script, script, (one, other) => {
        const files = imageFiles(
          { "x.sh": `#!/app\n${one}`, app: `#!/x.sh\n${other}` },
          { "bin/sh": app, "bin/app": app, "x.sh": one },
        );
        const { kind, reason } = startProcessWith(whenNeeded, files, config, {});
        expect(reason).not.toBe("");
        expect(["own-resolver", "no-lookups", "unknown", "mixed"]).toContain(kind);
      }),
      { numRuns: Math.ceil(CASES / 5) },
    );
  });

  it.each([
    ["quotes that never end", '"'.repeat(30_000)],
    ["quotes of both kinds", `"'`.repeat(15_000)],
    ["expansions that never end", "$(".repeat(15_000)],
    ["braces that never end", "${".repeat(15_000)],
    ["here-documents without end", "<<A\n".repeat(8_000)],
    ["cases", "case x in a) ".repeat(2_500)],
    ["redirections", "<<'".repeat(10_000)],
    ["assignments", "A=$A$A\n".repeat(5_000)],
    ["blank lines", "\n".repeat(32_000)],
    ["keys without a value", "<key>pkgver</key>".repeat(1_900)],
  ])("%s, as long as a file is read", (_, body) => {
    walk(body, { variables: new Map([["A", "xx"]]) });
    for (const path of [...databases, "x.sh"]) {
      // Work that grew faster than the text would never end here.
      const most = Math.max(...DETECTORS.flatMap((one) => (one.start(header(path)) ? [one.maxBytes] : [])));
      const bytes = Buffer.from(body.repeat(Math.ceil(most / body.length)));
      for (const fact of factsOf({ ...header(path), size: bytes.length }, bytes))
        expect(JSON.stringify(fact).length).toBeLessThan(200_000);
    }
  });
});

it("every detector lets go of a file at once whose first bytes are not its own", () => {
  const noise = Buffer.alloc(1 << 20, 0x20);
  for (const detector of DETECTORS.filter(({ id }) => id === "elf" || id === "script")) {
    const collector = detector.start({ path: "bin/app", size: 500_000_000, executable: true });
    expect(collector?.push(noise), detector.id).toBe(false);
    expect(collector?.end()).toBeUndefined();
  }
});
