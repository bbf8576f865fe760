/** The report as Prometheus text: numbers by cluster, outcome and rule. Must hold no name of a container, so that series stay few. */
import { counted, type Judgement, OUTCOMES, type Report } from "../model/report.ts";
import { containers, shown } from "./arrange.ts";
import { printable } from "./text.ts";

type Labels = Readonly<Record<string, string>>;

/**
 * Renders gauges in the text format that scrapers and node_exporter's textfile collector read (prometheus.io, Exposition
 * formats 0.0.4). A container that meets several clusters counts in each. What was there before or is waived has a state
 * of its own. Every cluster has every outcome, so that what heals is a 0 and no gap in a graph.
 */
export function renderPrometheus(report: Report): string {
  const nameOf = (cluster: number) => report.clusters[cluster]?.name ?? "";
  const found = new Series();
  for (const { name: cluster } of report.clusters) {
    for (const outcome of OUTCOMES) found.add({ cluster, outcome, state: "counted" }, 0);
  }
  for (const { on } of containers(report)) {
    for (const [cluster, one] of on)
      found.add({ cluster: nameOf(cluster), outcome: one.verdict.outcome, state: stateOf(one) }, 1);
  }
  const rules = new Series();
  for (const one of shown(report)) {
    const { ruleId: rule, outcome, level } = one.verdict;
    if (outcome === "not-affected") continue;
    rules.add({ cluster: nameOf(one.cluster), rule, outcome, level, state: stateOf(one) }, 1);
  }
  const gaps = [report, ...report.images, ...report.clusters]
    .flatMap(({ diagnostics }) => diagnostics)
    .filter(({ weight }) => weight === "gap");
  const untold = new Series();
  untold.add({}, gaps.length);
  const read = new Series();
  read.add({ complete: "true" }, report.images.filter(({ complete }) => complete).length);
  read.add({ complete: "false" }, report.images.filter(({ complete }) => !complete).length);
  return [
    ...found.lines("muslgate_containers", "Containers by their worst on a cluster."),
    ...rules.lines("muslgate_findings", "Findings of a rule, and what it does not know."),
    ...read.lines("muslgate_images", "Images that were opened, by whether all of them was read."),
    ...untold.lines("muslgate_gaps", "What could not be known: no number here speaks of it."),
    "",
  ].join("\n");
}

/** As the exit code takes it. */
function stateOf(one: Judgement): string {
  if (one.waived !== undefined) return "waived";
  return one.verdict.outcome === "not-affected" || counted(one) ? "counted" : "existing";
}

/** Samples of one metric: two clusters of one name are one series, which may stand there once only. */
class Series {
  readonly #values = new Map<string, number>();

  add(labels: Labels, value: number): void {
    const text = Object.entries(labels)
      .map(([name, of]) => `${name}="${escaped(of)}"`)
      .join(",");
    this.#values.set(text, (this.#values.get(text) ?? 0) + value);
  }

  lines(name: string, help: string): readonly string[] {
    const samples = [...this.#values].map(([labels, value]) =>
      labels === "" ? `${name} ${value}` : `${name}{${labels}} ${value}`,
    );
    return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...samples];
  }
}

function escaped(text: string): string {
  return printable(text)
    .toWellFormed()
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n");
}
