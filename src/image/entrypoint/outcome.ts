/** One answer for everything that starts. Must not look at files. */
import type { ChainLink, StartProcess } from "../../model/image-profile.ts";
import { orderMusl, parseMusl } from "../../version/musl.ts";

/** What one program that starts came to. */
export interface Outcome {
  readonly process: StartProcess;
  /** As words: "`wget` in /entry.sh:2"; nothing for the program the container is started with. */
  readonly started: string | undefined;
  /** Whether it surely starts. */
  readonly sure: boolean;
  /** Whether it takes the place of what started it, so that the container is this program in the end. */
  readonly isMain: boolean;
}

/** The answer: musl where a program resolves with it, unknown where one is not known, else what all of them are. */
export function together(all: readonly Outcome[], steps: readonly ChainLink[]): StartProcess {
  const outcomes = differing(all);
  const musl = outcomes.filter(({ process }) => process.musl !== undefined);
  const open = outcomes.filter(({ process }) => process.kind === "unknown");
  const others = outcomes.filter(
    ({ process }) =>
      process.musl === undefined && process.kind !== "unknown" && process.kind !== "no-lookups",
  );
  const none = outcomes.filter(({ process }) => process.kind === "no-lookups");
  if (musl.length > 0) return withMusl(musl, open, others, none);
  const [first] = open;
  if (first !== undefined) return first.process;
  const [other] = best(others);
  if (other !== undefined) {
    if (others.every(({ process }) => process.kind === other.process.kind)) return other.process;
    return {
      ...other.process,
      kind: "mixed",
      reason: "It starts several programs, and none resolves names with musl",
    };
  }
  const [nothing] = best(none);
  return (
    nothing?.process ?? { kind: "no-lookups", reason: "It starts nothing that looks up names", chain: steps }
  );
}

function withMusl(
  musl: readonly Outcome[],
  open: readonly Outcome[],
  others: readonly Outcome[],
  none: readonly Outcome[],
): StartProcess {
  const sorted = best(musl).toSorted((a, b) => newestFirst(a.process, b.process));
  const chosen = sorted[0] as Outcome;
  const version = ({ process }: Outcome) =>
    JSON.stringify([process.musl?.exact, process.musl?.atLeast, process.musl?.below]);
  const same = musl.every(
    (one) => version(one) === version(chosen) && one.process.kind === chosen.process.kind,
  );
  const sure = musl.some((one) => one.sure) || none.every(({ isMain }) => !isMain);
  if (same && open.length === 0 && others.length === 0 && sure) return chosen.process;
  const { exact, atLeast, because } = chosen.process.musl as NonNullable<StartProcess["musl"]>;
  // What is not known may be of a newer release.
  const isOpen =
    open.length > 0 || (musl.length > 1 && musl.some(({ process }) => process.musl?.exact === undefined));
  const culprit = chosen.started ?? musl.find(({ started }) => started !== undefined)?.started;
  const who = culprit === undefined ? "at least one" : culprit;
  // nginx has a resolver of its own besides, which a rule of its own looks at.
  const isNginx = others.some(({ process, isMain }) => isMain && process.runtime === "nginx");
  return {
    ...chosen.process,
    ...(isOpen ? { musl: { atLeast: exact ?? atLeast, confidence: "likely", because } } : {}),
    runtime: chosen.process.runtime ?? (isNginx ? "nginx" : undefined),
    kind: "mixed",
    culprit,
    reason: `It starts several programs, and ${who} resolves names with musl ${exact ?? ""}`.trimEnd(),
  };
}

/** Each different answer once, the surest and the main one of them. */
function differing(all: readonly Outcome[]): readonly Outcome[] {
  const found = new Map<string, Outcome>();
  for (const one of all) {
    const { chain: _, ...rest } = one.process;
    const key = JSON.stringify([rest, one.isMain, one.sure]);
    if (!found.has(key)) found.set(key, one);
  }
  return [...found.values()];
}

/** The container's own program before those that scripts start on the way, what is sure before what is not. */
function best(outcomes: readonly Outcome[]): readonly Outcome[] {
  const rank = ({ isMain, sure }: Outcome) => (isMain ? 0 : 2) + (sure ? 0 : 1);
  return outcomes.toSorted((a, b) => rank(a) - rank(b));
}

/** What is not known exactly comes after what is. */
function newestFirst(a: StartProcess, b: StartProcess): number {
  const release = ({ musl }: StartProcess) => parseMusl(musl?.exact ?? musl?.atLeast ?? "");
  const [x, y] = [release(a), release(b)];
  if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
  return orderMusl(y, x);
}
