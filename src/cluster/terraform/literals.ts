/** Hands out what the literals of Terraform's files say as manifests are handed out. Must not look for Corefiles itself. */
import type { ClusterFile } from "../../discover/cluster-file.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Place } from "../../model/place.ts";
import { wholeFile } from "../../text/source.ts";
import { joinPath } from "../../tree/paths.ts";
import { readYaml, valueAt, type YamlFile } from "../../yaml/nodes.ts";
import { folderOf } from "../corefiles/by-folder.ts";
import type { ComputedCorefile, HclValues, HclValuesReader } from "../../yaml/hcl-values.ts";

/** What Terraform's files say. */
interface Literals {
  /** All files, those of Terraform with their values as YAML. */
  readonly files: readonly ClusterFile[];
  /** What of Corefiles is not in them. */
  readonly diagnostics: readonly Diagnostic[];
  /** Whether a place is in a block that is never made. */
  readonly off: (at: Place) => boolean;
}

/** The files with their values. `hcl` is called where there is Terraform. */
export async function withLiterals(
  files: readonly ClusterFile[],
  hcl: () => Promise<HclValuesReader>,
): Promise<Literals> {
  if (!files.some(({ kind }) => kind === "terraform-values"))
    return { files, diagnostics: [], off: () => false };
  const reader = await hcl();
  const read = files.map((one) => ({
    one,
    values: one.kind === "terraform-values" ? valuesOf(reader, one) : undefined,
  }));
  const known = new Set(files.map(({ file }) => file));
  const named = new Set(
    read.flatMap(({ one, values }) =>
      (values?.documents ?? []).flatMap((root) => namesIn(root).map((name) => folderOf(one.file) + name)),
    ),
  );
  const diagnostics: Diagnostic[] = [];
  const off = read.flatMap(({ one: { file, text }, values }) => {
    const source = wholeFile(file, text);
    return (values?.off ?? []).map(({ start, end }) => source.toPlace(start, end));
  });
  for (const { one, values } of read) {
    for (const found of values?.computed ?? [])
      if (!isElsewhere(one.file, found, known, named)) diagnostics.push(computed(one, found));
  }
  return {
    files: read.map(({ one, values }) =>
      values === undefined ? one : { ...one, kind: "config-map", yaml: values },
    ),
    diagnostics,
    off: (at) => off.some((one) => one.file === at.file && one.line <= at.line && at.line <= one.endLine),
  };
}

function valuesOf(reader: HclValuesReader, { file, text }: ClusterFile): HclValues {
  if (file.endsWith(".json")) return { ...readYaml(text), computed: [], off: [] };
  // What is not read at all may hold anything.
  const start = Math.max(0, text.search(/[Cc]orefile/));
  return (
    reader.values(text) ?? {
      documents: [],
      problems: [],
      off: [],
      computed: /[Cc]orefile/.test(text) ? [{ start, end: start + 8, value: "" }] : [],
    }
  );
}

/** What a folder's other files may call by name, as they write it. */
function namesIn(root: YamlFile["documents"][number]): readonly string[] {
  const locals = valueAt(root, "locals");
  const blocks = locals?.kind === "list" ? locals.items : [locals];
  const variables = valueAt(root, "variable");
  return [
    ...blocks.flatMap((block) =>
      block?.kind === "map" ? block.entries.map(({ key }) => `local.${key}`) : [],
    ),
    ...(variables?.kind === "map" ? variables.entries : []).flatMap(({ key, value }) =>
      valueAt(value, "default") === undefined ? [] : `var.${key}`,
    ),
  ];
}

/** Whether it is the text of a file that is read, or of a name that is. */
function isElsewhere(
  file: string,
  { value }: ComputedCorefile,
  known: ReadonlySet<string>,
  named: ReadonlySet<string>,
): boolean {
  const path = /^file\(\s*"(?:\$\{path\.(?:module|root)\}\/)?([^"$%]+)"\s*\)$/.exec(value)?.[1];
  if (path !== undefined) return known.has(joinPath(folderOf(file), path)?.path ?? "");
  const name = /^(?:local|var)\.[\w-]+$/.exec(value)?.[0];
  return name !== undefined && named.has(folderOf(file) + name);
}

function computed({ file, text }: ClusterFile, { start, end }: ComputedCorefile): Diagnostic {
  const at = wholeFile(file, text).toPlace(start, end);
  return {
    code: "corefile-not-judged",
    message: `${file} sets a Corefile to what Terraform has yet to work out, which is not read`,
    hint: "Give the ConfigMap that it makes as `corefile`.",
    weight: "gap",
    subject: file,
    at,
  };
}
