/** The command `probe`: flags in, text and exit code out. Must not speak DNS itself. */
import { createSocket } from "node:dgram";
import { randomInt } from "node:crypto";
import { connect } from "node:net";
import { performance } from "node:perf_hooks";
import { type Command, Option } from "commander";
import { MuslgateError } from "./model/error.ts";
import type { ProbeResult } from "./model/probe.ts";
import { EXIT } from "./policy.ts";
import { probe } from "./probe/probe.ts";
import { terminalStyle, write } from "./publish/terminal.ts";
import { renderProbe, renderProbeJson } from "./report/probe.ts";

interface Flags {
  readonly server: string;
  readonly name: readonly string[];
  readonly timeout: string;
  readonly attempts: string;
  readonly format: "table" | "json";
}

/** A name of every cluster, and one outside. */
const NAMES = ["kubernetes.default.svc.cluster.local", "example.com"];

/** Adds the command to a program; `ended` takes its exit code. */
export function addProbeCommand(program: Command, ended: (code: number) => void): void {
  program
    .command("probe")
    .description("ask a DNS server as musl does, and say what each musl makes of its answers")
    .requiredOption("--server <IP[:PORT]>", "The DNS server, as in a pod's /etc/resolv.conf.")
    .option("--name <NAME...>", "Names to ask for, in full; no search domain is tried.", NAMES)
    .option("--timeout <SECONDS>", "As `options timeout` in resolv.conf.", "5")
    .option("--attempts <NUMBER>", "As `options attempts` in resolv.conf.", "2")
    .addOption(
      new Option("--format <FORMAT>", "How the result is printed.")
        .choices(["table", "json"])
        .default("table"),
    )
    .action(async (flags: Flags) => {
      const timing = {
        timeoutMs: 1000 * numberOf("timeout", flags.timeout, 60),
        attempts: numberOf("attempts", flags.attempts, 10),
      };
      const { server, name: names } = flags;
      const ports = {
        createSocket,
        connect,
        now: () => performance.now(),
        randomId: () => randomInt(0x10000),
      };
      const results = await probe({ server, names, ...timing }, ports);
      const report = { server, ...timing, results };
      const { colour } = terminalStyle("auto", process.stdout, process.env);
      await write(
        process.stdout,
        flags.format === "json" ? renderProbeJson(report) : renderProbe(report, colour),
      );
      ended(exitCodeOf(results));
    });
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
  const failed = results.filter(({ outcomes }) =>
    outcomes.some(({ strict, error }) => strict && error !== undefined),
  );
  if (failed.some((result) => !silent.includes(result))) return EXIT.findings;
  return silent.length > 0 ? EXIT.unreadable : EXIT.clean;
}
