import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, it } from "vitest";
import { generationOf, type Libc, lookup } from "../../src/lookup/lookup.ts";
import type { LookupError, Way } from "../../src/lookup/question.ts";
import { temporaryFolder } from "../support/folder.ts";
import { describeWith, findProgram } from "../support/parts.ts";
import { type LabCase, labCases, questionOf } from "./lookup-lab-cases.ts";
import { buildLookupLab, type LookupLab, MUSLS, type Observed, type Sandbox } from "./lookup-lab-roots.ts";

/** How many lookups each libc makes; 100,000 by hand. */
const CASES = Number(process.env.MUSLGATE_LOOKUP_CASES ?? 300);
const SEED = Number(process.env.MUSLGATE_LOOKUP_SEED ?? 1);
/** Sandboxes of each libc: most of a lookup's time is spent waiting. */
const EACH = Math.min(48, 1 + Math.ceil(CASES / 50));
/** What a busy machine may add to a lookup. */
const LATE_MS = 180;

const ERRORS: Readonly<Record<LookupError, string>> = {
  EAI_NONAME: "-2",
  EAI_AGAIN: "-3",
  EAI_FAIL: "-4",
  EAI_NODATA: "-5",
  EAI_ADDRFAMILY: "-9",
  EAI_SYSTEM: "-11",
  SIGFPE: "s8",
  SIGABRT: "s6",
  hangs: "hangs",
  unknown: "unknown",
};

/** The release that src/lookup/ follows is compared where the machine has it. */
const GLIBC =
  findProgram("ldd") !== undefined &&
  /\b2\.36$/m.test(execFileSync("ldd", ["--version"], { encoding: "utf8" }));

const TYPES = { A: 1, AAAA: 28 } as const;

/** What a way looks like from outside. */
function seenOf(way: Way, one: LabCase): Pick<Observed, "error" | "addresses" | "asked"> {
  const asked = way.steps.flatMap(({ name, asked: questions }) =>
    // A malformed question is none to the server.
    name.endsWith(".")
      ? []
      : questions
          // A connection that is refused carries none.
          .filter(({ server, over }) => over === "udp" || one.tcp[Number(server.at(-1)) - 1] !== "closed")
          .map(({ server, type, over }) => `${Number(server.at(-1)) - 1}:${TYPES[type]}:${over[0]}:${name}`),
  );
  return {
    error: way.error === undefined ? "0" : ERRORS[way.error],
    addresses: way.addresses.toSorted(),
    asked: [...new Set(asked)].toSorted(),
  };
}

function isOneOf(ways: readonly Way[], one: LabCase, { tookMs, ...seen }: Observed): boolean {
  return ways.some(
    (way) =>
      tookMs > way.tookMs - 10 &&
      tookMs < way.tookMs + LATE_MS &&
      JSON.stringify(seenOf(way, one)) ===
        JSON.stringify({ error: seen.error, addresses: seen.addresses, asked: seen.asked }),
  );
}

describeWith(
  {
    corpus: true,
    root: true,
    files: ["/lib64/ld-linux-x86-64.so.2"],
    programs: ["unshare", "nsenter", "ip", "chroot", "tar", "gcc", "musl-gcc", "ldd"],
  },
  `lookup() and what real libcs do, ${CASES} random lookups each`,
  () => {
    const folder = temporaryFolder();
    const cases = labCases(CASES, SEED);
    let lab: LookupLab;
    beforeAll(async () => {
      lab = await buildLookupLab(folder.path, EACH);
    });
    afterAll(() => lab.end());

    it.concurrent.each([...Object.keys(MUSLS), ...(GLIBC ? ["glibc"] : [])])(
      "%s",
      { timeout: 7_200_000 },
      async (name) => {
        const libc: Libc = name === "glibc" ? "glibc" : generationOf(name)!;
        const look = async (one: LabCase, sandbox: Sandbox) => {
          const ways = lookup(questionOf(one), libc);
          // Nobody waits for ever.
          if (ways.some(({ error }) => error === "hangs")) return undefined;
          const seen = await sandbox.look(one);
          return isOneOf(ways, one, seen) ? undefined : { one, seen, ways };
        };
        /** Looks all of them up, many at once, and returns what differs. */
        const pass = async (asked: readonly LabCase[], among: readonly Sandbox[]) => {
          const differing: NonNullable<Awaited<ReturnType<typeof look>>>[] = [];
          let next = 0;
          const work = async (sandbox: Sandbox) => {
            for (let one = asked[next++]; one !== undefined; one = asked[next++]) {
              const found = await look(one, sandbox);
              if (found !== undefined) differing.push(found);
            }
          };
          await Promise.all(among.map(work));
          return differing;
        };
        const sandboxes = lab.sandboxes.get(name)!;
        let left = await pass(cases, sandboxes);
        // A moment may be lost on a busy machine: what differs every time differs.
        for (let again = 0; again < 8 && left.length > 0; again++) {
          left = await pass(
            left.map(({ one }) => one),
            sandboxes.slice(0, 4),
          );
        }
        const told = left.slice(0, 3).map((one) => ({
          ...one,
          ways: one.ways.map((way) => ({ ...seenOf(way, one.one), tookMs: way.tookMs })),
        }));
        expect({ differing: left.length, told }).toEqual({ differing: 0, told: [] });
      },
    );
  },
);
