/** Works out the changes to files that would mend a report's findings. Must change no file. */
import { readCorefileInput } from "../cluster/corefiles/find.ts";
import type { ConfigFile } from "../cluster/corefiles/by-folder.ts";
import { patchTarget, unifiedDiff } from "../text/diff.ts";
import { findEdits } from "./corefile-edits.ts";
import { MuslgateError } from "../model/error.ts";
import type { Patch, Report } from "../model/report.ts";

/**
 * One patch for each file with a Corefile in which something was found; none for a Corefile that its provider puts
 * back, nor where no small change helps.
 */
export function corefilePatches(report: Report, files: readonly ConfigFile[]): readonly Patch[] {
  const found = new Set(
    report.judgements.flatMap(({ cluster, verdict: { outcome, at, related } }) =>
      // Where IPv6 is wanted the stanza has to go, which is for whoever wrote it to decide.
      outcome !== "affected" ||
      report.clusters[cluster]?.managed !== false ||
      report.clusters[cluster]?.dualStack === true
        ? []
        : [at, ...related].flatMap((place) => place?.file ?? []),
    ),
  );
  return files.flatMap(({ file, text }) => {
    if (!found.has(file)) return [];
    try {
      const edits = findEdits(file, text, readCorefileInput(file, text));
      if (edits.length === 0) return [];
      const { name, folder } = patchTarget(file);
      const where = folder === undefined ? [] : [`the diff names ${name} alone: apply it in ${folder}`];
      const because = [...new Set([...edits.map((edit) => edit.because), ...where])].join("; ");
      const ids = edits.map(({ start, end }) => (end > start ? "answer-nodata" : "add-fallthrough"));
      return [{ file, because, diff: unifiedDiff(file, text, edits), remedies: [...new Set(ids)] }];
    } catch (error) {
      // Its form does not let the change be made: the ways out say what to do by hand.
      if (error instanceof MuslgateError && error.code !== "internal") return [];
      throw error;
    }
  });
}
