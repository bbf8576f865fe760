/** The Corefiles that a repository's files hold, folder by folder. Must not judge them. */
import type { ClusterFile } from "../../discover/cluster-file.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Place } from "../../model/place.ts";
import type { Source } from "../../text/source.ts";
import { MuslgateError, messageOf } from "../../model/error.ts";
import { groupBy } from "../../model/group-by.ts";
import { joinPath } from "../../tree/paths.ts";
import type { CorefileInputs } from "./collected.ts";
import { findCorefiles } from "./find.ts";

/** A file and its text. */
export interface ConfigFile {
  readonly file: string;
  readonly text: string;
}

/** What the files of one folder hold. */
export interface CorefileFolder {
  /** Its path with a slash behind it; empty for the top. */
  readonly folder: string;
  /** One for each file that could be read. */
  readonly read: readonly CorefileInputs[];
  /** The same of files that a patch stands for: they are read, and describe no cluster. */
  readonly patched: readonly CorefileInputs[];
  /** Those that hold a Corefile or a part of one. */
  readonly holding: readonly ConfigFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Kinds of files with a Corefile in them; the others hold settings of clusters. */
const WITH_COREFILE: readonly ClusterFile["kind"][] = ["corefile", "config-map"];

/** Whether a file may hold a Corefile. */
export function isWithCorefile({ kind }: ClusterFile): boolean {
  return WITH_COREFILE.includes(kind);
}

/** Reads those of the files that may hold one; `files` are all that are read, and what stands in one of them is not missing. */
export function corefilesByFolder(files: readonly ClusterFile[]): readonly CorefileFolder[] {
  const names = new Set(files.map(({ file }) => file));
  const folders = [...groupBy(files.filter(isWithCorefile), ({ file }) => folderOf(file))].map(
    ([folder, group]) => {
      const read: CorefileInputs[] = [];
      const patched: CorefileInputs[] = [];
      const holding: ConfigFile[] = [];
      const diagnostics: Diagnostic[] = [];
      for (const { file, text, yaml, patchedBy, standsAt } of group) {
        try {
          const all = withoutRead(findCorefiles(file, text, yaml), folder, names);
          const found = standsAt === undefined ? all : allAt(all, standsAt);
          if (patchedBy !== undefined) {
            patched.push(found);
            diagnostics.push(asPatched(file, patchedBy));
            continue;
          }
          read.push(found);
          if (found.corefiles.length + found.extras.length > 0 && standsAt === undefined)
            holding.push({ file, text });
        } catch (error) {
          diagnostics.push(unreadable(file, error));
        }
      }
      return { folder, read, patched, holding, diagnostics };
    },
  );
  // Which values a chart is deployed with is not known: any that set a Corefile may be its own.
  const isSet = folders.some(({ read }) => read.some(isBesideConfigMaps));
  if (!isSet) return folders;
  const withoutValues = ({ diagnostics, ...rest }: CorefileInputs): CorefileInputs => ({
    ...rest,
    diagnostics: diagnostics.filter(
      ({ code, subject }) => code !== "corefile-elsewhere" || subject !== undefined,
    ),
  });
  return folders.map((one) => ({ ...one, read: one.read.map(withoutValues) }));
}

/** Whether a Corefile stands elsewhere than in a ConfigMap. */
function isBesideConfigMaps({ corefiles }: CorefileInputs): boolean {
  return corefiles.some(({ configMap }) => configMap === undefined);
}

/** What was found in a text that stands at one place as a whole. */
function allAt({ corefiles, extras, siblings, ...rest }: CorefileInputs, at: Place): CorefileInputs {
  const pin = <T extends { readonly source: Source }>(all: readonly T[]): T[] =>
    all.map((one) => ({ ...one, source: { ...one.source, toPlace: () => at, toFileOffset: () => 0 } }));
  return {
    ...rest,
    corefiles: pin(corefiles),
    extras: pin(extras),
    siblings: pin(siblings ?? []),
    diagnostics: rest.diagnostics.map((one) => ({ ...one, at })),
  };
}

/** It is judged where the patch stands. */
function asPatched(file: string, patchedBy: string): Diagnostic {
  return {
    code: "corefile-patched",
    message: `The Corefile of ${file} is set by a patch of ${patchedBy} wherever it is deployed: that one is judged`,
    hint: "Nothing to do, unless somebody applies the file as it stands: then give it as `corefile`.",
    weight: "notice",
    subject: file,
  };
}

/** A Corefile that stands in a file of its own is not missing where that file is read. */
function withoutRead(found: CorefileInputs, folder: string, read: ReadonlySet<string>): CorefileInputs {
  const isRead = (path: string | undefined) => read.has(joinPath(folder, path ?? "")?.path ?? "");
  return {
    ...found,
    diagnostics: found.diagnostics.filter(
      ({ code, subject }) => code !== "corefile-elsewhere" || !isRead(subject),
    ),
  };
}

/** The folder of a file, with a slash behind it. */
export function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf("/") + 1);
}

/** What is wrong with a file that could not be read; a defect of ours is no property of the file, and is thrown. */
export function unreadable(file: string, error: unknown): Diagnostic {
  if (!(error instanceof MuslgateError) || error.code === "internal") throw error;
  return {
    code: "cluster-file-unreadable",
    message: error.message.includes(file) ? messageOf(error) : `${file}: ${messageOf(error)}`,
    hint: error.hint,
    weight: "gap",
    subject: file,
  };
}
