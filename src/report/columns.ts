/** How many columns of a terminal a text takes. Must load nothing for plain text: the table of emoji costs 15 ms, Intl.Segmenter 9. */
import { eastAsianWidth } from "get-east-asian-width";

/** Printable ASCII and the signs of our own tables, each one column wide. */
const PLAIN = /^[ -~…→✓✗·–—]*$/;

/** Colours and other escape sequences of a terminal, as src/publish writes them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences start with one.
const ESCAPES = /\u001b\[[\d;]*m/g;

interface Tables {
  readonly clusters: Intl.Segmenter;
  readonly emoji: RegExp;
  readonly invisible: RegExp;
  readonly leading: RegExp;
}

let tables: Tables | undefined;

/** Made of texts and not written as expressions: those are checked, tables and all, whenever the file is parsed. */
function madeOnce(): Tables {
  tables ??= {
    clusters: new Intl.Segmenter(),
    emoji: new RegExp("^\\p{RGI_Emoji}$", "v"),
    invisible: new RegExp(
      "^(?:\\p{Default_Ignorable_Code_Point}|\\p{Control}|\\p{Mark}|\\p{Surrogate})+$",
      "v",
    ),
    leading: new RegExp(
      "^[\\p{Default_Ignorable_Code_Point}\\p{Control}\\p{Format}\\p{Mark}\\p{Surrogate}]+",
      "v",
    ),
  };
  return tables;
}

/** Columns of a text, colours not counted: what npm's string-width says, which a test holds it to. */
export function columnsOf(text: string): number {
  const bare = text.includes("\u001b") ? text.replace(ESCAPES, "") : text;
  return PLAIN.test(bare) ? bare.length : ofClusters(bare, madeOnce());
}

function ofClusters(text: string, { clusters, emoji, invisible, leading }: Tables): number {
  let columns = 0;
  for (const { segment } of clusters.segment(text)) {
    if (invisible.test(segment)) continue;
    if (emoji.test(segment)) {
      columns += 2;
      continue;
    }
    columns += eastAsianWidth(segment.replace(leading, "").codePointAt(0) as number);
    // Halfwidth and fullwidth forms join the letter before them and keep their own columns.
    for (const form of segment.slice(1).match(/[\uff00-\uffef]/g) ?? [])
      columns += eastAsianWidth(form.codePointAt(0) as number);
  }
  return columns;
}
