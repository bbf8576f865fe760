import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { answer } from "../../src/corefile/answer.ts";
import { type Effective, effectiveCorefile } from "../../src/corefile/effective.ts";
import { holdsName, nameSets } from "../../src/corefile/name-sets.ts";
import { isSubdomain } from "../../src/corefile/names.ts";
import { type Partition, partition } from "../../src/corefile/partition.ts";
import type { Answer } from "../../src/model/dns.ts";
import { parseCorefile } from "../../src/corefile/parser.ts";
import { parseCoreDns } from "../../src/version/coredns.ts";
import { agrees, letter } from "./letters.ts";
import { type RandomCorefile, randomCorefiles } from "./random-corefiles.ts";

const RELEASE = "1.15.0";
const SEED = 20_261_125;
const SAMPLE = join(import.meta.dirname, `random-${RELEASE}.json`);
/**
 * A long run: the program that record.mjs builds, how many Corefiles it is asked for and, where a run is cut into several,
 * how many were asked for before. With MUSLGATE_SAMPLE the sample that every run is held to is written anew.
 */
const {
  MUSLGATE_RECORDER: recorder,
  MUSLGATE_DIFFERENTIAL: many,
  MUSLGATE_DIFFERENTIAL_FROM: before,
  MUSLGATE_SAMPLE: write,
} = process.env;

type Answers = Readonly<Record<string, string>>;

/** What real CoreDNS answers; a few hundred at once, since its servers are left running. */
function served(corefiles: readonly RandomCorefile[], program: string): Answers {
  const input = corefiles
    .map(({ name, text, names }) => `=== ${name}\nnames ${names.join(" ")}\n${text}`)
    .join("");
  const output = execFileSync(program, {
    input: `names example.com\n${input}`,
    stdio: ["pipe", "pipe", "ignore"],
    maxBuffer: 2 ** 28,
  }).toString();
  return (JSON.parse(output.slice(output.indexOf('{\n "coreDns"'))) as { answers: Answers }).answers;
}

/** Claims of the model that real CoreDNS contradicts, and how many were made in all. */
function contradictions(corefiles: readonly RandomCorefile[], answers: Answers) {
  let claims = 0;
  const wrong = corefiles.flatMap(({ name, text, names }) => {
    const { corefile, diagnostics } = parseCorefile(text.replaceAll("UPSTREAM", "192.0.2.9"));
    const effective = effectiveCorefile(corefile, diagnostics);
    const recorded = answers[name]!.split(" ");
    return names.flatMap((asked, i) =>
      (["A", "AAAA"] as const).flatMap((type, j) => {
        const [name = "", address] = asked.split("@");
        const given = answer(effective, name, type, parseCoreDns(RELEASE), { address });
        const ours = letter(given, !given.because.startsWith("CoreDNS does not start"));
        const real = recorded[0] === "X" ? "X" : recorded[2 * i + j]!;
        // What a file has is not known, nor does what dns64 makes of the upstream's records bear its mark.
        const elsewhere = ours === "+" && /only \/dev\/null|dns64 makes/.test(given.because);
        if (ours === "?" || elsewhere) return [];
        claims++;
        return agrees(ours, real)
          ? []
          : [`${asked} ${type}: ${ours}, really ${real}; ${given.because}\n${text}`];
      }),
    );
  });
  return { claims, wrong };
}

/** Whether a recorded letter gives a resolver records or none, or by which code it is denied. */
const classOf = (letter: string) => (/^[0aw]/.test(letter) ? "fine" : letter[0]!);
/** The same of an answer of the model; nothing where it is not known, or hangs on what no Corefile says. */
function claimed({ kind, because }: Answer): string | undefined {
  if (kind === "passed-on") return /only \/dev\/null|dns64 makes/.test(because) ? undefined : "fine";
  if (kind === "NODATA" || kind === "address") return "fine";
  const said = letter({ kind, because }, !because.startsWith("CoreDNS does not start"));
  return said === "?" || said === "X" ? undefined : said;
}

/**
 * What the partition says of names that no set holds, that they fare as the scope does, and of those that one set alone
 * holds, that they fare as that set's part, or as the scope where it is in none: claims that CoreDNS contradicts.
 */
function partitionContradictions(corefiles: readonly RandomCorefile[], answers: Answers) {
  let claims = 0;
  const wrong = corefiles.flatMap(({ name: title, text, names }) => {
    const recorded = answers[title]!.split(" ");
    if (recorded[0] === "X") return [];
    const { corefile, diagnostics } = parseCorefile(text.replaceAll("UPSTREAM", "192.0.2.9"));
    const effective = effectiveCorefile(corefile, diagnostics);
    const find = (pattern: string, name: string) => {
      const matcher = effective.patterns.compile(pattern);
      return matcher.kind === "pattern" && matcher.find(name) !== undefined;
    };
    return names.flatMap((asked, i) => {
      const [name = "", address] = asked.split("@");
      const { internal, external, parts } = partitionOf(effective, address);
      const sets = [...nameSets(effective, "cluster.local", address)];
      const holding = sets.filter((one) => holdsName(one, name, find));
      const own = isSubdomain("cluster.local.", name);
      // The cluster's own names are its Services.
      if (own && !isSubdomain("svc.cluster.local.", name)) return [];
      const scope = own ? internal : external;
      const [set, ...more] = holding;
      // What a rewrite makes of a name may be one that hosts lists, or of another set: its witness alone is told.
      const isRenamed = set?.how !== "zone" && (set?.how !== "pattern" || text.includes(`regex ${set.text}`));
      if (set !== undefined && isRenamed && set.witness !== name) return [];
      // Of names under a zone its own is none: suffixes and `except` are told from it.
      if (more.length > 0 || (set?.how === "zone" && set.zone === name)) return [];
      // A witness that other sets hold as well speaks for what they have in common.
      if (set !== undefined && sets.filter((one) => holdsName(one, set.witness, find)).length > 1) return [];
      const part =
        set &&
        parts.find((one) =>
          one.sets.some(({ how, zone, text }) => how === set.how && zone === set.zone && text === set.text),
        );
      return (["a", "aaaa"] as const).flatMap((half, j) => {
        const said = claimed((part ?? scope)[half]);
        if (said === undefined) return [];
        claims++;
        const real = classOf(recorded[2 * i + j]!);
        const told = set === undefined ? "in no set" : set.says;
        return said === real ? [] : [`${asked} ${half} (${told}): ${said}, really ${real}\n${text}`];
      });
    });
  });
  return { claims, wrong };
}

const PARTITIONS = new WeakMap<Effective, Map<string, Partition>>();

function partitionOf(effective: Effective, address: string | undefined): Partition {
  const known = PARTITIONS.get(effective) ?? new Map<string, Partition>();
  PARTITIONS.set(effective, known);
  const found =
    known.get(address ?? "") ??
    partition(
      [effective],
      "cluster.local",
      (name, type) => answer(effective, name, type, parseCoreDns(RELEASE), { address }),
      address,
    );
  known.set(address ?? "", found);
  return found;
}

describe(`Corefiles at random against CoreDNS ${RELEASE}`, () => {
  it("answer as the sample says", () => {
    const made = randomCorefiles(120, SEED);
    if (write !== undefined && recorder !== undefined) {
      const now = served(made, recorder);
      const held = made.map(({ name, names }) => [name, { names: names.join(" "), answers: now[name] }]);
      writeFileSync(SAMPLE, `${JSON.stringify(Object.fromEntries(held), undefined, 2)}\n`);
    }
    // The names are the sample's own: those that are told apart today may be others.
    const sample = JSON.parse(readFileSync(SAMPLE, "utf8")) as Record<string, Answers>;
    const corefiles = made.map((one) => ({ ...one, names: sample[one.name]!.names!.split(" ") }));
    const answers = Object.fromEntries(made.map(({ name }) => [name, sample[name]!.answers!]));
    const { claims, wrong } = contradictions(corefiles, answers);
    expect(wrong).toEqual([]);
    expect(claims).toBeGreaterThan(1_000);
    const told = partitionContradictions(corefiles, answers);
    expect(told.wrong).toEqual([]);
    expect(told.claims).toBeGreaterThan(300);
  });

  (recorder === undefined ? () => {} : it)(
    "answer as it does",
    () => {
      const first = Number(before ?? 0);
      const end = first + Number(many ?? 300);
      for (let from = first; from < end; from += 250) {
        const corefiles = randomCorefiles(Math.min(250, end - from), SEED + 1 + from);
        const answers = served(corefiles, recorder!);
        expect(contradictions(corefiles, answers).wrong.slice(0, 3)).toEqual([]);
        expect(partitionContradictions(corefiles, answers).wrong.slice(0, 3)).toEqual([]);
      }
    },
    3_600_000,
  );
});
