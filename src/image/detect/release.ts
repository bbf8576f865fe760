/** Reads os-release(5) and alpine-release. Must not decide what distribution an image is. */
import type { ReleaseFact } from "../../model/layer-facts.ts";
import { wholeFile } from "./detector.ts";

/** The files that name the distribution. */
export const release = wholeFile(
  "release",
  2,
  64 * 1024,
  /^(etc|usr\/lib)\/os-release$|^etc\/alpine-release$/,
  (bytes, { path }): ReleaseFact | undefined => {
    const text = Buffer.from(bytes).toString("utf8");
    if (path === "etc/alpine-release") {
      const version = text.trim().split("\n", 1)[0]?.trim();
      return version ? { kind: "release", id: "alpine", version } : undefined;
    }
    const fields = new Map<string, string>();
    for (const line of text.split(/\r?\n/)) {
      const match = /^\s*([A-Z_]+)=(.*)$/.exec(line);
      if (match !== null) fields.set(match[1] as string, unquoted((match[2] as string).trim()));
    }
    const field = (name: string) => fields.get(name) || undefined;
    return {
      kind: "release",
      id: field("ID"),
      idLike: field("ID_LIKE"),
      name: field("NAME"),
      version: field("VERSION_ID"),
    };
  },
);

/** A value as a shell would take it, without expansion. */
function unquoted(value: string): string {
  const match = /^(["'])(.*)\1$/.exec(value);
  return match === null ? value : (match[2] as string).replace(/\\(["'$`\\])/g, "$1");
}
