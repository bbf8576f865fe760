/** Renders what a DNS server said to musl's questions, for people and for programs. Must not judge. */
import pc from "picocolors";
import {
  isNobodys,
  type ProbedHalf,
  type ProbedReply,
  type ProbeOutcome,
  type ProbeResult,
} from "../model/probe.ts";
import { DENIALS } from "../model/dns.ts";
import { groupBy } from "../model/group-by.ts";
import { printable } from "./text.ts";

/** What was asked, and what came of it. */
export interface ProbeReport {
  /** As written. */
  readonly server: string;
  readonly timeoutMs: number;
  readonly attempts: number;
  readonly results: readonly ProbeResult[];
}

/** The report as one JSON document. */
export function renderProbeJson(report: ProbeReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

/** The report as text: for every name both answers, and what each musl makes of them. */
export function renderProbe(report: ProbeReport, colour: boolean): string {
  const colours = pc.createColors(colour);
  const { server, timeoutMs, attempts, results } = report;
  const head = `Asked ${printable(server)} as musl does: A and AAAA at once, ${timeoutMs / 1000} s timeout, ${attempts} ${attempts === 1 ? "attempt" : "attempts"}`;
  const parts = results.map(({ name, part, a, aaaa, outcomes, problem }) =>
    [
      colours.bold(printable(name)),
      ...(part === undefined
        ? []
        : [
            `  ${"for".padEnd(22)} ${printable(part.says)}`,
            `  ${"by the Corefile".padEnd(22)} A ${part.a}, AAAA ${part.aaaa}`,
          ]),
      ...[a, aaaa].map((half) => `  ${half.type.padEnd(22)} ${printable(halfWords(half))}`),
      ...(problem === undefined ? [] : [`  ${"could not send".padEnd(22)} ${printable(problem)}`]),
      ...outcomes.map((outcome) => {
        const paint = outcome.effect.startsWith("fails")
          ? colours.red
          : outcome.effect === "resolves"
            ? colours.green
            : colours.yellow;
        return `  ${`musl ${outcome.generation}`.padEnd(22)} ${paint(printable(outcomeWords(outcome)))}`;
      }),
      ...misreadLines(outcomes).map((line) => `  ${"for IPv6 alone".padEnd(22)} ${colours.yellow(line)}`),
    ].join("\n"),
  );
  return `${[head, ...parts, lastLines(results)].join("\n\n")}\n`;
}

/** What a lookup for IPv6 alone makes of A records in the answer to AAAA. */
function misreadLines(outcomes: readonly ProbeOutcome[]): readonly string[] {
  const misled = outcomes.filter(({ misread }) => misread !== undefined);
  const [first] = misled;
  if (first?.misread === undefined) return [];
  const who = misled.map(({ generation }) => generation).join(", ");
  return first.misread.map(({ address, as }) =>
    printable(`musl ${who}: the A record ${address} read as ${as}`),
  );
}

function halfWords(half: ProbedHalf): string {
  const { udp, tcp, passedOver } = half;
  if (udp === undefined) {
    return passedOver.length === 0
      ? "no reply"
      : `${passedOver.join(", ")}, which musl does not take for an answer`;
  }
  if (!udp.truncated) return replyWords(udp);
  const over = tcp === undefined ? "no answer over TCP" : `over TCP ${replyWords(tcp)}`;
  return `truncated: ${replyWords(udp)}; ${over}`;
}

function replyWords({ rcode, addresses, afterMs }: ProbedReply): string {
  const texts = addresses.map(({ text }) => text);
  const what = rcode === "NXDOMAIN" ? rcode : texts.length > 0 ? texts.join(", ") : "NODATA";
  return `${what} (${afterMs} ms)`;
}

/** The words of musl's own gai_strerror. */
const ERRORS: Readonly<Record<NonNullable<ProbeOutcome["error"]>, string>> = {
  EAI_NONAME: "Name does not resolve",
  EAI_NODATA: "Name has no usable address",
  EAI_AGAIN: "Try again",
};

function outcomeWords({ effect, error, addresses }: ProbeOutcome): string {
  const late = effect.endsWith("slowly") ? " after the timeout" : "";
  if (error === undefined) return `resolves${late}: ${addresses.join(", ")}`;
  return `fails${late}: ${ERRORS[error]} (${error})`;
}

/** What came of all names: one line for those that fail alike. */
function lastLines(results: readonly ProbeResult[]): string {
  const silent = results.filter(isSilent);
  if (silent.length === results.length) return "The server did not reply: nothing is known.";
  const told = results.filter((result) => isSilent(result) || failing(result).length > 0);
  const says = (said: string, own: readonly ProbeResult[]) =>
    printable(said.replace("NAMES", () => own.map(({ name }) => name).join(", ")));
  const lines =
    told.length === 0
      ? ["Every name resolves with musl 1.2.1 and newer."]
      : [...groupBy(told, what)].map(([said, own]) => says(said, own));
  const otherwise = results.filter(answersOtherwise);
  if (otherwise.length > 0)
    lines.push(
      says(
        "The server does not answer AAAA as this Corefile does: NAMES. It may have another one.",
        otherwise,
      ),
    );
  return lines.join("\n");
}

/** Whether a server's AAAA cannot come of the Corefile. What that one hands on, anybody may answer; nobody has what is made up. */
function answersOtherwise(result: ProbeResult): boolean {
  const { part, aaaa } = result;
  if (part === undefined || isNobodys(result) || aaaa.kind === "no-reply") return false;
  return DENIALS.has(part.aaaa) && part.aaaa !== aaaa.kind;
}

const isSilent = ({ a, aaaa }: ProbeResult): boolean => a.kind === "no-reply" && aaaa.kind === "no-reply";

const failing = ({ outcomes }: ProbeResult): readonly ProbeOutcome[] =>
  outcomes.filter(({ error }) => error !== undefined);

/** What came of a name, with NAMES where it and those like it stand. */
function what(result: ProbeResult): string {
  const { a, aaaa, outcomes } = result;
  if (isSilent(result)) return "No reply: NAMES.";
  if (isNobodys(result)) return "Made up, and nobody's, so that they say nothing: NAMES.";
  if (a.kind === "NXDOMAIN" && aaaa.kind === "NXDOMAIN") {
    return "They do not exist, for any resolver (A and AAAA are denied): NAMES.";
  }
  const failed = failing(result);
  if (failed.length === outcomes.length) return "Every musl fails: NAMES. The server has no address for it.";
  return `${whoFails(outcomes, failed)}: NAMES.`;
}

/** `musl before 1.2.4 fails`; generations are named after the releases they begin with, oldest first. */
function whoFails(outcomes: readonly ProbeOutcome[], failed: readonly ProbeOutcome[]): string {
  const begin = (outcome: ProbeOutcome | undefined) => outcome?.generation.split(" ", 1)[0] ?? "";
  const [first, last] = [outcomes.indexOf(failed[0]!), outcomes.indexOf(failed.at(-1)!)];
  const together = last - first + 1 === failed.length;
  if (together && last === outcomes.length - 1) return `musl ${begin(failed[0])} and newer fail`;
  if (together && first === 0) return `musl before ${begin(outcomes[last + 1])} fails`;
  return `musl ${failed.map(({ generation }) => generation).join(" and ")} fails`;
}
