import { describe, expect, it } from "vitest";
import { elf } from "../../../examples/elf.mjs";
import { DETECTORS } from "../../../src/image/detect/index.ts";
import { readLayer } from "../../../src/image/layer/read.ts";
import { DEFAULT_LIMITS } from "../../../src/image/limits.ts";
import { randomArchive, randomFrom } from "../../support/random-archives.ts";

/** CI asks for 100,000. */
const CASES = Number(process.env.MUSLGATE_FUZZ_CASES ?? 2_000);
/** What is learnt of one file is small: a script's text is the longest of it. */
const MOST_CHARACTERS = 100_000;

const ELF = elf({
  interpreter: "/lib/ld-musl-x86_64.so.1",
  needed: ["libc.musl-x86_64.so.1", "libssl.so.3"],
  strings: ["musl libc (x86_64)", "1.2.2", "\u00ff Go buildinf:"],
});
const LIBRARY = elf({
  soname: "libc.musl-x86_64.so.1",
  strings: ["musl libc (x86_64)\nVersion %s\n", "1.2.4_git20230717"],
});
const STATIC = elf({ strings: ["Name does not resolve", "Try again", "Non-recoverable error", "/rustc/"] });
const TEXTS: Readonly<Record<string, string>> = {
  "lib/apk/db/installed": "P:musl\nV:1.2.2-r1\n\nP:busybox\nV:1-r0\n\n",
  "usr/lib/apk/db/installed": "C:Q1\nP:glibc\nV:2.38-r0\n\n",
  "var/lib/dpkg/status":
    "Package: libc6\nStatus: install ok installed\nVersion: 2.36-9\nDescription: x\n y\n\n",
  "usr/lib/opkg/status": "Package: libc\nVersion: 1.2.4-4\n\n",
  "var/db/xbps/pkgdb-0.38.plist":
    "<plist><dict><key>musl</key><dict><key>pkgver</key><string>musl-1.1.24_20</string></dict></dict></plist>",
  "var/db/pkg/sys-libs/musl-1.2.2-r7/PF": "musl-1.2.2-r7\n",
  "etc/os-release": 'ID=alpine\nNAME="Alpine \\"Linux\\""\nVERSION_ID=3.13\n',
  "etc/alpine-release": "3.13.12\n",
  "etc/nginx/conf.d/default.conf": "server {\n  resolver 10.0.0.10 valid=5s;\n}\n",
  "start.sh": '#!/bin/sh -e\nexec "$@"\n',
};
const SEEDS: readonly (readonly [path: string, bytes: Buffer])[] = [
  ["bin/app", ELF],
  ["lib/ld-musl-x86_64.so.1", LIBRARY],
  ["bin/static", STATIC],
  ...Object.entries(TEXTS).map(([path, text]) => [path, Buffer.from(text)] as const),
];

/** A seed with bytes changed, parts doubled or cut, or blown up. */
function mutated(seed: Buffer, random: () => number): Buffer {
  let bytes = Buffer.from(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  for (let changes = 1 + below(6); changes > 0; changes--) {
    const at = below(bytes.length);
    const kind = below(6);
    if (kind < 3 && bytes.length > 0) bytes[at] = [0, 0xff, 0x7f, 0x80, below(256)][below(5)] as number;
    else if (kind === 3) bytes = bytes.subarray(0, at);
    else if (kind === 4)
      bytes = Buffer.concat([
        bytes.subarray(0, at),
        bytes.subarray(Math.max(0, at - 64), at),
        bytes.subarray(at),
      ]);
    else if (bytes.length > 24)
      bytes.fill(0xff, Math.min(at, bytes.length - 8), Math.min(at, bytes.length - 8) + 8);
  }
  return bytes;
}

describe(`${CASES} hostile files and layers`, () => {
  it(
    "crash no detector, and leave little behind",
    () => {
      const random = randomFrom(20_261_125);
      for (let i = 0; i < CASES; i++) {
        const [path, seed] = SEEDS[i % SEEDS.length] as (typeof SEEDS)[number];
        const bytes = mutated(seed, random);
        const file = { path, size: bytes.length + (i % 7 === 0 ? 10_000 : 0), executable: true };
        for (const detector of DETECTORS) {
          const collector = detector.start(file);
          if (collector === undefined) continue;
          for (let at = 0; at < bytes.length; ) {
            const size = 1 + Math.floor(random() * bytes.length);
            if (!collector.push(bytes.subarray(at, at + size))) break;
            at += size;
          }
          const fact = collector.end();
          expect(fact === undefined || typeof fact.kind === "string").toBe(true);
          expect([i, JSON.stringify(fact ?? {}).length < MOST_CHARACTERS]).toEqual([i, true]);
        }
      }
    },
    CASES * 5 + 60_000,
  );

  it(
    "are read or refused as layers",
    async () => {
      const random = randomFrom(20_261_126);
      for (let i = 0; i < CASES; i++) {
        const archive = randomArchive(random);
        try {
          await readLayer([archive], {}, { detectors: DETECTORS, limits: DEFAULT_LIMITS });
        } catch (error) {
          expect((error as Error).name).toBe("MuslgateError");
        }
      }
    },
    CASES * 5 + 60_000,
  );
});
