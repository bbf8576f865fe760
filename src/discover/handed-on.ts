/** Takes the objects that files of other kinds hand to a cluster, as if they were manifests. Must not tell what their containers are. */
import type { Diagnostic } from "../model/diagnostic.ts";
import type { HclValuesReader } from "../yaml/hcl-values.ts";
import { blanked } from "./prose.ts";
import { notFollowed, yamlUnreadable } from "./gaps.ts";
import type { FileSorter } from "./sort-files.ts";
import { type Source, wholeFile } from "../text/source.ts";
import { isHclName } from "../tree/file-names.ts";
import type { YamlBudget } from "../yaml/budget.ts";
import { readYaml, type YamlFile } from "../yaml/nodes.ts";

/** Resources that make objects (registry.terraform.io: hashicorp/kubernetes, hashicorp/helm, gavinbunney/kubectl, alekc/kubectl). */
const MAKES_OBJECTS =
  /^[ \t]*resource[ \t]+"(?:kubernetes_(?:deployment|pod|stateful_set|daemonset|daemon_set|job|cron_job|replication_controller|manifest)(?:_v\d\w*)?|kubectl_manifest|helm_release)"/m;

const NOTHING: YamlFile = { documents: [], problems: [] };

/** What it is read with. */
interface HandedOn {
  readonly sorter: Pick<FileSorter, "takeObjects">;
  readonly budget: YamlBudget;
  /** Starts the reader of Terraform's files, for one that makes objects. */
  readonly hcl: (() => Promise<HclValuesReader>) | undefined;
}

/** Takes one file's objects: those that stand in it as text, and those of Terraform's resources. */
export async function takeHandedOn(
  file: Source,
  { sorter, budget, hcl }: HandedOn,
): Promise<readonly Diagnostic[]> {
  const match = isHclName(file.file) ? MAKES_OBJECTS.exec(file.text) : null;
  const values = match === null ? undefined : (await hcl?.())?.values(file.text, "written");
  // Most files hand none on.
  const isText = !/\.(?:ya?ml|json)$/.test(file.file) && /\bapiVersion["']?:|\bcontainers:/.test(file.text);
  const text = isText
    ? (await import("./kinds/objects-within.ts")).objectsWithin(
        file.file,
        blanked(file.text, values?.off ?? []),
      )
    : undefined;
  const { documents, problems } = text === undefined ? NOTHING : readYaml(text, budget);
  const [first] = problems;
  const problem = first && yamlUnreadable(file.file, first, file);
  const handed = {
    file: text === undefined ? file : wholeFile(file.file, text),
    documents,
    problems,
    problem,
  };
  if (text !== undefined && values === undefined) await sorter.takeObjects(handed);
  if (match === null) return [];
  if (values === undefined) {
    const at = file.toPlace(match.index, match.index + match[0].length);
    return [notFollowed(file.file, "images in Terraform are not read", at)];
  }
  // Most repositories have none of them.
  const { terraformObjects } = await import("./kinds/terraform-objects.ts");
  const made = terraformObjects(file, values.documents[0]);
  await sorter.takeObjects({ ...handed, file, documents: [...documents, ...made.documents] });
  return made.diagnostics;
}
