/** Words the diagnostics of discovery. Must not decide when there is one. */
import { pastLimit } from "../tree/gaps.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Place } from "../model/place.ts";
import type { Source } from "../text/source.ts";
import type { YamlProblem } from "../yaml/nodes.ts";

/** An image that is not written out. */
export function imageNotLiteral(written: string, what: string, at: Place): Diagnostic {
  return {
    code: "image-not-literal",
    message: `the image of ${what} cannot be read from the file: ${shown(written)}`,
    reason: "images are written with variables or templates that could not be worked out",
    hint: "Render it first and scan the result.",
    weight: "gap",
    subject: shown(written),
    at,
  };
}

/** A file that could not be read, or not as what it is. */
export function fileUnreadable(path: string, why: string, at?: Place): Diagnostic {
  return {
    code: "file-unreadable",
    message: `${path} could not be read: ${why}`,
    hint: "Correct it, or exclude it.",
    weight: "gap",
    subject: path,
    at,
  };
}

/** YAML that could not be read to its end, by what ended it. */
export function yamlUnreadable(
  path: string,
  { message, start, limit }: YamlProblem,
  { toPlace }: Pick<Source, "toPlace">,
): Diagnostic {
  const at = toPlace(start, start + 1);
  if (limit === undefined) return fileUnreadable(path, message, at);
  return {
    ...pastLimit(`${path} was not read to its end: ${message}`, limit, "exclude the file"),
    subject: path,
    at,
  };
}

/** Something that takes part and is not in the repository, or that only another program could work out. */
export function notFollowed(what: string, why: string, at: Place): Diagnostic {
  return {
    code: "not-followed",
    message: `${shown(what)} was not followed: ${why}`,
    reason: `not followed: ${why}`,
    hint: "Render it first and scan the result; images that come only from it are not checked.",
    weight: "gap",
    subject: shown(what),
    at,
  };
}

/** Text from a file, short enough for a message. */
function shown(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line === "" ? "it is empty" : line.length > 200 ? `${line.slice(0, 200)}...` : line;
}
