/** Joins what probes and hooks start with what the container starts. Must not follow anything. */
import type { StartProcess } from "../../model/image-profile.ts";
import type { Besides } from "../../model/surroundings.ts";

/** One of them, and what it came to; nothing where nothing in it asks for names. */
export interface Started extends Besides {
  readonly process?: StartProcess;
}

/**
 * The container's own answer where that is musl already; else mixed where a probe or hook resolves with musl, and unknown
 * where one could not be followed.
 */
export function withBesides(own: StartProcess, started: readonly Started[]): StartProcess {
  if (own.musl !== undefined && own.kind !== "mixed") return own;
  const musl = started.find(({ process }) => process?.musl !== undefined);
  if (musl?.process?.musl !== undefined) {
    const { exact, atLeast, because } = musl.process.musl;
    const isOpen = own.kind === "unknown" || own.musl !== undefined;
    return {
      ...musl.process,
      ...(isOpen && { musl: { atLeast: exact ?? atLeast, confidence: "likely", because } }),
      kind: "mixed",
      culprit:
        musl.process.culprit === undefined
          ? `\`${shown(musl.words)}\` as its ${musl.what}`
          : `${musl.process.culprit}, by its ${musl.what}`,
      ...(own.runtime !== undefined && { runtime: own.runtime }),
      reason:
        `Its ${musl.what} runs ${shown(musl.words)}, which resolves names with musl ${exact ?? ""}`.trimEnd(),
      chain: [...own.chain, { text: `its ${musl.what}` }, ...musl.process.chain],
    };
  }
  const open = started.find(({ process }) => process?.kind === "unknown");
  if (open?.process === undefined || own.kind === "unknown" || own.musl !== undefined) return own;
  return {
    ...open.process,
    reason: `What its ${open.what} runs is not known: ${open.process.reason}`,
  };
}

/** The program, and the script it is given. */
function shown(words: readonly string[]): string {
  const text = words.join(" ").replace(/\s+/g, " ");
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
