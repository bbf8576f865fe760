/** The two halves of docs/lab.md, each made by its own lab. Must not make either. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The page. */
export const LAB_PAGE = join(process.cwd(), "docs/lab.md");

const SECOND = "\n## Names that fare otherwise\n";

/** The page with one half anew, the other as it stands. */
export function labPage(half: { readonly first: string } | { readonly second: string }): string {
  const page = readFileSync(LAB_PAGE, "utf8");
  const cut = page.indexOf(SECOND);
  const [first, second] = cut < 0 ? [page, ""] : [page.slice(0, cut), page.slice(cut)];
  return "first" in half ? `${half.first}${second}` : `${first}${SECOND}${half.second}`;
}
