/** Adds to workloads what objects beside them decide of their lookups. Must not judge. */
import type { Workload } from "../model/workload.ts";
import { PoliciesInSight } from "./policies.ts";
import type { Search } from "./search.ts";
import { ServicesInSight } from "./services.ts";

/** Says of a workload which of its hosts are Services, and what policies let it ask; reads every file once. */
export async function marker({ files, findings }: Search): Promise<(workload: Workload) => Workload> {
  const [services, policies] = [new ServicesInSight(), new PoliciesInSight()];
  const settings = [...files.loneValues, ...[...files.charts.values()].flat()];
  for (const source of [...files.manifests.values(), ...files.kustomizations])
    await findings.about(source.file.file, () => {
      services.add(source);
      policies.add(source);
    });
  for (const source of settings) await findings.about(source.file.file, () => policies.addSettings(source));
  return (workload) => policies.mark(services.mark(workload));
}
