/** The report as SARIF 2.1.0 in the part that GitHub reads. Must not put a tag or digest into an identity. */
import { createHash } from "node:crypto";
import { imageName } from "../model/image-name.ts";
import type { Log, ReportingDescriptor, Result } from "sarif";
import { groupBy } from "../model/group-by.ts";
import { type Place, samePlace } from "../model/place.ts";
import type { Judgement, Report } from "../model/report.ts";
import { keyText } from "../model/workload-key.ts";
import { changesIn } from "../text/diff-changes.ts";
import { shown, subjectOf } from "./arrange.ts";
import { printable, sentence } from "./text.ts";

/** What SARIF needs to know of a rule. */
export interface SarifRule {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly explanation: string;
  readonly mend: string;
  readonly level: "error" | "warning" | "note";
}

/** Who wrote the file. */
export interface SarifTool {
  readonly version: string;
  readonly homepage: string;
  /** Tells the runs of one commit apart, such as jobs of a matrix and folders of a repository. */
  readonly category?: string;
}

/** GitHub shows no more of a description. */
const MOST_CHARACTERS = 1_024;

/** Renders affected and unknown judgements, those of one line and one rule as one result; ends with a line break. */
export function renderSarif(report: Report, rules: readonly SarifRule[], tool: SarifTool): string {
  const log: Log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "muslgate",
            semanticVersion: tool.version,
            informationUri: tool.homepage,
            rules: rules.map((rule) => descriptor(rule, tool)),
          },
        },
        // GitHub takes all before the last slash for the category.
        automationDetails: {
          id: `muslgate/${tool.category === undefined ? "" : `${printable(tool.category)}/`}`,
        },
        columnKind: "utf16CodeUnits",
        results: grouped(report).map((group) => result(report, group, rules)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function descriptor(rule: SarifRule, tool: SarifTool): ReportingDescriptor {
  const page = `${tool.homepage}/blob/main/docs/rules/${rule.id}.md`;
  return {
    id: rule.id,
    name: rule.id.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: `${rule.title}.` },
    fullDescription: { text: rule.description.slice(0, MOST_CHARACTERS) },
    helpUri: page,
    help: {
      text: `${rule.description}\n\n${rule.explanation}\n\n${rule.mend}`,
      markdown: `${rule.description}\n\n${rule.explanation}\n\n### What to change\n\n${rule.mend}\n\n[More on this rule](${page})`,
    },
    defaultConfiguration: { level: rule.level },
    properties: {
      tags: ["reliability", "kubernetes", "dns"],
      precision: "high",
      "problem.severity": rule.level,
    },
  };
}

/** Same rule, same outcome, same line: one alert that names every image. What is waived is in none. */
export function grouped(report: Report): (readonly Judgement[])[] {
  const unread = new Set(
    report.diagnostics.flatMap(({ code, subject }) => (code === "image-unreadable" ? (subject ?? []) : [])),
  );
  // GitHub ignores suppressions: what is waived is left out. So is what a registry or the network did.
  const alerts = shown(report).filter(
    ({ verdict, waived, workload, image }) =>
      verdict.outcome !== "not-affected" &&
      waived === undefined &&
      !(verdict.outcome === "unknown" && image === undefined && unread.has(workload?.image ?? "")),
  );
  const groups = groupBy(alerts, (judgement) => {
    const { outcome, ruleId, level, names } = judgement.verdict;
    const place = placeOf(report, judgement);
    return JSON.stringify([ruleId, outcome, level, names, place.file, place.line]);
  });
  return [...groups.values()];
}

function result(report: Report, group: readonly Judgement[], rules: readonly SarifRule[]): Result {
  const first = group[0] as Judgement;
  const others = group.slice(1).map((one) => subjectOf(report, one));
  const also =
    others.length === 0
      ? ""
      : ` The same holds for ${others.slice(0, 20).join(", ")}${others.length > 20 ? ` and ${others.length - 20} more` : ""}.`;
  const chains = group.flatMap(({ image }) => {
    const chain = image === undefined ? undefined : report.images[image]?.process.chain;
    return chain === undefined || chain.length === 0 ? [] : [chain.map(({ text }) => text).join(" → ")];
  });
  const chain = chains.length === 0 ? "" : ` Evidence: ${[...new Set(chains)].slice(0, 3).join("; ")}.`;
  const preferred = first.verdict.remedies.find((remedy) => remedy.preferred);
  const remedy = preferred === undefined ? "" : ` What to do: ${preferred.title}.`;
  const identity = fingerprint(report, group);
  return {
    ruleId: first.verdict.ruleId,
    ruleIndex: rules.findIndex(({ id }) => id === first.verdict.ruleId),
    level: first.verdict.level,
    message: { text: printable(`${first.verdict.summary}${also}${chain}${remedy}`) },
    locations: [{ physicalLocation: physical(placeOf(report, first)) }],
    // GitHub goes by the first of them alone. Of a line in a file it works it out itself, and warns of any other.
    partialFingerprints: {
      ...(lineOf(first) === undefined ? { primaryLocationLineHash: `${identity.slice(0, 16)}:1` } : {}),
      "muslgate/v1": identity,
    },
    relatedLocations: relatedTo(report, group)
      .slice(0, 100)
      .map(({ place, part }, i) => ({
        id: i + 1,
        physicalLocation: physical(place),
        message: { text: printable(part) },
      })),
    ...fixesOf(report, group),
  };
}

/** The changes that mend what is hit, as far as they stand in files that it names. */
function fixesOf(report: Report, group: readonly Judgement[]): Pick<Result, "fixes"> {
  const files = new Set(
    group
      .flatMap(({ verdict, workload }) => [verdict.at, workload?.at, ...verdict.related])
      .map((at) => at?.file),
  );
  const ids = new Set(group.flatMap(({ verdict }) => verdict.remedies.map(({ id }) => id)));
  const fixes = (report.patches ?? []).flatMap(({ file, because, diff, remedies = [] }) => {
    const changes = changesIn(diff);
    if (changes.length === 0 || !files.has(file) || !remedies.some((id) => ids.has(id))) return [];
    const replacements = changes.map(({ line, removed, added }) => {
      const last = line + removed.length - 1;
      return removed.length === 0
        ? {
            deletedRegion: { startLine: line, startColumn: 1, endLine: line, endColumn: 1 },
            insertedContent: { text: added.map((text) => `${text}\n`).join("") },
          }
        : {
            deletedRegion: {
              startLine: line,
              startColumn: 1,
              endLine: last,
              endColumn: (removed.at(-1) ?? "").length + 1,
            },
            insertedContent: { text: added.join("\n") },
          };
    });
    const change = { artifactLocation: artifact(file), replacements };
    return [{ description: { text: printable(sentence(because)) }, artifactChanges: [change] }];
  });
  return fixes.length === 0 ? {} : { fixes };
}

/** The other lines that take part, each once, with its part. */
function relatedTo(report: Report, group: readonly Judgement[]): { place: Place; part: string }[] {
  const main = placeOf(report, group[0] as Judgement);
  const all = group.flatMap((one) => {
    const { at, related } = one.verdict;
    return [at, ...related].flatMap((place) =>
      place === undefined || !isInside(place) || samePlace(place, main)
        ? []
        : [{ place, part: partOf(report, one, place) }],
    );
  });
  return [...new Map(all.map((one) => [`${one.place.file}:${one.place.line}`, one])).values()];
}

function partOf(report: Report, { workload, cluster }: Judgement, place: Place): string {
  const { answers, sources = [], name = "" } = report.clusters[cluster] ?? {};
  if (workload?.at !== undefined && samePlace(place, workload.at))
    return `${workload.role === "base image" ? "Decides on" : "Names the image of"} ${workload.name}.`;
  if (workload?.related?.some((one) => samePlace(one, place))) return `Decides on ${workload.name} too.`;
  if (answers?.external.at !== undefined && samePlace(place, answers.external.at))
    return `Decides how ${name} answers AAAA for names outside the cluster.`;
  if (answers?.internal.at !== undefined && samePlace(place, answers.internal.at))
    return `Decides how ${name} answers AAAA for the cluster's own names.`;
  return sources.some(({ file }) => file === place.file)
    ? `Belongs to what describes ${name}.`
    : "Belongs to what is found here.";
}

/** What the alert is, whatever line it moves to: what is said, and of whom; on a line of the cluster's, of which cluster. SHA-256 in hex. */
export function fingerprint(report: Report, group: readonly Judgement[]): string {
  const { ruleId, outcome, level, names } = (group[0] as Judgement).verdict;
  const about = group.map((one) => {
    const { workload } = one;
    const at = lineOf(one);
    if (workload !== undefined && (at === undefined || at.file === workload.at?.file))
      return keyText(workload.key);
    const { sources = [], name = "" } = report.clusters[one.cluster] ?? {};
    return JSON.stringify(sources.length === 0 ? name : sources.map(({ file, role }) => [role, file]));
  });
  const said = JSON.stringify([ruleId, outcome, level, names, [...new Set(about)].toSorted()]);
  return createHash("sha256").update(said).digest("hex");
}

/** The line that makes it true, in a file of the repository: where that is elsewhere, the line that names the image. */
function lineOf({ verdict, workload }: Judgement): Place | undefined {
  const { at } = verdict;
  if (at === undefined || isInside(at)) return at ?? workload?.at;
  return workload?.at ?? verdict.related.find(isInside);
}

function isInside({ file }: Place): boolean {
  return !file.startsWith("/") && !/^[A-Za-z]:/.test(file) && !file.split("/").includes("..");
}

/** The line that makes it true; for an image named on the command line, a path made of its name alone. */
export function placeOf(report: Report, judgement: Judgement): Place {
  const { workload } = judgement;
  const at = lineOf(judgement);
  if (at !== undefined) return at;
  const [folder, name] =
    workload === undefined
      ? ["clusters", subjectOf(report, judgement)]
      : ["container-images", imageName(workload.image)];
  return {
    file: `${folder}/${name.replace(/^[./]+/, "")}`,
    line: 1,
    column: 1,
    endLine: 1,
    endColumn: 1,
  };
}

function artifact(file: string) {
  return { uri: file.split("/").map(encodeURIComponent).join("/"), uriBaseId: "%SRCROOT%" };
}

function physical(place: Place) {
  return {
    artifactLocation: artifact(place.file),
    region: {
      startLine: place.line,
      startColumn: place.column,
      endLine: place.endLine,
      endColumn: Math.max(place.endColumn, place.endLine === place.line ? place.column + 1 : 1),
    },
  };
}
