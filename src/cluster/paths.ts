/** Reads what `cluster` names: files, and folders with Terraform in them. Must not look at what they say, nor follow a link that a repository may hold. */
import { isTerraformName } from "../tree/file-names.ts";
import { lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import { join, posix, sep } from "node:path";
import type { TerraformFile } from "./terraform/modules.ts";
import { MuslgateError } from "../model/error.ts";
import { confinedPath } from "../tree/read-text.ts";
import { pathFrom } from "../tree/run-root.ts";

/** What reading needs. */
export interface ClusterPathPorts {
  /** A file and its text. Throws MuslgateError `input` where it cannot be read. */
  readonly read: (file: string) => TerraformFile;
  /** Told of each file or folder that was passed over because it is a link. */
  readonly passedOver: (path: string) => void;
}

const MOST_FILES = 1000;

/** Every file that is named or lies in a folder that is named. Throws MuslgateError `input` where there is none. */
export function clusterPaths(paths: readonly string[], ports: ClusterPathPorts): readonly TerraformFile[] {
  return paths.flatMap((path) => {
    if (!isFolder(path) || (confinedPath(path) !== undefined && isLinked(path)))
      return [{ ...ports.read(path), named: true }];
    const files = terraformFiles(path, ports);
    if (files.length > 0) return files;
    throw new MuslgateError(
      "input",
      `there is no Terraform file in the folder ${path}`,
      "Name the folder that has the .tf or .tofu files; other descriptions of clusters are named file by file.",
    );
  });
}

/** The Terraform files right in a folder that a file named, but those that Terraform passes over; none where it is no folder. */
export function terraformFolder(path: string, ports: ClusterPathPorts): readonly TerraformFile[] {
  if (!isFolder(path)) return [];
  if (!isLinked(path)) return terraformFiles(path, ports);
  ports.passedOver(path);
  return [];
}

function terraformFiles(path: string, { read, passedOver }: ClusterPathPorts): readonly TerraformFile[] {
  const names = readdirSync(path).filter(isTerraformName).sort();
  if (names.length > MOST_FILES) {
    throw new MuslgateError(
      "input",
      `the folder ${path} has more than ${MOST_FILES} Terraform files`,
      "Give what terraform show -json prints of a plan or the state.",
    );
  }
  const folder = path.replaceAll(sep, "/");
  const inside = pathFrom(".", path) !== undefined;
  return names.flatMap((name) => {
    const file = posix.join(folder, name);
    const stat = (inside ? lstatSync : statSync)(file, { throwIfNoEntry: false });
    if (stat?.isSymbolicLink() === true) passedOver(file);
    return stat?.isFile() === true ? [read(file)] : [];
  });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Whether a folder below this one is reached by a link. */
function isLinked(path: string): boolean {
  const inside = pathFrom(".", path);
  return inside !== undefined && realpathSync(path) !== join(realpathSync("."), inside);
}
