// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are shell's.
import { describe, expect, it } from "vitest";
import { startProcessWith } from "../../../src/image/entrypoint/follow.ts";
import * as whenNeeded from "../../../src/image/entrypoint/when-needed.ts";
import { wrappedCommand } from "../../../src/image/entrypoint/wrappers.ts";
import type { LayerEntry } from "../../../src/model/layer-facts.ts";
import {
  alpine,
  config,
  elfFact,
  file,
  fileSystem,
  GO,
  link,
  ON_GLIBC,
  ON_MUSL,
  script,
  STATIC_MUSL,
} from "../../support/file-system.ts";
import { randomFrom } from "../../support/random-archives.ts";
import { walk } from "../../support/shell-host.ts";

/** CI asks for 100,000. */
const CASES = Number(process.env.MUSLGATE_FUZZ_CASES ?? 2_000);
const KINDS = new Set([
  "uses-musl",
  "is-musl",
  "uses-glibc",
  "own-resolver",
  "no-lookups",
  "mixed",
  "unknown",
]);

/** What shell scripts are made of, and what breaks readers of them. */
const PIECES =
  'exec|exec -a|set -- node|"$@"|$@|$0|$1|"$0"|$X|${X:-/a}|${X|$(|)|(|`|\'|"|\\|\n|\n| | | |;|;;|&&|||&|>|<<E|<<-\'E\'|\nE\n|2>&1|{|}|if|then|fi|case $1 in|esac|*)|for x in|do|done|f()|X=/b|PATH=|/a|/b|/c|./d|node|sh -c|sh|sh -eo pipefail -c|env|env -S|-S|tini --|su-exec x|--|-u|#|cd|wget|nc -z|.|\0|é'.split(
    "|",
  );
const NAMES = [
  "a",
  "b",
  "c",
  "d",
  "bin/node",
  "usr/bin/app",
  "sbin/tini",
  "sbin/su-exec",
  "usr/bin/supervisord",
  "init",
];
const GLIBC = {
  entries: {
    "lib64/ld-linux-x86-64.so.2": file([
      elfFact({ type: "shared-object" }),
      { kind: "libc", libc: "glibc", version: "2.36" },
    ]),
  },
};
const WORDS = [
  ...NAMES.map((name) => `/${name}`),
  "node",
  "sh",
  "-c",
  "exec /a",
  "env",
  "-S",
  "--",
  "tini",
  "",
  "..",
  "./a",
  "x=y",
];

function pick<T>(random: () => number, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

function text(random: () => number): string {
  return Array.from(
    { length: Math.floor(random() * 40) },
    () => pick(random, PIECES) + pick(random, [" ", "", "\n"]),
  ).join("");
}

function entry(random: () => number): LayerEntry {
  return pick<() => LayerEntry>(random, [
    () => script(text(random)),
    () => script(text(random)),
    () => script(text(random), pick(random, WORDS), pick(random, WORDS)),
    () => link(pick(random, [...WORDS, "../a", "/", "../../b"])),
    () => ON_MUSL,
    () => ON_GLIBC,
    () => GO,
    () => STATIC_MUSL,
  ])();
}

describe(`${CASES} hostile starts`, () => {
  it(
    "end in an answer, soon",
    () => {
      const random = randomFrom(20_261_127);
      const kinds = new Set<string>();
      for (let i = 0; i < CASES; i++) {
        const files = Object.fromEntries(
          NAMES.filter(() => random() < 0.6).map((name) => [name, entry(random)]),
        );
        const words = () => Array.from({ length: Math.floor(random() * 5) }, () => pick(random, WORDS));
        const image = config({ entrypoint: words(), cmd: words(), env: ["PATH=/usr/bin:/bin::x", "X=/c"] });
        const layers =
          random() < 0.1
            ? [alpine(), undefined, GLIBC, { entries: files }]
            : [alpine(), GLIBC, { entries: files }];
        const process = startProcessWith(
          whenNeeded,
          fileSystem(...layers),
          image,
          random() < 0.2 ? { command: words(), args: words() } : {},
        );
        expect([i, KINDS.has(process.kind) && process.reason !== ""]).toEqual([i, true]);
        // Musl of no version at all is not an answer that a rule may take for harmless.
        expect([i, process.kind !== "uses-musl" || process.musl !== undefined]).toEqual([i, true]);
        kinds.add(process.kind);
      }
      expect([...kinds].sort()).toEqual([...KINDS].sort());
    },
    CASES * 5 + 60_000,
  );

  it(
    "are read as shell in bounded steps, whatever the bytes",
    () => {
      const random = randomFrom(20_261_128);
      for (let i = 0; i < CASES; i++) {
        const long = i % 1_000 === 0 ? 200 : 1;
        const { starts, steps } = walk(text(random).repeat(long), { variables: new Map([["X", "$X"]]) });
        expect([i, steps < 60_000]).toEqual([i, true]);
        for (const start of starts)
          wrappedCommand(pick(random, ["env", "tini", "gosu", "timeout", "su", "xargs"]), start.split(" "));
      }
    },
    CASES * 5 + 60_000,
  );
});
