/** How many columns of a terminal a text takes. Must make no table of letters for plain text: they cost 24 ms. */
import { eastAsianWidth } from "get-east-asian-width";

/** Printable ASCII and the signs of our own tables, each one column wide. */
const PLAIN = /^[ -~…→✓✗·–—]*$/;

/** Colours and other escape sequences of a terminal, as src/publish writes them. */
const ESCAPES = /\u001b\[[\d;]*m/g;

interface Tables {
  readonly clusters: Intl.Segmenter;
  readonly emoji: RegExp;
  readonly invisible: RegExp;
  readonly leading: RegExp;
}

let tables: Tables | undefined;

/** Written as text: an expression is checked, tables and all, whenever its file is parsed. */
const expression = (source: string) => new RegExp(source, "v");

function madeOnce(): Tables {
  tables ??= {
    clusters: new Intl.Segmenter(),
    emoji: expression("^\\p{RGI_Emoji}$"),
    invisible: expression("^(?:\\p{Default_Ignorable_Code_Point}|\\p{Control}|\\p{Mark}|\\p{Surrogate})+$"),
    leading: expression(
      "^[\\p{Default_Ignorable_Code_Point}\\p{Control}\\p{Format}\\p{Mark}\\p{Surrogate}]+",
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
