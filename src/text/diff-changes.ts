/** Reads the changes of a unified diff of ours. Must make nothing of one that is not in order. */

/** Lines that give way to others. */
export interface DiffChange {
  /** The first line of the old text that gives way, from 1; where none does, the one before which lines are added. */
  readonly line: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
  /** The unchanged line above, where the diff shows it. */
  readonly above?: string;
}

/** The changes, in their order; nothing where the diff is not in order, or adds or takes a last line break. */
export function changesIn(diff: string): readonly DiffChange[] {
  const changes: { line: number; removed: string[]; added: string[]; above: string | undefined }[] = [];
  for (const hunk of diff.split(/^(?=@@ )/m).slice(1)) {
    const [head, from] = /^@@ -(\d+),\d+ \+\d+,\d+ @@\n/.exec(hunk) ?? [];
    if (head === undefined) return [];
    let line = Number(from);
    let open: (typeof changes)[number] | undefined;
    let above: string | undefined;
    for (const text of hunk.slice(head.length).replace(/\n$/, "").split("\n")) {
      const mark = text[0];
      if (mark === "\\") return [];
      if (mark === " ") {
        open = undefined;
        above = text.slice(1);
      } else {
        if (open === undefined) {
          open = { line, removed: [], added: [], above };
          changes.push(open);
        }
        (mark === "-" ? open.removed : open.added).push(text.slice(1));
      }
      if (mark !== "+") line++;
    }
  }
  return changes;
}
