/** Renders what a DNS server said to musl's questions, for people and for programs. Must not judge. */
import pc from "picocolors";
import type { ProbedHalf, ProbedReply, ProbeOutcome, ProbeResult } from "../model/probe.ts";
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
  const parts = results.map(({ name, a, aaaa, outcomes, problem }) =>
    [
      colours.bold(printable(name)),
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
    ].join("\n"),
  );
  return `${[head, ...parts, lastLine(results)].join("\n\n")}\n`;
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

function lastLine(results: readonly ProbeResult[]): string {
  const silent = results.filter(({ a, aaaa }) => a.kind === "no-reply" && aaaa.kind === "no-reply");
  if (silent.length === results.length) return "The server did not reply: nothing is known.";
  const failed = results.filter((result) => result.outcomes.some(failsStrictly));
  const [first] = failed;
  if (first === undefined) return "Every name resolves with musl 1.2.1 and newer.";
  const names = failed.map(({ name }) => printable(name)).join(", ");
  const anyway = failed.every(({ outcomes }) => outcomes.every(({ error }) => error !== undefined));
  return anyway
    ? `Every musl fails: ${names}. The server has no address for it.`
    : `musl 1.2.1 and newer fail: ${names}.`;
}

function failsStrictly({ strict, error }: ProbeOutcome): boolean {
  return strict && error !== undefined;
}
