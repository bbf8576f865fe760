/** Puts JSON patches, and volumes of other patches, over containers as they are written. Must tell what it cannot apply. */
import { append } from "../../model/append.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { isLiteralImage } from "../../model/image-name.ts";
import type { Workload } from "../../model/workload.ts";
import { textAt, type YamlNode } from "../../yaml/nodes.ts";
import { imageNotLiteral, notFollowed } from "../gaps.ts";
import type { InlinePatch } from "./inline-patches.ts";
import { type Operation, patchedNode } from "./json-patch.ts";
import type { Manifest, ManifestContainer, Written } from "./manifest.ts";
import { moved } from "./patched.ts";
import { podPart } from "./patches.ts";
import { type DnsPatch, dnsOperation, withDnsPatch } from "./pod-dns-patch.ts";

/** One container on its way up through the overlays. */
export interface Passing {
  readonly container: ManifestContainer;
  readonly workload: Workload;
  /** What it was read from, as patched so far; absent where that is no longer known. */
  readonly written?: Written;
}

/** Puts the operations of a JSON patch over the containers that they point at. */
export function withOperations(
  passing: readonly Passing[],
  { file, called, target, operations = [] }: InlinePatch,
  spend: (cost: number) => boolean,
  diagnostics: Diagnostic[],
): Passing[] {
  const result = [...passing];
  const touched = new Set<number>();
  for (const operation of operations) {
    const dns = dnsOperation(file, operation);
    if (dns !== undefined) {
      if (dns === "unknown" || target === undefined) tellDns(operation);
      else
        for (const [here, one] of result.entries())
          if (target(one.container)) result[here] = dnsOver(one, dns, diagnostics);
      continue;
    }
    const part = podPart(operation.path);
    if (part === undefined) continue;
    const { list, index, rest } = part;
    const pointer = `/${operation.path.join("/")}`;
    const at = result.flatMap(({ container, written }, here) =>
      target?.(container) && written?.list === list && String(written?.index) === index ? [here] : [],
    );
    const owners = new Set(at.map((here) => JSON.stringify(result[here]?.container.owner)));
    const isWhole = rest.length === 0 || at.length === 0 || owners.size < at.length;
    for (const here of isWhole ? [] : at) {
      const one = result[here] as Passing;
      if (!spend(1 + Math.ceil(sizeOf(one.written?.node) / 100))) return read(result, touched);
      const changed = operated(one, rest, operation, file, diagnostics);
      if (changed === undefined) tell(pointer);
      else {
        result[here] = changed;
        touched.add(here);
      }
    }
    if (isWhole) tell(pointer);

    function tell(what: string) {
      // One more argument starts nothing else.
      if (operation.op === "add" && rest.join("/") === "args/-") return;
      const place = file.toPlace(operation.start, operation.end);
      diagnostics.push(notFollowed(called, `what it makes of ${what} is not known`, place));
    }
  }
  return read(result, touched);

  function tellDns({ start, end }: Operation) {
    diagnostics.push(notFollowed(called, "it changes whose DNS pods ask", file.toPlace(start, end)));
  }
}

function dnsOver(one: Passing, patch: DnsPatch, diagnostics: Diagnostic[]): Passing {
  const { workload, diagnostics: told } = withDnsPatch(one.workload, patch);
  append(diagnostics, told);
  return { ...one, workload };
}

/** Puts what patches say of pods' DNS over the containers of the pods of that name. */
export function withDns(
  passing: readonly Passing[],
  dns: Manifest["dns"],
  isFor: IsFor,
  diagnostics: Diagnostic[],
): Passing[] {
  return passing.map((one) =>
    dns.reduce(
      (so, { owner, patch }) => (isFor(owner, so.container) ? dnsOver(so, patch, diagnostics) : so),
      one,
    ),
  );
}

/** Lines of the longest list in a container, which an operation may copy. */
function sizeOf(node: YamlNode | undefined): number {
  if (node?.kind !== "map") return 0;
  return Math.max(0, ...node.entries.map(({ value }) => (value.kind === "list" ? value.items.length : 0)));
}

/** Reads those that were changed, each once, however many operations it met. */
function read(passing: readonly Passing[], touched: ReadonlySet<number>): Passing[] {
  return passing.map((one, here) => {
    if (one.written === undefined || !touched.has(here)) return one;
    const { command, args, surroundings, names = [] } = one.written.read(one.written.node);
    const started = { command, args, surroundings, ...(names.length > 0 && { names }) };
    return { ...one, workload: { ...one.workload, ...started } };
  });
}

function operated(
  { container, workload, written }: Passing,
  path: readonly string[],
  operation: Operation,
  file: InlinePatch["file"],
  diagnostics: Diagnostic[],
): Passing | undefined {
  const node = written && patchedNode(written.node, path, operation);
  if (written === undefined || node === undefined) return undefined;
  const next = { container, workload, written: { ...written, node } };
  const image = path[0] === "image" ? textAt(node, "image") : undefined;
  if (image === undefined) return path[0] === "image" ? undefined : next;
  const at = file.toPlace(image.start, image.end);
  if (image.templated || !isLiteralImage(image.text)) {
    diagnostics.push(imageNotLiteral(image.text, workload.name, at));
    return next;
  }
  return { ...next, workload: { ...workload, image: image.text, ...moved(workload, at) } };
}

/** Puts volumes over those of the pods of that name: what is mounted is read anew, or no longer known. */
export function withVolumes(
  passing: readonly Passing[],
  volumes: Manifest["volumes"],
  isFor: IsFor,
): Passing[] {
  return passing.map((one) => {
    const more = volumes.filter(({ owner }) => isFor(owner, one.container)).map((given) => given.volumes);
    if (more.length === 0 || one.workload.surroundings?.mounts === undefined) return one;
    const merged = new Map<string, YamlNode>(more.flatMap((given) => [...given]));
    const { written, workload } = one;
    const mounts =
      written?.read(written.node, merged).surroundings?.mounts ??
      workload.surroundings?.mounts?.map(({ path }) => ({ path, executable: true }));
    return {
      ...one,
      // Whoever reads it after this has them, too.
      written: written && {
        ...written,
        read: (node: YamlNode, after?: ReadonlyMap<string, YamlNode>) =>
          written.read(node, new Map([...merged, ...(after ?? [])])),
      },
      workload: { ...workload, surroundings: { ...workload.surroundings, mounts } },
    };
  });
}

/** Whether a patch of an object is for a container. */
export type IsFor = (owner: ManifestContainer["owner"], container: ManifestContainer) => boolean;
