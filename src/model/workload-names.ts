/** How containers are called. Must be the only place that words a container's name; nobody cuts one apart again. */
import { groupBy } from "./group-by.ts";
import type { Named, Workload } from "./workload.ts";

/** What a name is made of, with the name. */
export function named<T extends Named>(one: T): T & { readonly name: string } {
  return { ...one, name: nameOf(one) };
}

/** `deployment/api, container app (overlays/prod)`, `service web in compose.yaml`, or the image's reference. */
export function nameOf(one: Named): string {
  const more = [one.apart, one.variant].flatMap((text) => (text === undefined ? [] : [` (${text})`]));
  return [calledAlone(one), ...more].join("");
}

/** As if no other were called so. */
function calledAlone({ key, role, file = "" }: Named): string {
  const { kind, name, container } = key;
  switch (role) {
    case "image":
      return name;
    case "service":
      return `service ${name} in ${file}`;
    case "job container":
      return `job ${name} in ${file}, container`;
    case "job service":
      return `job ${name} in ${file}, service ${container}`;
    case "job step":
      return `job ${name} in ${file}, step`;
    case "base image":
      return `image of ${file}${container === "" ? "" : `, stage ${container}`}`;
    case "build stage":
      return `${file}, stage ${container}, at build time only`;
    case "files of a stage":
      return `${file}, stage ${container}, files only`;
    case "values":
      return `${ownerOf(kind, name, file)}, values ${container}`;
    case "field":
      return `${ownerOf(kind, name, file)}, ${container}`;
    default:
      return `${ownerOf(kind, name, file)}, ${role} ${container}`;
  }
}

function ownerOf(kind: string, name: string, file: string): string {
  if (kind === "") return file;
  if (name === "") return `${kind} in ${file}`;
  // A chart is no object of a cluster.
  return kind === "chart" ? `chart ${name}` : `${kind}/${name}`;
}

/** What may tell those of one name apart, in the order in which it is tried. */
const LABELS: readonly ((one: Workload) => string)[] = [
  ({ key, at }) => key.root || folderOf(at?.file),
  ({ at }) => at?.file ?? "",
  ({ key }) => `namespace ${key.namespace}`,
  ({ key, at }) => `${key.root || folderOf(at?.file)}, namespace ${key.namespace}`,
  ({ key, at }) => `${at?.file ?? ""}, namespace ${key.namespace}`,
  ({ key, at }) => `${key.root}, ${at?.file ?? ""}, namespace ${key.namespace}`,
];

/** Containers of one name, such as those of two overlays, get what tells them apart: root or folder, file, namespace. */
export function toldApart(workloads: readonly Workload[]): readonly Workload[] {
  const labels = new Map<string, (one: Workload) => string>();
  for (const [name, alike] of groupBy(workloads, (one) => one.name)) {
    const places = distinct(alike, ({ key, at }) => JSON.stringify([key.root, key.namespace, at?.file]));
    const label = LABELS.find((one) => distinct(alike, one) === places);
    if (places > 1 && label !== undefined) labels.set(name, label);
  }
  return workloads.map((workload) => {
    const label = labels.get(workload.name);
    return label === undefined ? workload : named({ ...workload, apart: label(workload) });
  });
}

function distinct<T>(all: readonly T[], textOf: (one: T) => string): number {
  return new Set(all.map(textOf)).size;
}

function folderOf(file = ""): string {
  const end = file.lastIndexOf("/");
  return end < 0 ? "." : file.slice(0, end);
}
