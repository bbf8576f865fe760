/** Reads which images pipelines build: Cloud Build's, GitLab's, and those whose commands stand in texts. Must run nothing of them. */
import { HOLE } from "../../image/entrypoint/shell/text.ts";
import type { ImageBuild } from "../../model/image-build.ts";
import { nameOf, parentOf } from "../../tree/paths.ts";
import type { Source } from "../../text/source.ts";
import { itemsAt, textAt, valueAt, type YamlNode, type YamlText } from "../../yaml/nodes.ts";
import { BUILDS, buildsOf } from "./build-commands.ts";
import { commandsIn, type ScriptCommand } from "./build-script.ts";
import { placeIn, writtenIn } from "./script-text.ts";
import type { BuildReader } from "./workflow-builds.ts";

/** Whether a path is named like Cloud Build's configuration. */
export function isCloudBuildName(path: string): boolean {
  return /^cloudbuild[\w.-]*\.(?:ya?ml|json)$/i.test(nameOf(path));
}

/** Whether it is GitLab's pipeline, or a part of one as they are usually called. */
export function isGitLabName(path: string): boolean {
  return /(?:^|\/)(?:\.gitlab-ci[\w.-]*\.ya?ml|\.gitlab\/.+\.ya?ml|[\w.-]+\.gitlab-ci\.ya?ml)$/.test(path);
}

/** Whether it is a pipeline whose steps are texts of a shell, as most are, or Task's. */
export function isPipelineName(path: string): boolean {
  return /(?:^|\/)(?:\.circleci\/.+|\.buildkite\/.+|\.azure[\w-]*\/.+|azure-pipelines[\w.-]*|bitbucket-pipelines|\.travis|\.drone|\.woodpecker(?:\/.+)?|[Tt]askfile[\w.-]*|appveyor|codefresh|buildspec[\w.-]*)\.ya?ml$/.test(
    path,
  );
}

/** Whether it is one of Ansible's files with tasks, by where they lie (docs.ansible.com, Roles), or an npm package's scripts. */
export function hasTasks(path: string): boolean {
  return /(?:^|\/)(?:(?:tasks|handlers|playbooks?)\/.+|(?:playbook|site)[\w.-]*)\.ya?ml$|(?:^|\/)package\.json$/.test(
    path,
  );
}

/** Keys whose texts are commands of a task's, and those whose texts are none of any pipeline's. */
const TASK = /^(?:(?:ansible\.(?:builtin|legacy)\.)?(?:shell|command|raw|script)|cmd|_raw_params|scripts)$/;
const WORDS = /^(?:name|id|key|label|title|description|displayName|if|when|image|uses|with)$/;

/** Any text of such a file that has commands, those of a list as one script. */
export function pipelineBuilds(
  file: Source,
  documents: readonly YamlNode[],
  { shell, has, ci, also }: BuildReader,
): readonly ImageBuild[] {
  const builds: ImageBuild[] = [];
  const seen = new Set<YamlNode>();
  const isTasks = hasTasks(file.file);
  const read = (lines: readonly YamlText[]) => {
    const written = lines.map((line) => writtenIn(file, line)).join("\n");
    // What a template fills in is a variable that nothing here sets.
    const text = written.replace(/\{\{[^{}\n]{0,200}\}\}/g, "$_");
    if (!BUILDS.test(text) || !shell.spend(1 + (text.length >> 4))) return;
    const placeOf = (position: number) => lineAt(file, lines, position);
    const commands = commandsIn(text, { folder: "", env: ci }, shell);
    builds.push(...buildsOf(commands, { by: file.file, placeOf, has, also }));
  };
  const walk = (node: YamlNode, isRead: boolean): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === "text") {
      if (isRead) read([node]);
    } else if (node.kind === "map") {
      for (const { key, value } of node.entries)
        walk(value, isTasks ? TASK.test(key) || (isRead && key !== "name") : !WORDS.test(key));
    } else {
      const texts = node.items.filter((item) => item.kind === "text");
      if (texts.length > 0 && isRead) read(texts);
      for (const item of node.items) if (item.kind !== "text") walk(item, isRead);
    }
  };
  // Tekton's tasks lie in folders of that name, too.
  const isObject = (node: YamlNode) => textAt(node, "apiVersion") !== undefined;
  for (const document of documents) if (!isTasks || !isObject(document)) walk(document, !isTasks);
  return builds;
}

/**
 * Steps of Cloud Build (cloud.google.com, Build configuration file schema). They run in the folder that was submitted:
 * the repository's, or the file's own where the Dockerfile is there.
 */
export function cloudBuilds(
  file: Source,
  documents: readonly YamlNode[],
  reader: BuildReader,
): readonly ImageBuild[] {
  const isThere = ({ dockerfile }: ImageBuild) => "path" in dockerfile && reader.has(dockerfile.path);
  const atRoot = cloudBuildsIn(file, documents, reader, "");
  const beside =
    parentOf(file.file) === "" ? atRoot : cloudBuildsIn(file, documents, reader, parentOf(file.file));
  return atRoot.map((build, index) => {
    const other = beside[index];
    return !isThere(build) && other !== undefined && isThere(other) ? other : build;
  });
}

function cloudBuildsIn(
  file: Source,
  documents: readonly YamlNode[],
  { shell, has, also }: BuildReader,
  root: string,
): readonly ImageBuild[] {
  const [document] = documents;
  const values = substitutions(document);
  const known = (text: string) =>
    text.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) =>
      whole === "$$" ? "$" : (values.get(braced ?? bare ?? "") ?? HOLE),
    );
  return itemsAt(document, "steps").flatMap((step) => {
    const name = textAt(step, "name");
    if (name === undefined || !shell.spend(1)) return [];
    const folder = root === "" ? (textAt(step, "dir")?.text ?? "") : root;
    const program = textAt(step, "entrypoint")?.text ?? programOf(name.text);
    const words = itemsAt(step, "args").map((item) => (item.kind === "text" ? known(item.text) : HOLE));
    const script = textAt(step, "script");
    const at = (node: YamlText) => (position: number) => placeIn(file, node, position);
    const shellText =
      script?.text ?? (/^(?:ba|da)?sh$/.test(nameOf(program ?? "")) ? words.at(-1) : undefined);
    const commands: readonly ScriptCommand[] =
      shellText !== undefined
        ? commandsIn(shellText, { folder, env: values }, shell)
        : program === undefined
          ? []
          : [{ words: [program, ...words], folder, start: 0 }];
    return buildsOf(commands, { by: file.file, placeOf: at(script ?? name), has, also });
  });
}

/** What the builder's image runs where nothing says otherwise. */
function programOf(image: string): string | undefined {
  if (/\bkaniko-project\/executor\b/.test(image)) return "/kaniko/executor";
  if (/(?:^|\/)(?:cloud-builders\/)?docker(?::|$)/.test(image)) return "docker";
  if (/(?:^|\/)buildah(?:\/stable)?(?::|$)/.test(image)) return "buildah";
  return /(?:^|\/)gcloud(?::|$)/.test(image) ? "gcloud" : undefined;
}

function substitutions(document: YamlNode | undefined): ReadonlyMap<string, string> {
  const node = valueAt(document, "substitutions");
  const entries = node?.kind === "map" ? node.entries : [];
  return new Map(
    entries.flatMap(({ key, value }) => (value.kind === "text" ? [[key, value.text] as const] : [])),
  );
}

/** `script` and `before_script` of GitLab's jobs, with `variables` (docs.gitlab.com, CI/CD YAML syntax reference). */
export function gitLabBuilds(
  file: Source,
  documents: readonly YamlNode[],
  { shell, has, ci, also }: BuildReader,
): readonly ImageBuild[] {
  return documents.flatMap((document) => {
    if (document.kind !== "map") return [];
    const common = variablesOf(document, ci);
    return document.entries.flatMap(({ value: job }) => {
      const lines = ["before_script", "script"].flatMap((key) => linesOf(valueAt(job, key)));
      const length = lines.reduce((sum, line) => sum + line.text.length, 0);
      if (!shell.spend(1 + (length >> 4))) return [];
      const text = lines.map((line) => writtenIn(file, line)).join("\n");
      if (!BUILDS.test(text)) return [];
      const commands = commandsIn(text, { folder: "", env: variablesOf(job, common) }, shell);
      const placeOf = (position: number) => lineAt(file, lines, position);
      return buildsOf(commands, { by: file.file, placeOf, has, also });
    });
  });
}

function linesOf(node: YamlNode | undefined): readonly YamlText[] {
  if (node?.kind === "text") return node.text === "" ? [] : [node];
  return node?.kind === "list" ? node.items.flatMap(linesOf) : [];
}

/** The place of a position in lines that were joined. */
function lineAt(file: Source, lines: readonly YamlText[], position: number) {
  let left = position;
  for (const line of lines) {
    const { length } = writtenIn(file, line);
    if (left <= length) return placeIn(file, line, left);
    left -= length + 1;
  }
  return file.toPlace(0, 1);
}

/** Values that are written out; those made of others take them. */
function variablesOf(node: YamlNode, known: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const variables = valueAt(node, "variables");
  const all = new Map(known);
  for (const { key, value } of variables?.kind === "map" ? variables.entries : []) {
    const text = value.kind === "text" ? value : textAt(value, "value");
    const written = text?.text.replace(
      /\$(?:\{(\w+)\}|(\w+))/g,
      (_, braced?: string, bare?: string) => all.get(braced ?? bare ?? "") ?? HOLE,
    );
    all.set(key, written === undefined || written.length > 4_096 ? HOLE : written);
  }
  return all;
}
