/** The command `lookup`: flags in, a lookup's trace in musl and in glibc out. Must not know how either looks names up. */
import { corefileAnswers } from "../cluster/corefiles/answers.ts";
import { readCorefileInput } from "../cluster/corefiles/find.ts";
import { EXIT } from "../judge/exit-code.ts";
import { GKE_SERVICES, PRIVATE_ADDRESSES } from "../knowledge/dns-addresses.ts";
import { compareLibcs, type LookupReport } from "../lookup/comparison.ts";
import { generationOf } from "../lookup/lookup.ts";
import { heardOf } from "../lookup/pair.ts";
import type { Answers } from "../lookup/question.ts";
import { muslConfig } from "../lookup/resolv-conf.ts";
import type { Answer, QueryType } from "../model/dns.ts";
import { MuslgateError } from "../model/error.ts";
import { placeText } from "../model/place.ts";
import { remark, terminalStyle, write } from "../publish/terminal.ts";
import { renderLookup, renderLookupJson } from "../report/lookup.ts";
import { printable } from "../report/text.ts";
import { chosen } from "./chosen.ts";
import { readWhole } from "./whole-file.ts";
import { resolvConfOf } from "./pod-file.ts";

/** Its flags, as commander names them. */
export interface LookupFlags {
  readonly corefile?: string;
  readonly dnsConfig?: string;
  readonly resolvConf?: string;
  readonly hosts?: string;
  readonly exists?: readonly string[];
  readonly musl?: string;
  readonly family: string;
  readonly namespace: string;
  readonly server: readonly string[];
  readonly clusterDomain: string;
  readonly format: string;
}

const FAMILIES = ["any", "inet", "inet6"] as const;

/** Runs it and returns the exit code. Rejects with MuslgateError. */
export async function lookupCommand(name: string, flags: LookupFlags): Promise<number> {
  const json = chosen("--format", flags.format, ["table", "json"] as const) === "json";
  const family = chosen("--family", flags.family, FAMILIES);
  const generation = flags.musl === undefined ? undefined : generationOf(flags.musl);
  if (flags.musl !== undefined && generation === undefined) {
    throw new MuslgateError(
      "usage",
      `"${flags.musl}" is not a musl whose lookups are known`,
      "Write it as its tags are, such as 1.2.5; before 1.1.13 there is no search list.",
    );
  }
  const resolvConf =
    flags.resolvConf === undefined
      ? await resolvConfOf(flags)
      : await readWhole(flags.resolvConf, "Name a pod's resolv.conf.");
  const hosts = flags.hosts === undefined ? "" : await readWhole(flags.hosts, "Name a file like /etc/hosts.");
  const existing = (flags.exists ?? existingFor(name, resolvConf, flags.clusterDomain)).map((one) =>
    one.replace(/\.$/, ""),
  );
  const { title, answers } = await answersOf(flags.corefile, flags.clusterDomain, new Set(existing));
  const question = { name, family, resolvConf, hosts, answers };
  const told = compareLibcs(question, generation === undefined ? undefined : [generation]);
  const report: LookupReport = { name, family, resolvConf, existing, corefile: title, told };
  const { colour } = terminalStyle("auto", process.stdout, process.env);
  await write(
    process.stdout,
    json ? renderLookupJson(report) : renderLookup(report, colour),
    json ? "json" : "words",
  );
  return exitCodeOf(report);
}

/** The Service that the name is short for, where an expansion has a Service's form; else the name itself. */
function existingFor(name: string, resolvConf: string, domain: string): readonly string[] {
  const bare = name.replace(/\.$/, "");
  const whole = [bare, ...muslConfig(resolvConf).search.map((one) => `${bare}.${one}`)];
  const service = whole.find(
    (one) => one.endsWith(`.svc.${domain}`) && one.slice(0, -`.svc.${domain}`.length).split(".").length === 2,
  );
  return [service ?? bare];
}

async function answersOf(
  file: string | undefined,
  domain: string,
  existing: ReadonlySet<string>,
): Promise<{ readonly title?: string; readonly answers: Answers }> {
  /** As a proper server has it that knows these names alone; one outside does not know the cluster's. */
  const proper = (server: string, name: string, type: QueryType) => {
    const strange = isPublic(server) && name.endsWith(`.${domain}`);
    if (!existing.has(name) || strange) return heardOf("NXDOMAIN", "");
    return heardOf(type === "A" ? "address" : "NODATA", "192.0.2.1");
  };
  if (file === undefined) return { answers: proper };
  const inputs = readCorefileInput(file, await readWhole(file, "Name a Corefile or a ConfigMap."));
  const [input] = inputs.corefiles;
  if (input === undefined) {
    throw new MuslgateError("usage", `${file} holds no Corefile`, "Name a Corefile or its ConfigMap.");
  }
  const { ask, faults, diagnostics } = corefileAnswers(input, inputs, { domain });
  const told = [...inputs.diagnostics, ...diagnostics];
  for (const { message, at } of told)
    remark(`${printable(at === undefined ? message : `${placeText(at)}: ${message}`)}\n`);
  // What was not read may decide any name.
  const unread =
    told.some(({ weight }) => weight === "gap") || faults.some(({ kind }) => kind === "corefile-refused");
  const answers: Answers = (server, name, type) => {
    if (unread && !isPublic(server)) return "unknown";
    const { kind, recordType }: Answer = isPublic(server)
      ? { kind: "passed-on", because: "" }
      : ask(`${name}.`, type);
    if (kind === "unknown") return kind;
    if (kind === "passed-on") return proper(server, name, type);
    return heardOf(kind, (recordType ?? type) === "A" ? "192.0.2.1" : "2001:db8::1");
  };
  return { title: input.configMap ?? input.source.file, answers };
}

/** Whether a server is outside of every cluster. */
function isPublic(server: string): boolean {
  return !PRIVATE_ADDRESSES.test(server) && !GKE_SERVICES.test(server);
}

/** 1 where musl fails on some way, 3 where that is not known. */
function exitCodeOf({ told }: LookupReport): number {
  const musl = told.filter(({ libcs }) => libcs.some((libc) => libc.startsWith("musl")));
  const errors = musl.flatMap(({ ways }) => ways.map(({ error }) => error));
  if (errors.some((error) => error !== undefined && error !== "unknown")) return EXIT.findings;
  return errors.includes("unknown") ? EXIT.unreadable : EXIT.clean;
}
