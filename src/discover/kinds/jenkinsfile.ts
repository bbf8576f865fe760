/** Reads which images the shell steps of Jenkins' pipelines build and run. Must run nothing of them. */
import type { ImageBuild } from "../../model/image-build.ts";
import type { Source } from "../../text/source.ts";
import { withoutComments } from "../comments.ts";
import { buildsOf } from "./build-commands.ts";
import { commandsIn } from "./build-script.ts";
import type { BuildReader } from "./workflow-builds.ts";

/** `sh "…"`, `sh(returnStdout: true, script: '…')` (jenkins.io, Pipeline: Nodes and Processes), the text between one of Groovy's quotes. */
const STEP =
  /\bsh(?:[ \t]*\(\s*|[ \t]+)?(?:\w+[ \t]*:[ \t]*(?:true|false|'[^'\n]{0,200}'|"[^"\n]{0,200}")[ \t]*,\s*){0,4}(?:script[ \t]*:\s*)?("""|'''|"|')/g;
/** Longer texts, and more of them, are not read. */
const MOST_TEXT = 20_000;
const MOST_STEPS = 500;

/** They run in the repository's folder; what Groovy puts into a text is not known. */
export function jenkinsBuilds(file: Source, { shell, has, ci, also }: BuildReader): readonly ImageBuild[] {
  const bare = withoutComments(file.file, file.text);
  const builds: ImageBuild[] = [];
  let steps = 0;
  for (const { 0: opens, 1: quote = "", index } of bare.matchAll(STEP)) {
    if (++steps > MOST_STEPS) break;
    const start = index + opens.length;
    const end = endOf(bare, start, quote);
    if (end === undefined || !shell.spend(1 + ((end - start) >> 4))) continue;
    const text = file.text.slice(start, end).replace(/\\(["'$])/g, " $1");
    const placeOf = (position: number) => file.toPlace(start + position, start + position + 1);
    builds.push(
      ...buildsOf(commandsIn(text, { folder: "", env: ci }, shell), { by: file.file, placeOf, has, also }),
    );
  }
  return builds;
}

function endOf(text: string, start: number, quote: string): number | undefined {
  for (let at = start; at < Math.min(text.length, start + MOST_TEXT); at++) {
    if (text[at] === "\\") at++;
    else if (text.startsWith(quote, at)) return at;
    else if (text[at] === "\n" && quote.length === 1) return undefined;
  }
  return undefined;
}
