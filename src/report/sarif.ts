/** The report as SARIF 2.1.0 in the part that GitHub reads. Must not put a tag or digest into an identity. */
import { createHash } from "node:crypto";
import { imageName } from "../model/image-name.ts";
import type { Log, ReportingDescriptor, Result } from "sarif";
import { groupBy } from "../model/group-by.ts";
import type { Place } from "../model/place.ts";
import type { Judgement, Report } from "../model/report.ts";
import { keyText } from "../model/workload-key.ts";
import { subjectOf } from "./arrange.ts";
import { printable } from "./text.ts";

/** What SARIF needs to know of a rule. */
export interface SarifRule {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly explanation: string;
  readonly level: "error" | "warning" | "note";
}

/** Who wrote the file. */
export interface SarifTool {
  readonly version: string;
  readonly homepage: string;
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
        automationDetails: { id: "muslgate/" },
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
    name: rule.id.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase()),
    shortDescription: { text: `${rule.title}.` },
    fullDescription: { text: rule.description.slice(0, MOST_CHARACTERS) },
    helpUri: page,
    help: {
      text: `${rule.description}\n\n${rule.explanation}`,
      markdown: `${rule.description}\n\n${rule.explanation}\n\n[More on this rule](${page})`,
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
  // GitHub ignores suppressions: what is waived is left out.
  const alerts = report.judgements.filter(
    ({ verdict, waived }) => verdict.outcome !== "not-affected" && waived === undefined,
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
    relatedLocations: distinct(group.flatMap(({ verdict }) => verdict.related))
      .slice(0, 100)
      .map((place, i) => ({
        id: i + 1,
        physicalLocation: physical(place),
        message: { text: "Takes part in it." },
      })),
  };
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

/** The line that makes it true, in a file. */
function lineOf({ verdict, workload }: Judgement): Place | undefined {
  return verdict.at ?? workload?.at;
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

function physical(place: Place) {
  return {
    artifactLocation: {
      uri: place.file.split("/").map(encodeURIComponent).join("/"),
      uriBaseId: "%SRCROOT%",
    },
    region: {
      startLine: place.line,
      startColumn: place.column,
      endLine: place.endLine,
      endColumn: Math.max(place.endColumn, place.endLine === place.line ? place.column + 1 : 1),
    },
  };
}

function distinct(places: readonly Place[]): Place[] {
  return [...new Map(places.map((place) => [`${place.file}:${place.line}`, place])).values()];
}
