/** Reads GKE clusters from what `terraform show -json` prints of a plan or a state. Must not run Terraform. */
import { wholeFile } from "../../text/source.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Place } from "../../model/place.ts";
import { type JsonPath, type JsonSpan, jsonPlaces } from "../../yaml/json-places.ts";
import type { ClusterSettings, ReadSettings } from "../gcloud.ts";
import { type TerraformArgument, terraformSettings } from "./cluster.ts";

/** The most UTF-16 units of a plan. */
export const MOST_PLAN_LENGTH = 64 * 1024 * 1024;
const MOST_CLUSTERS = 1000;
const MOST_MODULE_DEPTH = 64;

/**
 * The clusters of a plan (as they will be) or a state (as they are), each with the place of its values in
 * the JSON. No clusters where the text is neither.
 */
export function readTerraformPlan(file: string, text: string): ReadSettings {
  if (!text.includes('"format_version"')) return { clusters: [], diagnostics: [] };
  const source = wholeFile(file, text);
  const start = source.toPlace(0, 1);
  if (text.length > MOST_PLAN_LENGTH)
    return gap(file, start, `it is longer than ${MOST_PLAN_LENGTH} characters`);
  let document: unknown;
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, " "));
  } catch {
    return text.includes("google_container_cluster")
      ? gap(file, start, "it is not JSON to its end")
      : { clusters: [], diagnostics: [] };
  }
  const found: Resource[] = [];
  const hasPlan = isObject(document) && isObject(document.planned_values);
  const top = hasPlan ? "planned_values" : "values";
  const whole = collect(member(document, top, "root_module"), [top, "root_module"], 0, found);
  const unknowns = hasPlan ? unknownsByAddress(document) : new Map<string, unknown>();
  const asked = found.flatMap((resource) => [
    resource.path,
    ...PLACES.map((path) => valuePath(resource, path)),
  ]);
  const spans = jsonPlaces(text.replace(/^\uFEFF/, " "), asked);
  const clusters: ClusterSettings[] = [];
  const diagnostics: Diagnostic[] = [];
  found.forEach((resource, i) => {
    const from = i * (PLACES.length + 1);
    const places = spans.slice(from, from + PLACES.length + 1);
    const placeOf = (span: JsonSpan | undefined): Place =>
      span === undefined ? start : source.toPlace(span.start, span.end);
    const unknown = unknowns.get(resource.address);
    const read = terraformSettings({
      address: resource.address,
      // What GKE says of a cluster that exists leaves an addon out that is off.
      nodeLocalAbsent: typeof resource.values.master_version === "string" ? "disabled" : "auto",
      argument: (...path) => {
        const value = places[PLACES.findIndex((known) => known.join(".") === path.join(".")) + 1];
        // A resource is shown by its first character only.
        const [all] = places;
        const first = all === undefined ? undefined : { start: all.start, end: all.start + 1 };
        return argumentOf(resource.values, unknown, path, placeOf(value ?? first));
      },
    });
    clusters.push(read.settings);
    diagnostics.push(...read.diagnostics);
  });
  if (!whole) diagnostics.push(...gap(file, start, "it has too many clusters or modules").diagnostics);
  return { clusters, diagnostics };
}

/** What a cluster's settings are read from. */
const PLACES: readonly (readonly string[])[] = [
  ["addons_config", "dns_cache_config", "enabled"],
  ["enable_autopilot"],
  ["master_version"],
  ["min_master_version"],
  ["release_channel", "channel"],
  ["dns_config", "cluster_dns"],
  ["dns_config", "cluster_dns_domain"],
  ["ip_allocation_policy", "stack_type"],
];

interface Resource {
  readonly address: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly path: JsonPath;
}

function gap(file: string, at: Place, why: string): ReadSettings {
  return {
    clusters: [],
    diagnostics: [
      {
        code: "terraform-plan-unreadable",
        message: `${file} could not be read to the end: ${why}`,
        hint: "Print it again with terraform show -json; clusters may be missing here.",
        weight: "gap",
        subject: file,
        at,
      },
    ],
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The member at a path; blocks are lists of one object. */
function member(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const key of path) {
    if (Array.isArray(found)) found = found[0];
    if (!isObject(found) || !Object.hasOwn(found, key)) return undefined;
    found = found[key];
  }
  return found;
}

/** The clusters of a module and those in it; false where a bound left some out. */
function collect(module: unknown, path: JsonPath, depth: number, found: Resource[]): boolean {
  let whole = true;
  for (const [i, resource] of listOf(member(module, "resources")).entries()) {
    if (!isObject(resource) || resource.type !== "google_container_cluster" || resource.mode === "data")
      continue;
    if (!isObject(resource.values) || typeof resource.address !== "string") continue;
    if (found.length >= MOST_CLUSTERS) return false;
    found.push({ address: resource.address, values: resource.values, path: [...path, "resources", i] });
  }
  for (const [i, child] of listOf(member(module, "child_modules")).entries()) {
    if (depth >= MOST_MODULE_DEPTH) return false;
    whole = collect(child, [...path, "child_modules", i], depth + 1, found) && whole;
  }
  return whole;
}

function valuePath(resource: Resource, path: readonly string[]): JsonPath {
  const blocks = path.flatMap((name, i) => (i === path.length - 1 ? [name] : [name, 0]));
  return [...resource.path, "values", ...blocks];
}

/** What a plan knows only after it was applied, by address. */
function unknownsByAddress(document: unknown): ReadonlyMap<string, unknown> {
  const unknowns = new Map<string, unknown>();
  for (const change of listOf(member(document, "resource_changes"))) {
    const address = member(change, "address");
    if (typeof address === "string") unknowns.set(address, member(change, "change", "after_unknown"));
  }
  return unknowns;
}

function argumentOf(
  values: unknown,
  unknown: unknown,
  path: readonly string[],
  at: Place,
): TerraformArgument {
  const value = member(values, ...path);
  if (typeof value === "boolean" || typeof value === "string") return { kind: "known", value, at };
  // What runs is never set, so its absence tells nothing.
  if (path[0] === "master_version") return { kind: "absent", at };
  const leaf = member(unknown, ...path) === true;
  const block = path.some((_, i) => i > 0 && member(unknown, ...path.slice(0, i)) === true);
  // A new cluster's block that is unknown as a whole is one nobody wrote: GKE fills it in.
  if (leaf || (block && member(values, "master_version") !== undefined)) {
    return { kind: "hidden", because: "the plan knows it only after it was applied", at };
  }
  return { kind: "absent", at };
}
