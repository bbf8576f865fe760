import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { answer } from "../../src/corefile/answer.ts";
import { effectiveCorefile } from "../../src/corefile/effective.ts";
import { parseCorefile } from "../../src/corefile/parser.ts";
import { parseCoreDns } from "../../src/version/coredns.ts";
import { agrees, letter } from "./letters.ts";
import { type RandomCorefile, randomCorefiles } from "./random-corefiles.ts";

const RELEASE = "1.15.0";
const SEED = 20_261_125;
const SAMPLE = join(import.meta.dirname, `random-${RELEASE}.json`);
/**
 * A long run: the program that record.mjs builds and how many Corefiles it is asked for. With MUSLGATE_SAMPLE the sample
 * that every run is held to is written anew.
 */
const { MUSLGATE_RECORDER: recorder, MUSLGATE_DIFFERENTIAL: many, MUSLGATE_SAMPLE: write } = process.env;

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
        const given = answer(effective, asked, type, parseCoreDns(RELEASE));
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

describe(`Corefiles at random against CoreDNS ${RELEASE}`, () => {
  it("answer as the sample says", () => {
    const corefiles = randomCorefiles(120, SEED);
    if (write !== undefined && recorder !== undefined) {
      writeFileSync(SAMPLE, `${JSON.stringify(served(corefiles, recorder), undefined, 2)}\n`);
    }
    const answers = JSON.parse(readFileSync(SAMPLE, "utf8")) as Answers;
    const { claims, wrong } = contradictions(corefiles, answers);
    expect(wrong).toEqual([]);
    expect(claims).toBeGreaterThan(1_000);
  });

  (recorder === undefined ? () => {} : it)(
    "answer as it does",
    () => {
      const count = Number(many ?? 300);
      for (let from = 0; from < count; from += 250) {
        const corefiles = randomCorefiles(Math.min(250, count - from), SEED + 1 + from);
        expect(contradictions(corefiles, served(corefiles, recorder!)).wrong.slice(0, 3)).toEqual([]);
      }
    },
    3_600_000,
  );
});
