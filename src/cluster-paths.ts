/** Reads what `cluster` names: files, and folders with Terraform in them. Must not look at what they say. */
import { readdirSync, statSync } from "node:fs";
import { posix, sep } from "node:path";
import { isTerraformName } from "./cluster/cluster-files.ts";
import type { TerraformFile } from "./cluster/terraform.ts";
import { MuslgateError } from "./model/error.ts";

/** A file and its text. Throws MuslgateError `input` where it cannot be read. */
type ReadText = (file: string) => TerraformFile;

const MOST_FILES = 1000;

/** Every file that is named or lies in a folder that is named. Throws MuslgateError `input` where there is none. */
export function clusterPaths(paths: readonly string[], readText: ReadText): readonly TerraformFile[] {
  return paths.flatMap((path) => {
    if (!isFolder(path)) return [{ ...readText(path), named: true }];
    const files = terraformFolder(path, readText);
    if (files.length > 0) return files;
    throw new MuslgateError(
      "input",
      `there is no Terraform file in the folder ${path}`,
      "Name the folder that has the .tf files; other descriptions of clusters are named file by file.",
    );
  });
}

/** The Terraform files right in a folder, but those that Terraform passes over; none where it is no folder. */
export function terraformFolder(path: string, readText: ReadText): readonly TerraformFile[] {
  if (!isFolder(path)) return [];
  const names = readdirSync(path).filter(isTerraformName).sort();
  if (names.length > MOST_FILES) {
    throw new MuslgateError(
      "input",
      `the folder ${path} has more than ${MOST_FILES} Terraform files`,
      "Give what terraform show -json prints of a plan or the state.",
    );
  }
  const folder = path.replaceAll(sep, "/");
  return names
    .map((name) => posix.join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
    .map(readText);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
