/** How workloads are called. Must be the only place that words a workload's name. */
import { posix } from "node:path";
import { groupBy } from "../model/group-by.ts";
import type { Workload } from "../model/workload.ts";

/** Containers of one name, such as those of two overlays, are told apart by their folders, or else by their files. */
export function toldApart(workloads: readonly Workload[]): readonly Workload[] {
  const apart = new Map<string, (file: string) => string>();
  for (const [name, alike] of groupBy(workloads, (one) => one.name)) {
    const files = new Set(alike.map(({ at }) => at?.file ?? ""));
    if (files.size < 2) continue;
    const folders = new Set([...files].map((file) => posix.dirname(file)));
    apart.set(name, (file) => (folders.size === files.size ? posix.dirname(file) : file));
  }
  return workloads.map((workload) => {
    const { name, at } = workload;
    const where = apart.get(name);
    return at === undefined || where === undefined
      ? workload
      : { ...workload, name: `${name} (${where(at.file)})` };
  });
}
