/** Finds `resolver` directives of nginx, which has a resolver of its own. Must not interpret anything else. */
import type { ConfigFact } from "../../model/layer-facts.ts";
import { wholeFile } from "./detector.ts";

/** More of them in one file are not listed. */
const MOST_DIRECTIVES = 64;

/** Configuration files in nginx's usual folders. */
export const nginx = wholeFile(
  "nginx",
  2,
  256 * 1024,
  ({ path }) => /(^|\/)nginx\/(.+\/)?[^/]+\.(conf|template)$|(^|\/)nginx\.conf$/.test(path),
  (bytes): ConfigFact | undefined => {
    const text = Buffer.from(bytes).toString("utf8");
    const directives: { line: number; text: string }[] = [];
    let line = 1;
    let counted = 0;
    // A directive begins a line or stands behind another, and may go over several lines.
    for (const match of text.matchAll(/(?:^|[;{}])[ \t]*(resolver\s[^;#]{1,500});/gm)) {
      const at = match.index + match[0].indexOf("resolver");
      for (; counted < at; counted++) if (text[counted] === "\n") line++;
      directives.push({ line, text: (match[1] as string).trim().replace(/\s+/g, " ") });
      if (directives.length === MOST_DIRECTIVES) break;
    }
    return directives.length === 0 ? undefined : { kind: "config", program: "nginx", directives };
  },
);
