/** Renders what a Corefile answers and what that does to musl, in plain words or as JSON. Must not judge. */
import pc from "picocolors";
import type { Explained, Explanation } from "../model/explanation.ts";
import { DENIALS } from "../model/dns.ts";
import { placeText } from "../model/place.ts";
import { printable, sentence } from "./text.ts";

/** The explanations as one JSON document. */
export function renderExplanationJson(explanations: readonly Explanation[]): string {
  return `${JSON.stringify({ corefiles: explanations }, undefined, 2)}\n`;
}

/** The explanations as text. */
export function renderExplanation(explanations: readonly Explanation[], colour: boolean): string {
  const colours = pc.createColors(colour);
  const told = new Set<string>();
  const parts = explanations.map(({ title, domain, zones, names, diagnostics }) => {
    const lines = [colours.bold(`${printable(title)}, cluster domain ${printable(domain)}`)];
    if (zones.length === 0) lines.push("  No zone is served on the port that pods ask.");
    for (const one of [...zones, ...names]) {
      const [words, state] = effectWords(one);
      const paint = {
        fails: colours.red,
        slow: colours.yellow,
        unknown: colours.yellow,
        fine: colours.green,
      }[state];
      lines.push("", `  ${colours.bold(printable(one.subject))}`);
      lines.push(`    ${paint(printable(`${one.type} is answered ${answerWords(one)}`))}`);
      lines.push(`    because ${printable(one.answer.because)}`);
      if (one.answer.at !== undefined) lines.push(`    at ${printable(placeText(one.answer.at))}`);
      if (words !== "") lines.push(`    ${paint(words)}`);
    }
    for (const { message, hint, at, weight } of diagnostics) {
      const where = at === undefined ? "" : `${placeText(at)}: `;
      const text = printable(`${where}${sentence(message)} ${hint}`);
      if (told.has(text)) continue;
      told.add(text);
      lines.push("", `  ${weight === "gap" ? "!" : "-"} ${text}`);
    }
    return lines.join("\n");
  });
  return `${parts.join("\n\n")}\n`;
}

function answerWords({ answer }: Explained): string {
  switch (answer.kind) {
    case "NXDOMAIN":
      return "NXDOMAIN: no such name, of any type";
    case "NODATA":
      return "NODATA: the name exists and has no such record";
    case "address":
      return "with an address";
    case "no-reply":
      return "with silence";
    case "passed-on":
      return answer.detail === undefined ? "by another server" : `by ${answer.detail}`;
    case "unknown":
      return "in a way that is not known";
    case "other-rcode":
      return answer.detail ?? "with an error";
    default:
      return answer.kind;
  }
}

function effectWords({
  effects,
  answer,
  address,
  denied,
}: Explained): readonly [string, "fails" | "slow" | "unknown" | "fine"] {
  if (denied === true) {
    const words = `A is answered ${address?.kind ?? ""} too: no resolver finds an address here, whatever the libc`;
    return effects === undefined ? [`${words}, as is meant for names to block`, "fine"] : [words, "fails"];
  }
  if (address !== undefined && DENIALS.has(address.kind) && effects !== undefined) {
    const old =
      effects.tolerant === "resolves"
        ? "1.2.0 and older, and other resolvers, find the IPv6 address"
        : "older fails too";
    return [
      `A is answered ${address.kind}: musl 1.2.1 and newer fails every lookup here; musl ${old}`,
      "fails",
    ];
  }
  switch (effects?.strict) {
    case undefined:
      return ["", answer.kind === "unknown" ? "unknown" : "fine"];
    case "fails":
      return [
        "musl 1.2.1 and newer fails every lookup here at once, whatever A says; musl 1.2.0 and older resolves",
        "fails",
      ];
    case "fails-slowly":
      return [
        "musl 1.2.1 and newer fails every lookup here after its timeout; musl 1.2.0 and older resolves after it",
        "fails",
      ];
    case "resolves-slowly":
      return ["every musl resolves, but after its timeout", "slow"];
    case "unknown":
      return ["what that does to musl is not known", "unknown"];
    case "resolves":
      return [
        answer.kind === "passed-on"
          ? "every musl resolves, as long as that server answers properly"
          : "every musl resolves",
        "fine",
      ];
  }
}
