/** Offers a pod's `dnsConfig` that goes past the cluster's cache, where the Corefile is not the user's to change. Must not invent an address. */
import { counted, type Patch, type Report } from "../model/report.ts";
import { unifiedDiff } from "../text/diff.ts";
import { BYPASS_NODE_LOCAL_DNS } from "../knowledge/remedies.ts";

/** Manifests that patches are worked out for. */
const MOST_FILES = 5;
/** Containers of a file that pods are looked for above. */
const MOST_IMAGES = 50;

/**
 * For containers that are newly hit on a cluster whose provider keeps the Corefile, and whose manifest has its
 * `containers:` in block style above the image: the lines to put before them. `read` gives a file's text.
 */
export async function dnsConfigPatches(
  report: Report,
  read: (file: string) => Promise<string | undefined>,
): Promise<readonly Patch[]> {
  const lines = new Map<string, Set<number>>();
  for (const { workload, cluster, verdict } of report.judgements.filter(counted)) {
    const managed = report.clusters[cluster]?.managed === true && verdict.remedies.length > 0;
    if (workload?.at === undefined || !managed) continue;
    if (verdict.outcome !== "affected" || !verdict.remedies.some(({ id }) => id === BYPASS.id)) continue;
    const { file, line } = workload.at;
    lines.set(file, (lines.get(file) ?? new Set()).add(line));
  }
  const patches: Patch[] = [];
  for (const [file, images] of [...lines].slice(0, MOST_FILES)) {
    const text = /\.ya?ml$/.test(file) ? await read(file) : undefined;
    const edits = text === undefined ? [] : editsFor(file, text, images);
    if (text === undefined || edits.length === 0) continue;
    const diff = unifiedDiff(file, text, edits);
    patches.push({ file, because: BECAUSE, diff, remedies: [BYPASS.id] });
  }
  return patches;
}

const BYPASS = BYPASS_NODE_LOCAL_DNS.remedy;
const BECAUSE =
  "the pod then asks another server than the cluster's cache; put in its address and the pod's namespace";

function editsFor(file: string, text: string, images: ReadonlySet<number>) {
  const all = text.split("\n");
  const places = new Set(
    [...images].slice(0, MOST_IMAGES).flatMap((line) => containersAbove(all, line - 1) ?? []),
  );
  return [...places].map((index) => {
    const indent = /^ */.exec(all[index] ?? "")?.[0] ?? "";
    const start = all.slice(0, index).reduce((sum, line) => sum + line.length + 1, 0);
    const inserted = (BYPASS.snippet?.text ?? "").replace(/^/gm, indent);
    const at = { file, line: index + 1, column: 1, endLine: index + 1, endColumn: 1 };
    return { start, end: start, text: `${inserted}\n`, because: BECAUSE, at };
  });
}

/** The line with the `containers:` that an image stands below; nothing where its pod has DNS settings or is written otherwise. */
function containersAbove(lines: readonly string[], image: number): number | undefined {
  const deep = indentOf(lines[image]);
  for (let i = image; i >= 0; i--) {
    const line = lines[i] ?? "";
    if (line.startsWith("---")) return undefined;
    if (!/^ *containers:\s*(?:#.*)?$/.test(line) || indentOf(line) >= deep) continue;
    const own = indentOf(line);
    for (const step of [-1, 1]) {
      for (let j = i + step; j >= 0 && j < lines.length; j += step) {
        const other = lines[j] ?? "";
        if (other.trim() === "") continue;
        if (indentOf(other) < own) break;
        if (indentOf(other) === own && /^ *(?:dnsPolicy|dnsConfig)\s*:/.test(other)) return undefined;
      }
    }
    return i;
  }
  return undefined;
}

function indentOf(line = ""): number {
  return line.length - line.trimStart().length;
}
