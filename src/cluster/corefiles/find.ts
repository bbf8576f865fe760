/** Finds the Corefiles in a file a user names: bare, in ConfigMaps as YAML or JSON, or as kubectl describes them. Must not judge them. */
import { parseCorefile } from "../../corefile/parser.ts";
import { isAaaaFragment, isCorefileText } from "../../corefile/recognise.ts";
import { isKnownPlugin } from "../../knowledge/coredns.ts";
import { MuslgateError } from "../../model/error.ts";
import { isHclName } from "../../tree/file-names.ts";
import { type Source, wholeFile } from "../../text/source.ts";
import { namedYamlBudget } from "../../yaml/budget.ts";
import { readYaml, type YamlFile } from "../../yaml/nodes.ts";
import { type PartsOf, withAssumedBase } from "./assumed-base.ts";
import { Collected, type CorefileInputs, isExtra, roleByText } from "./collected.ts";
import { isDescription, readDescription } from "./describe.ts";
import { addonOf, readCorefilesOfYaml } from "./from-yaml.ts";

/** The most text that is read as configuration; a ConfigMap holds 1 MiB at most. */
const MOST_LENGTH = 8 * 1024 * 1024;

/**
 * Finds what a file holds; no Corefile is no error. Throws MuslgateError `input` when the file or a Corefile in it is
 * empty, `limit` when it is too large. `yaml` is what it holds, where that was read already.
 */
export function findCorefiles(file: string, text: string, yaml?: YamlFile): CorefileInputs {
  if (text.length > MOST_LENGTH) {
    throw new MuslgateError("limit", `${file} is too large for a Corefile`, "Give the ConfigMap alone.");
  }
  if (text.trim() === "") {
    throw new MuslgateError("input", `${file} is empty`, "Give a Corefile, or the ConfigMap that holds it.");
  }
  const inputs = isHclName(file)
    ? fromYaml(file, text, yaml ?? { documents: [], problems: [] })
    : isDescription(text)
      ? fromDescription(file, text)
      : isYaml(file, text)
        ? fromYaml(file, text, yaml)
        : bare(file, text);
  const empty = inputs.corefiles.find(({ source }) => source.text.trim() === "");
  if (empty !== undefined) {
    throw new MuslgateError(
      "input",
      `the Corefile in ${file} is empty`,
      "CoreDNS would start with its built-in default; give the Corefile that is really used.",
    );
  }
  return inputs;
}

/**
 * Reads a file the user named. Throws MuslgateError as findCorefiles does, `usage` when there is no Corefile in it, and
 * `input` when it is a template that has yet to be rendered.
 */
export function readCorefileInput(file: string, text: string, of?: PartsOf): CorefileInputs {
  const inputs = withAssumedBase(findCorefiles(file, text), of);
  if (isHclName(file))
    throw new MuslgateError(
      "input",
      `${file} is Terraform's, whose Corefiles are read with the repository they stand in`,
      "Run `muslgate repo` on it, or give the ConfigMap that it makes.",
    );
  if (inputs.corefiles.length === 0) {
    const template = text.includes("{{");
    const gap = template ? undefined : inputs.diagnostics.find(({ weight }) => weight === "gap");
    if (gap !== undefined) throw new MuslgateError("input", gap.message, gap.hint);
    throw new MuslgateError(
      template ? "input" : "usage",
      template ? `${file} is a template that has yet to be rendered` : `${file} holds no Corefile`,
      template
        ? "Render it first, for example with helm template, and give the result."
        : "Give a Corefile, or a ConfigMap with the key Corefile (kubectl -n kube-system get configmap node-local-dns -o yaml).",
    );
  }
  const [first] = inputs.corefiles;
  if (first !== undefined && first.source.text === text && !isCorefile(first.source)) {
    throw new MuslgateError(
      "usage",
      `${file} is no Corefile: its lines are not directives of CoreDNS`,
      "Give a Corefile, or a ConfigMap with the key Corefile.",
    );
  }
  return inputs;
}

/** Whether a bare text can be meant as one: it has a plugin, an import, a placeholder or an empty server block. */
function isCorefile(source: Source): boolean {
  const { text } = source;
  if (/\{\{|\$\{/.test(text)) return true;
  const { corefile, diagnostics } = parseCorefile(source);
  if (corefile.unread.length > 0) return true;
  if (diagnostics.some(({ code }) => code === "corefile-too-large")) return true;
  const directives = corefile.blocks.flatMap((block) => block.directives);
  const known = directives.filter(({ name, unread }) => unread || isKnownPlugin(name.text)).length;
  // Prose may have a line that begins with such a word.
  if (!beginsAsCorefile(text)) return known * 2 > directives.length && diagnostics.length === 0;
  if (known > 0) return true;
  if (diagnostics.length === 0) return directives.length === 0 && text.includes("{");
  // Nothing behind a syntax error was read.
  return text.split("\n").some((line) => isKnownPlugin(/^\s*(\S*)/.exec(line)?.[1] ?? ""));
}

/** Whether its first line opens a block or has zones, an import or a plugin alone. */
function beginsAsCorefile(text: string): boolean {
  const [, line = ""] = /^\uFEFF?(?:[ \t]*(?:#[^\n]*)?\r?\n)*([^\n]*)/.exec(text) ?? [];
  const [code = ""] = line.split(/[ \t]#/);
  const words = code.trim().split(/[\s,]+/);
  if (code.trimEnd().endsWith("{") || words[0] === "import") return true;
  return words.every((word) => /^[\w*/:-]*\.(?:[\w*.-]+)?(?::\d+)?$|:\d+$|:\/\/./.test(word));
}

/** By its name; else by a key at the start of a line that Corefiles do not have and ConfigMaps do. */
function isYaml(file: string, text: string): boolean {
  if (/\.(?:ya?ml|json|ign|bu)$/i.test(file)) return !isCorefileText(text);
  if (/^\uFEFF?\s*(?:\{\s*["}]|\[)/.test(text)) return true;
  return /^[ \t]*(?:- )?["']?(?:apiVersion|kind|data|items|spec|values|servers|configMapGenerator|Corefile)["']?[ \t]*:(?:[ \t\r]|$)/m.test(
    text,
  );
}

function bare(file: string, text: string): CorefileInputs {
  const found = new Collected();
  const source = wholeFile(file, text);
  const key = /[^\\/]*$/.exec(file)?.[0] ?? file;
  if (isExtra(key)) found.addPart({ configMap: file, key, source });
  else if (isAaaaFragment(text)) found.addPart({ configMap: file, key: `${key}.override`, source });
  else found.addCorefile({ source, role: roleByText(text), addon: "none" });
  return found.inputs();
}

function fromDescription(file: string, text: string): CorefileInputs {
  const found = new Collected();
  for (const { name, head, data } of readDescription(wholeFile(file, text))) {
    for (const [key, source] of data) {
      found.add(key, source, name, addonOf(head));
      if (key !== "Corefile" && !isExtra(key)) found.addSibling({ configMap: name ?? "", key, source });
    }
  }
  return found.inputs();
}

function fromYaml(
  file: string,
  text: string,
  yaml: YamlFile = readYaml(text, namedYamlBudget()),
): CorefileInputs {
  const found = new Collected();
  readCorefilesOfYaml(wholeFile(file, text), yaml, found);
  return found.inputs();
}
