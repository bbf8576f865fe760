/** Adds to workloads what objects beside them decide of their lookups. Must not judge. */
import type { Workload } from "../model/workload.ts";
import type { Search } from "./search.ts";

/** Says of a workload which of its hosts are Services, and what policies let it ask; reads every file once. */
export async function marker({ files, findings, beside }: Search): Promise<(workload: Workload) => Workload> {
  const settings = [...files.loneValues, ...[...files.charts.values()].flat()];
  for (const source of [...files.manifests.values(), ...files.kustomizations])
    await findings.about(source.file.file, () => beside.add(source));
  for (const source of settings) await findings.about(source.file.file, () => beside.addSettings(source));
  return (workload) => beside.mark(workload);
}
