/** Finds the Kubernetes objects that scripts, pipelines and Terraform have as text, where they stand. Must not read them, nor run what hands them on. */
import { withoutComments } from "../comments.ts";
import { isAside } from "../net.ts";
import { isHclName } from "../../tree/file-names.ts";
import { nameOf } from "../../tree/paths.ts";

/** Files that hand texts to a cluster. Programs hold manifests in their helps and tests as well, and are none. */
const HANDS_ON =
  /(?:\.(?:sh|bash|zsh|ksh|envrc|mk|just|groovy|jenkins(?:file)?|gradle|ps1|bat|cmd|tf|tofu|hcl|py|rb|pl|pp|star|tiltfile|userdata|cloud-config|service|earth)|(?:^|\/)(?:GNUmakefile|[Mm]akefile|[Jj]ustfile|Jenkinsfile[\w.-]*|Earthfile|Tiltfile[\w.-]*|Vagrantfile|Rakefile|user-?data))$/i;

/** Pipelines of Jenkins, whose pods need not say what they are. */
const JENKINS = /(?:^|\/)Jenkinsfile[^/]*$|\.(?:groovy|jenkins(?:file)?)$/i;

/** The first line of an object: alone, or behind the quote that opens its text. */
const FIRST = /^((?:[^\n]*["'`])?)([ \t]*)(?:- )?(?:apiVersion|kind)["']?:[ \t]*["']?[\w./-]+["']?[ \t\r]*$/;
const FIRST_OF_POD = /^((?:[^\n]*["'`])?)([ \t]*)(?:spec|metadata):[ \t\r]*$/;

/** Whether a path is named like a file that hands objects to a cluster. */
function handsOn(path: string): boolean {
  // An environment of Terraform's may be called `test`.
  return (HANDS_ON.test(path) || !nameOf(path).includes(".")) && (isHclName(path) || !isAside(path));
}

/**
 * The text with blanks for all but the objects in it, each where it stands, so that it is YAML and every offset the
 * file's; nothing where there is none.
 */
export function objectsWithin(path: string, text: string): string | undefined {
  if (!handsOn(path)) return undefined;
  const isJenkins = JENKINS.test(path);
  if (!(/\bapiVersion["']?:/.test(text) && /\bkind["']?:/.test(text)) && !isJenkins) return undefined;
  if (isJenkins && !/\bcontainers:/.test(text)) return undefined;
  const lines = text.split("\n");
  const bare = withoutComments(path, text).split("\n");
  const shown = lines.map((line) => " ".repeat(line.length));
  let [found, last] = [0, -1];
  for (let at = 0; at < lines.length; at++) {
    const line = bare[at] ?? "";
    const first = FIRST.exec(line) ?? (isJenkins ? FIRST_OF_POD.exec(line) : null);
    if (first === null) continue;
    const [, before = "", blanks = ""] = first;
    const key = before.length + blanks.length;
    const opened = before !== "";
    const width = opened ? widthOf(bare[at + 1] ?? "") : blanks.length;
    const end = endOf(lines, at + 1, width);
    const piece = lines.slice(at, end).join("\n");
    const isObject = /\bapiVersion["']?:/.test(piece) && /^[ \t"'`]*kind["']?:/m.test(piece);
    if (isObject || (isJenkins && /\bcontainers:/.test(piece))) {
      // A line between two texts is none of either.
      if (found > 0) separate(shown, lines, last, at);
      for (let one = at; one < end; one++) shown[one] = cut(lines[one] ?? "", width);
      if (opened) shown[at] = moved(lines[at] ?? "", key, width);
      found++;
      last = end;
    }
    at = end - 1;
  }
  return found === 0 ? undefined : shown.join("\n");
}

const widthOf = (line: string) => line.length - line.trimStart().length;

/** Behind the last line that is the text's: what stands further to the left, or is no YAML, is the script's. */
function endOf(lines: readonly string[], from: number, width: number): number {
  for (let at = from; at < lines.length; at++) {
    const line = (lines[at] ?? "").trimEnd();
    if (line === "") continue;
    const own = widthOf(line);
    if (own > width || /^[ \t]*---(?:[ \t]|$)/.test(line)) continue;
    const isYaml = /^[ \t]*(?:#|-[ \t]|["']?[\w./-]+["']?[ \t]*:(?:[ \t]|$)|\{\{|\$\{)/.test(line);
    if (own < width || !isYaml) return at;
  }
  return lines.length;
}

/** A line as it is, its tabs as blanks, as `<<-` takes them away; marks between documents stand at the left. */
function cut(line: string, width: number): string {
  if (width > 0 && /^[ \t]*---[ \t\r]*$/.test(line)) return `---${" ".repeat(line.length - 3)}`;
  return line.replace(/^\t+/, (tabs) => " ".repeat(tabs.length));
}

/** What stands behind the quote, where the lines below it begin; no letter more than the line has. */
function moved(line: string, key: number, width: number): string {
  const text = line.slice(key).trimEnd();
  const start = width + text.length > line.length ? key : width;
  return `${" ".repeat(start)}${text}`.padEnd(line.length);
}

/** Ends a document on one of the lines between two texts. */
function separate(shown: string[], lines: readonly string[], from: number, to: number): void {
  for (let at = from; at < to; at++) {
    const { length } = lines[at] ?? "";
    if (length < 3) continue;
    shown[at] = `---${" ".repeat(length - 3)}`;
    return;
  }
}
