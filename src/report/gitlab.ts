/** The report as GitLab's Code Quality artifact, in the fields that GitLab documents. Must find nothing that SARIF does not. */
import { createHash } from "node:crypto";
import type { Judgement, Level, Report } from "../model/report.ts";
import { jsonText } from "./json.ts";
import { fingerprint, grouped, placeOf } from "./sarif.ts";
import { printable } from "./text.ts";

/** One issue, as docs.gitlab.com/ci/testing/code_quality ("Code Quality report format") has it. */
interface Issue {
  readonly description: string;
  readonly check_name: string;
  /** The same for the same issue, whatever line it moves to; no other issue's. */
  readonly fingerprint: string;
  readonly severity: "info" | "minor" | "major" | "critical" | "blocker";
  /** GitLab takes no path that begins with `./`, and counts lines from 1. */
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

const SEVERITIES: Readonly<Record<Level, Issue["severity"]>> = {
  error: "critical",
  warning: "major",
  note: "minor",
};

/** Renders affected and unknown judgements as SARIF has them; GitLab compares with the target branch itself. */
export function renderGitlab(report: Report): string {
  const seen = new Map<string, number>();
  const issues = grouped(report).map((group): Issue => {
    const { verdict } = group[0] as Judgement;
    const place = placeOf(report, group[0] as Judgement);
    return {
      description: printable(`${verdict.summary}${othersText(group.length - 1)}${mendText(verdict)}`),
      check_name: verdict.ruleId,
      fingerprint: unique(fingerprint(report, group), seen),
      severity: SEVERITIES[verdict.level],
      location: { path: place.file.replace(/^(?:\.\/+)+/, ""), lines: { begin: place.line } },
    };
  });
  return jsonText(issues);
}

function othersText(count: number): string {
  return count === 0 ? "" : ` The same holds for ${count} more on this line.`;
}

function mendText({ remedies }: Judgement["verdict"]): string {
  const preferred = remedies.find((remedy) => remedy.preferred);
  return preferred === undefined ? "" : ` What to do: ${preferred.title}.`;
}

/** GitLab shows one issue for each fingerprint: of two alike, the second gets one of its own. */
function unique(identity: string, seen: Map<string, number>): string {
  const count = (seen.get(identity) ?? 0) + 1;
  seen.set(identity, count);
  return count === 1 ? identity : createHash("sha256").update(`${identity} ${count}`).digest("hex");
}
