/** Finds `resolver` directives of nginx, which has a resolver of its own. Must not interpret anything else. */
import type { ConfigFact } from "../../model/layer-facts.ts";
import { wholeFile } from "./detector.ts";

/** Configuration files in nginx's usual folders. */
export const nginx = wholeFile(
  "nginx",
  1,
  256 * 1024,
  ({ path }) => /(^|\/)nginx\/(.+\/)?[^/]+\.(conf|template)$|(^|\/)nginx\.conf$/.test(path),
  (bytes): ConfigFact | undefined => {
    const directives = Buffer.from(bytes)
      .toString("utf8")
      .split("\n")
      .flatMap((line, i) => {
        const match = /^\s*(resolver\s[^#]{1,500}?);/.exec(line);
        return match === null ? [] : [{ line: i + 1, text: (match[1] as string).trim() }];
      })
      .slice(0, 64);
    return directives.length === 0 ? undefined : { kind: "config", program: "nginx", directives };
  },
);
