/** Finds a name that a compiled pattern matches, by walking its steps. Must not match a given name. */
import { isDomainName } from "./names.ts";
import { holdsNext, type Meter, type Step, wordCode } from "./steps.ts";

/** Letters that a name is made of, plain ones first: the first that fits is taken. */
const LETTERS = Buffer.from("xabcdefghijklmnopqrstuvwyz0123456789-_");
const DOT = 46;
/** Letters of the longest name. */
const LONGEST = 254;

/** Where the walk stands: in the pattern, in the name, and what the next letter has to be. */
interface Node {
  /** A step, or before the first (`BEFORE`), or behind the match (`BEHIND`). */
  readonly step: number;
  /** Letters of the zone that are written; -1 in the labels before it. */
  readonly inZone: number;
  /** The last letter; -1 at the start. */
  readonly last: number;
  readonly need: Need;
  readonly from?: Node;
  readonly length: number;
}

const NEEDS = ["any", "word", "other", "end"] as const;
type Need = (typeof NEEDS)[number];

const BEFORE = -1;
const BEHIND = -2;

/**
 * A name in a zone (lower-case, closing dot) that the steps match, one of the shortest; nothing where there is none
 * or the shortest has a label that is too long. Throws where the meter ends.
 */
export function witnessOf(steps: readonly Step[], zone: string, meter: Meter): string | undefined {
  const seen = new Set<number>();
  let level: Node[] = [];
  let following: Node[] = [];
  let found: Node | undefined;
  const visit = (into: Node[], first: Node): void => {
    const stack = [first];
    for (let node = stack.pop(); node !== undefined && found === undefined; node = stack.pop()) {
      const place = (node.step + 2) * (zone.length + 2) + node.inZone + 1;
      const key = (place * 4 + kindOf(node.last)) * NEEDS.length + NEEDS.indexOf(node.need);
      if (seen.has(key)) continue;
      seen.add(key);
      meter.spend("corefileWitnesses", 1);
      if (node.step === BEHIND) {
        if (node.need !== "word" && isWhole(node, zone)) found = node;
        into.push(node);
        continue;
      }
      if (node.step === BEFORE) {
        stack.push({ ...node, step: 0 });
        into.push(node);
        continue;
      }
      const step = steps[node.step]!;
      switch (step.op) {
        case "split":
          stack.push({ ...node, step: step.second }, { ...node, step: step.first });
          break;
        case "save":
          stack.push({ ...node, step: step.next });
          break;
        case "assert": {
          const need = holdsNext(step.kind, node.last);
          const both = need === false ? undefined : together(node.need, need);
          if (both !== undefined) stack.push({ ...node, step: step.next, need: both });
          break;
        }
        case "match":
          stack.push({ ...node, step: BEHIND });
          break;
        case "char":
          into.push(node);
      }
    }
  };
  visit(level, { step: BEFORE, inZone: -1, last: -1, need: "any", length: 0 });
  while (found === undefined && level.length > 0) {
    following = [];
    for (const node of level) {
      if (node.length >= LONGEST || node.need === "end") continue;
      meter.spend("corefileWitnesses", 4);
      const step = node.step >= 0 ? steps[node.step] : undefined;
      for (const [code, inZone] of nextLetters(node, zone)) {
        if (node.need !== "any" && (node.need === "word") !== wordCode(code)) continue;
        if (step !== undefined && !(step.op === "char" && step.test(code))) continue;
        const next = step?.op === "char" ? step.next : node.step;
        visit(following, {
          step: next,
          inZone,
          last: code,
          need: "any",
          from: node,
          length: node.length + 1,
        });
        if (found !== undefined) break;
      }
      if (found !== undefined) break;
    }
    level = following;
  }
  if (found === undefined) return undefined;
  const letters: number[] = [];
  for (let node: Node | undefined = found; node !== undefined && node.last >= 0; node = node.from) {
    letters.push(node.last);
  }
  const name = String.fromCharCode(...letters.reverse());
  return isDomainName(name) ? name : undefined;
}

/** All that later letters depend on of the last one: none, a dot, a letter of a word, another. */
function kindOf(code: number): number {
  if (code === -1) return 0;
  return code === DOT ? 1 : wordCode(code) ? 2 : 3;
}

/** The letters that may come next, each with where it leads in the zone. */
function* nextLetters({ inZone, last }: Node, zone: string): Iterable<readonly [number, number]> {
  if (inZone >= 0) {
    if (inZone < zone.length) yield [zone.charCodeAt(inZone), inZone + 1];
    return;
  }
  const begins = last === -1 || last === DOT;
  if (begins && zone !== ".") yield [zone.charCodeAt(0), 1];
  if (!begins) yield [DOT, -1];
  for (const code of LETTERS) if (!begins || code !== 45) yield [code, -1];
}

function isWhole({ inZone, last }: Node, zone: string): boolean {
  return zone === "." ? last === DOT : inZone === zone.length;
}

function together(one: Need, other: Need): Need | undefined {
  if (one === other || other === "any") return one;
  if (one === "any") return other;
  // The end counts as no letter of a word.
  const both = [one, other].toSorted().join(" ");
  return both === "end other" ? "end" : undefined;
}
