/** The command `probe`: flags in, text and exit code out. Must not speak DNS itself. */
import { createSocket } from "node:dgram";
import { randomInt } from "node:crypto";
import { connect } from "node:net";
import { performance } from "node:perf_hooks";
import { MuslgateError } from "../model/error.ts";
import { isNobodys, type ProbeResult } from "../model/probe.ts";
import { clusterProfile } from "../cluster/profile.ts";
import { witnessNames } from "../cluster/witness-names.ts";
import { muslConfig } from "../lookup/resolv-conf.ts";
import { readText } from "../tree/read-text.ts";
import { EXIT } from "../judge/exit-code.ts";
import { probe } from "../probe/probe.ts";
import { remark, terminalStyle, write } from "../publish/terminal.ts";
import { chosen } from "./chosen.ts";
import { renderProbe, renderProbeJson } from "../report/probe.ts";

/** Its flags, as commander names them. */
export interface ProbeFlags {
  readonly server?: string;
  readonly name: readonly string[];
  readonly corefile?: readonly string[];
  readonly timeout: string;
  readonly attempts: string;
  readonly format: string;
}

const FORMATS = ["table", "json"] as const;

/** Runs it and returns the exit code. Rejects with MuslgateError. */
export async function probeCommand(flags: ProbeFlags): Promise<number> {
  const json = chosen("--format", flags.format, FORMATS) === "json";
  const timing = {
    timeoutMs: 1000 * numberOf("timeout", flags.timeout, 60),
    attempts: numberOf("attempts", flags.attempts, 10),
  };
  const { name } = flags;
  const [server = "", ...others] = flags.server === undefined ? ownServers() : [flags.server];
  const { names: parts, left } = partsOf(flags.corefile ?? []);
  const witnesses = parts.filter((one) => !name.includes(one.name));
  const ports = {
    createSocket,
    connect,
    now: () => performance.now(),
    randomId: () => randomInt(0x10000),
  };
  const names = [...name, ...new Set(witnesses.map((one) => one.name))];
  const asked = await probe({ server, names, ...timing }, ports);
  const results = asked.map((result, i) => ({
    ...result,
    part: i < name.length ? undefined : witnesses.find((one) => one.name === result.name)?.part,
  }));
  if (left > 0)
    remark(
      `${left} of the Corefile's sets of names were not asked for: they have no name yet, or are too many.\n`,
    );
  if (others.length > 0)
    remark(
      `${RESOLV_CONF} names ${others.join(" and ")} too, which musl asks at once: ask each with --server.\n`,
    );
  const report = { server, ...timing, results };
  const { colour } = terminalStyle("auto", process.stdout, process.env);
  await write(
    process.stdout,
    json ? renderProbeJson(report) : renderProbe(report, colour),
    json ? "json" : "words",
  );
  return exitCodeOf(results);
}

const RESOLV_CONF = "/etc/resolv.conf";

/** Whom a program here asks, in a pod or on a machine; without the file musl asks this machine itself. */
function ownServers(): readonly string[] {
  let text = "";
  try {
    text = readText(RESOLV_CONF);
  } catch (error) {
    if (!(error instanceof MuslgateError) || error.code === "internal") throw error;
  }
  return muslConfig(text).servers;
}

/** Each may take the whole timeout. */
const MOST_WITNESSES = 40;

/** What the Corefiles tell apart, as every other command tells it. */
function partsOf(files: readonly string[]): ReturnType<typeof witnessNames> {
  if (files.length === 0) return { names: [], left: 0 };
  const corefiles = files.map((file) => ({
    file,
    text: readText(file, undefined, "Name a Corefile or a ConfigMap."),
  }));
  return witnessNames(
    clusterProfile({ corefiles, nodeLocalDns: "auto", autopilot: "unknown" }),
    MOST_WITNESSES,
  );
}

/** musl caps both (resolvconf.c): 60 s, 10 attempts. */
function numberOf(flag: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d{1,2}$/.test(text) && value >= 1 && value <= most) return value;
  throw new MuslgateError(
    "usage",
    `--${flag} ${text} is not possible`,
    `Give a whole number from 1 to ${most}.`,
  );
}

/** A failure beats silence, silence is not clean. */
function exitCodeOf(results: readonly ProbeResult[]): number {
  const silent = results.filter(({ a, aaaa }) => a.kind === "no-reply" && aaaa.kind === "no-reply");
  const failed = results.filter(
    (result) =>
      !isNobodys(result) && result.outcomes.some(({ strict, error }) => strict && error !== undefined),
  );
  if (failed.some((result) => !silent.includes(result))) return EXIT.findings;
  return silent.length > 0 ? EXIT.unreadable : EXIT.clean;
}
