/** Renders a lookup's trace, for people and for programs. Must not judge. */
import pc from "picocolors";
import type { LookupReport, Told } from "../lookup/comparison.ts";
import type { Asked, Heard, LookupError, Step, Way } from "../lookup/question.ts";
import type { QueryType } from "../model/dns.ts";
import { printable } from "./text.ts";

/** The report as one JSON document. */
export function renderLookupJson(report: LookupReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

/** The report as text: each name that is asked for with what every libc makes of its answers, then what comes of all. */
export function renderLookup(report: LookupReport, colour: boolean): string {
  const colours = pc.createColors(colour);
  const { name, family, resolvConf, existing, corefile, image, told } = report;
  const types = { any: "IPv4 and IPv6", inet: "IPv4 alone", inet6: "IPv6 alone" }[family];
  const known = `${existing.join(", ")}, with an A record alone`;
  const head = [
    `getaddrinfo("${name}"), ${types}`,
    ...resolvConf
      .trimEnd()
      .split("\n")
      .map((line) => `  ${line}`),
    corefile === undefined
      ? `Taken to exist: ${known}.`
      : `Answered by ${corefile}. Where it passes a question on, or answers from records, these are taken to exist: ${known}.`,
    ...(image === undefined ? [] : [`${image.reference}: ${image.because.join(" ")}`]),
  ];
  const wide = Math.max(...told.map((one) => labelOf(one).length));
  const names = [
    ...new Set(told.flatMap(({ ways }) => ways.flatMap(({ steps }) => steps.map((step) => step.name)))),
  ];
  const parts = names.map((asked) => [
    colours.bold(printable(asked)),
    ...told.flatMap((one) =>
      stepTexts(one, asked).map((text) => `  ${labelOf(one).padEnd(wide)}  ${printable(text)}`),
    ),
  ]);
  const ends = told.map((one) => {
    const fails = one.ways.some(({ error }) => error !== undefined);
    const text = [...new Set(one.ways.map(endText))].join("; or ");
    return `${labelOf(one).padEnd(wide)}  ${(fails ? colours.red : colours.green)(printable(text))}`;
  });
  return `${[head.map(printable), ...parts, ends].map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function labelOf({ libcs }: Told): string {
  return libcs.map((libc, i) => (i === 0 ? libc : libc.replace("musl ", ""))).join(", ");
}

/** What some libcs do with a name, each way once. */
function stepTexts({ ways }: Told, name: string): readonly string[] {
  const steps = ways.flatMap((way) => way.steps.filter((step) => step.name === name));
  const texts = [...new Set(steps.map(stepText))];
  return texts.length === 0 ? ["does not ask for it"] : texts;
}

function stepText({ asked, heard, goesOn, because, tookMs }: Step): string {
  const answers = (Object.entries(heard) as [QueryType, Heard][]).map(
    ([type, one]) => `${type} ${heardText(one)}`,
  );
  const whom = asked.length === 0 ? "" : `${serversText(asked)}: ${answers.join(", ")}; `;
  const late = tookMs > 0 ? ` after ${tookMs / 1000} s` : "";
  return `${whom}${because}${late}: ${goesOn ? "goes on" : "stops"}`;
}

function serversText(asked: readonly Asked[]): string {
  const by = (over: Asked["over"]) => [
    ...new Set(asked.filter((one) => one.over === over).map(({ server }) => server)),
  ];
  const tcp = by("tcp");
  return `asks ${by("udp").join(" and ")}${tcp.length === 0 ? "" : `, over TCP ${tcp.join(" and ")}`}`;
}

function heardText(heard: Heard): string {
  if (heard === "nothing") return "no answer";
  if (heard === "unknown") return "not known";
  if (heard.rcode !== "NOERROR") return heard.rcode;
  return heard.addresses.length === 0 ? "NODATA" : heard.addresses.slice(0, 4).join(" ");
}

/** The words of musl's own gai_strerror, and of those that have none. */
const ERRORS: Readonly<Record<LookupError, string>> = {
  EAI_NONAME: "Name does not resolve",
  EAI_NODATA: "Name has no usable address",
  EAI_AGAIN: "Try again",
  EAI_FAIL: "Non-recoverable error",
  EAI_SYSTEM: "System error",
  EAI_ADDRFAMILY: "Address family for hostname not supported",
  SIGFPE: "the process dies of a division by zero",
  SIGABRT: "the process ends itself",
  hangs: "it waits for ever",
  unknown: "what comes of it is not known",
};

function endText({ addresses, error, tookMs, without }: Way): string {
  const late = tookMs > 0 ? ` after ${tookMs / 1000} s` : "";
  if (error === "unknown") return ERRORS.unknown;
  if (error !== undefined) return `fails${late}: ${ERRORS[error]} (${error})`;
  const shown = addresses.length > 8 ? [...addresses.slice(0, 8), `${addresses.length - 8} more`] : addresses;
  const whence = without === undefined ? "" : ` (${without === "hosts" ? "/etc/hosts" : without})`;
  return `resolves${late}: ${shown.join(", ")}${whence}`;
}
