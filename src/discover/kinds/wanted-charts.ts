/** Which charts of registries GitOps objects and tools take, and with which values. Must not fetch any. */
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Place } from "../../model/place.ts";
import type { WorkloadKey } from "../../model/workload-key.ts";
import { textAt, valueAt, type YamlNode, type YamlText } from "../../yaml/nodes.ts";

/** A chart that is not in the repository. */
export interface WantedChart {
  /** Of whatever takes it, but for the container. */
  readonly key: Omit<WorkloadKey, "container">;
  /** What is told of it where it is not read. */
  readonly gap: Diagnostic;
  /** What is not known of the values alone. */
  readonly open: readonly Diagnostic[];
  /** Where it is named. */
  readonly at: Place;
  /** An OCI address without scheme, or the object that has it. */
  readonly from: string | SourceKey | undefined;
  /** Its name below that address; absent where the address is all of it. */
  readonly chart?: string;
  readonly version?: string;
  /** The values over its own, those that count more behind; nothing where there are some that were not read. */
  readonly values: readonly YamlNode[] | undefined;
  /** A clause on why it is not read, whatever is said of it. */
  readonly problem?: string;
}

/** How an object names another. */
export interface SourceKey {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** An object of Flux that says where charts are. */
export interface ChartSource extends SourceKey {
  /** Absent where it is no OCI address. */
  readonly address?: string;
  /** `:tag` or `@digest`, where it has one. */
  readonly version?: string;
  /** What is told where no chart is taken from it. */
  readonly gap?: Diagnostic;
}

/** A HelmRepository or OCIRepository (source.toolkit.fluxcd.io). */
export function chartSource(node: YamlNode, gap?: Diagnostic): ChartSource {
  const ref = (key: string) => literal(textAt(node, "spec", "ref", key));
  const [tag, digest] = [ref("tag"), ref("digest")];
  return {
    kind: textAt(node, "kind")?.text ?? "",
    namespace: textAt(node, "metadata", "namespace")?.text ?? "",
    name: textAt(node, "metadata", "name")?.text ?? "",
    address: ociAddress(literal(textAt(node, "spec", "url"))),
    version: digest === undefined ? tag && `:${tag}` : `@${digest}`,
    gap,
  };
}

/** The chart of a HelmRelease (helm.toolkit.fluxcd.io). */
export function chartOfRelease(
  node: YamlNode,
  namespace: string,
): Pick<WantedChart, "from" | "chart" | "version"> {
  const spec = valueAt(node, "spec", "chart", "spec");
  const reference = spec === undefined ? valueAt(node, "spec", "chartRef") : valueAt(spec, "sourceRef");
  const from = {
    kind: textAt(reference, "kind")?.text ?? "HelmRepository",
    namespace: textAt(reference, "namespace")?.text ?? namespace,
    name: textAt(reference, "name")?.text ?? "",
  };
  if (spec === undefined) return { from };
  return { from, chart: literal(textAt(spec, "chart")), version: literal(textAt(spec, "version")) };
}

/** The chart of an Application's source (argoproj.io): a repository without scheme is one of OCI. */
export function chartOfApplication(source: YamlNode): Pick<WantedChart, "from" | "chart" | "version"> {
  const url = literal(textAt(source, "repoURL"));
  return {
    from: url === undefined || url.includes("://") ? ociAddress(url) : url,
    chart: literal(textAt(source, "chart")),
    version: literal(textAt(source, "targetRevision")),
  };
}

/** The object that says where a chart is, if there is one. */
export function sourceOf({ from }: WantedChart, sources: readonly ChartSource[]): ChartSource | undefined {
  if (typeof from !== "object") return undefined;
  return sources.find((one) => one.kind === from.kind && one.name === from.name && isIn(one, from.namespace));
}

/** The reference of a chart, or a clause on why there is none. */
export function chartReference(
  { from, chart, version, problem }: WantedChart,
  source: ChartSource | undefined,
): { readonly reference: string } | { readonly problem: string } {
  if (problem !== undefined) return { problem };
  const address = typeof from === "string" ? from : source?.address;
  if (address === undefined)
    return { problem: "it is in no registry that speaks OCI, as far as it is said here" };
  if (chart === undefined && source?.version !== undefined)
    return { reference: `${address}${source.version}` };
  if (version === undefined || !/^v?\d+\.\d+\.\d+[\w.+-]*$/.test(version))
    return { problem: "no one version of it is named" };
  const path = chart === undefined ? address : `${address.replace(/\/+$/, "")}/${chart}`;
  // A tag has no plus (helm.sh, OCI-based registries).
  return { reference: `${path}:${version.replaceAll("+", "_")}` };
}

/** A namespace that is not written is whatever one applies it in. */
const isIn = ({ namespace }: ChartSource, wanted: string) =>
  namespace === wanted || namespace === "" || wanted === "";

/** What stands behind `oci://`; nothing where that does not. */
export function ociAddress(url: string | undefined): string | undefined {
  return url?.startsWith("oci://") === true ? url.slice("oci://".length) : undefined;
}

/** Its text, where nobody has yet to fill it in. */
export function literal(node: YamlText | undefined): string | undefined {
  return node === undefined || node.templated || /\$\{|^$/.test(node.text) ? undefined : node.text;
}
