/** Reads the JSON report of an earlier run, which anybody may have written. Must not take a form that later code trips over. */
import { type Check, type Fields, fields, isRecord, list, number, optional, text } from "../model/checks.ts";
import { MuslgateError, messageOf } from "../model/error.ts";
import type { ClusterProfile } from "../model/cluster-profile.ts";
import { type Judgement, OUTCOMES, type Report } from "../model/report.ts";
import { keyOfName } from "../model/workload-key.ts";
import type { Workload } from "../model/workload.ts";
import { readText } from "../tree/read-text.ts";

/** A report of thousands of images. */
const MOST_BYTES = 256 * 2 ** 20;

/** Reads the file. Throws MuslgateError (`input`) when it is no report. */
export function readReport(file: string): Report {
  return parseReport(file, readText(file, MOST_BYTES));
}

/** Reads a report's text; `file` is for the error. Throws MuslgateError (`input`) when it is none. */
export function parseReport(file: string, text: string): Report {
  try {
    const report: unknown = JSON.parse(text);
    if (!isRecord(report) || typeof report.version !== "string" || !/^[12]\./.test(report.version)) {
      throw new Error("it is no report of version 1 or 2");
    }
    const wrong = wrongIn(report);
    if (wrong !== undefined) throw new Error(`${wrong} is not as a report has it`);
    return withIdentities(report as unknown as Earlier);
  } catch (error) {
    // What a parser says of a text repeats the text.
    const why = error instanceof SyntaxError ? "it is not JSON" : messageOf(error);
    throw new MuslgateError(
      "input",
      `the report ${file} cannot be used: ${why}`,
      "Write one with `json-file`.",
      error,
    );
  }
}

/**
 * Reports of versions before 1.1 have neither keys nor sources: names stand in. Before 1.2 no verdict said what it rests
 * on: what a search list does never hung on the cluster.
 */
function withIdentities(report: Earlier): Report {
  const judgements = report.judgements.map(({ workload, ...other }): Judgement => {
    const searches = other.verdict.restsOn === undefined && other.verdict.ruleId.startsWith("search-");
    const rest = searches ? { ...other, verdict: { ...other.verdict, restsOn: ["image"] as const } } : other;
    if (workload === undefined) return rest;
    const { key, role = "image" } = workload;
    return { ...rest, workload: { ...workload, key: key ?? keyOfName(workload.name), role } };
  });
  const clusters = report.clusters.map((cluster) => ({ ...cluster, sources: cluster.sources ?? [] }));
  return { ...report, judgements, clusters };
}

type Maybe<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;
type Earlier = Omit<Report, "judgements" | "clusters"> & {
  readonly judgements: readonly (Omit<Judgement, "workload"> & {
    readonly workload?: Maybe<Workload, "key" | "role">;
  })[];
  readonly clusters: readonly Maybe<ClusterProfile, "sources">[];
};

const day: Check = (value) => typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value);
const place = fields({ file: text, line: number, column: number, endLine: number, endColumn: number });
const diagnostic = fields({
  code: text,
  message: text,
  hint: text,
  weight: text,
  reason: optional(text),
  subject: optional(text),
  at: optional(place),
});
const sourced = fields({ text, confidence: text, source: text });
const remedy = fields({
  title: text,
  cost: text,
  snippet: optional(fields({ language: text, text })),
});
const verdict = fields({
  ruleId: text,
  outcome: (value) => OUTCOMES.some((one) => one === value),
  level: text,
  summary: text,
  names: optional(fields({ internal: text, external: text })),
  restsOn: optional(list(text)),
  concerns: optional(list(text)),
  except: optional(list(text)),
  providedThat: optional(text),
  evidence: list(sourced),
  remedies: list(remedy),
  at: optional(place),
  related: list(place),
});
const key = fields({ root: text, kind: text, namespace: text, name: text, container: text });
const answer = fields({ kind: text, because: text, at: optional(place) });
const answers = fields({ internal: answer, external: answer });
const part = fields({ scope: text, sets: list(fields({ says: text })), aaaa: answer, a: answer });

const found = optional(fields({ value: text }));
const image = fields({
  reference: text,
  diagnostics: list(diagnostic),
  musl: fields({ loader: found, package: found }),
  glibc: isRecord,
  process: fields({
    kind: text,
    reason: text,
    musl: optional(fields({ exact: optional(text) })),
  }),
  resolverConfigs: list(fields({ value: fields({ text }) })),
});

/** What compare and the comment look at; the rest is only carried. */
const REPORT: Readonly<Record<string, Check>> = {
  images: list(image),
  clusters: list(
    fields({
      name: text,
      diagnostics: list(diagnostic),
      answers,
      addresses: optional(answers),
      parts: optional(list(part)),
      nodeLocalDns: text,
      nodeLocalDnsBecause: text,
      at: optional(place),
      sources: optional(list(fields({ file: text, role: text, at: place }))),
    }),
  ),
  judgements: list(
    fields({
      workload: optional(
        fields({
          image: text,
          name: text,
          at: optional(place),
          key: optional(key),
          role: optional(text),
          file: optional(text),
          apart: optional(text),
          variant: optional(text),
          pods: optional(number),
        }),
      ),
      image: optional(number),
      cluster: number,
      verdict,
      status: optional((value) => value === "new" || value === "existing"),
      since: optional(day),
      waived: optional(fields({ reason: text, expires: text })),
    }),
  ),
  diagnostics: list(diagnostic),
  patches: optional(list(fields({ file: text, diff: text, because: text, remedies: optional(list(text)) }))),
  fixed: optional(list(text)),
  made: optional(day),
};

function wrongIn(report: Fields): string | undefined {
  return Object.entries(REPORT).find(([name, check]) => !check(report[name]))?.[0];
}
