/** Reads which images commands of kubectl and Helm run in a cluster, as far as their words are known. Must run none, nor judge them. */
import { parameter, word } from "./helm-release.ts";
import { isKnown, readable } from "../../image/entrypoint/shell/text.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { isLiteralImage } from "../../model/image-name.ts";
import type { Place } from "../../model/place.ts";
import type { Role, Workload } from "../../model/workload.ts";
import type { WorkloadKey } from "../../model/workload-key.ts";
import { named } from "../../model/workload-names.ts";
import type { Source } from "../../text/source.ts";
import { joinPath, nameOf } from "../../tree/paths.ts";
import type { YamlBudget } from "../../yaml/budget.ts";
import { entryOf, readYaml, type YamlNode } from "../../yaml/nodes.ts";
import { imageNotLiteral, notFollowed } from "../gaps.ts";
import type { ScriptCommand } from "./build-script.ts";
import { imagesInValues, mapOfParameters, type ValuesContext } from "./values.ts";

/** What is known besides the commands. */
export interface ChartsHere {
  /** Whether the repository has a chart in a folder, and its own values. */
  readonly chart: (folder: string) => Pick<ValuesContext, "base" | "appVersion"> | undefined;
  readonly budget: YamlBudget;
}

/** Whose commands they are. */
export interface Runner extends ChartsHere {
  readonly by: string;
  /** The line of a position in the script. */
  readonly placeOf: (start: number) => Place;
}

/** What commands run. */
export interface Run {
  readonly workloads: readonly Workload[];
  /** Images of which the name alone may be known: whoever knows what is built here may know them. */
  readonly open: readonly OpenImage[];
  readonly diagnostics: readonly Diagnostic[];
}

/** An image that a command does not write out. */
export interface OpenImage {
  /** As far as it is known. */
  readonly image: string;
  readonly gap: Diagnostic;
}

/** What the commands of one script run. */
export function runsOf(commands: readonly ScriptCommand[], who: Runner): Run {
  const workloads: Workload[] = [];
  const open: OpenImage[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { words: all, folder, start } of commands) {
    const [program = "", ...words] = withoutWrappers(all);
    const at = who.placeOf(start);
    const add = (image: string, key: WorkloadKey, role: Role, more: Partial<Workload> = {}) => {
      const one = named({ key, role, file: who.by });
      if (isKnown(image) && isLiteralImage(image))
        workloads.push({ image, ...one, usesClusterDns: true, at, ...more });
      else if (image !== "") open.push({ image, gap: imageNotLiteral(readable(image), one.name, at) });
    };
    if (/^(?:kubectl|oc|kn)(?:\.exe)?$/.test(nameOf(program))) byKubectl(words, add);
    else if (/^(?:k3s|microk8s|minikube)(?:\.kubectl)?$/.test(nameOf(program)) && words[0] === "kubectl")
      byKubectl(words.slice(1), add);
    else if (nameOf(program) === "helm") {
      const said = byHelm(words, folder, at, who);
      workloads.push(...said.workloads);
      diagnostics.push(...said.diagnostics);
      open.push(...said.open);
    }
  }
  return { workloads, open, diagnostics };
}

function withoutWrappers(words: readonly string[]): readonly string[] {
  const start = words.findIndex((word) => !/^(?:sudo|env|time|exec|command|retry|-E|\w+=.*)$/.test(word));
  return words.slice(Math.max(start, 0));
}

/** Options of kubectl's, oc's and Helm's that stand alone (kubernetes.io, kubectl reference; helm.sh, Helm commands). */
const ALONE =
  /^(?:-[itqAhk]+|--(?:rm|stdin|tty|attach|quiet|command|expose|privileged|record|all|local|leave-stdin-open|force|help|all-namespaces|server-side|overwrite|insecure-skip-tls-verify|install|atomic|wait|wait-for-jobs|create-namespace|cleanup-on-fail|reuse-values|reset-values|reset-then-reuse-values|debug|dependency-update|devel|verify|no-hooks|skip-crds|disable-openapi-validation|render-subchart-notes|hide-notes|generate-name|replace|take-ownership|dry-run|validate|plain-http|pass-credentials))$/;

interface Words {
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly others: readonly string[];
  /** Behind `--`. */
  readonly rest: readonly string[] | undefined;
}

function wordsIn(words: readonly string[]): Words {
  const options = new Map<string, string[]>();
  const others: string[] = [];
  const end = words.indexOf("--");
  const own = end < 0 ? words : words.slice(0, end);
  for (let i = 0; i < own.length; i++) {
    const word = own[i] as string;
    if (!word.startsWith("-") || word === "-") {
      others.push(word);
      continue;
    }
    const equals = word.indexOf("=");
    const name = (equals > 0 ? word.slice(0, equals) : word).replace(/^-+/, "");
    const value = equals > 0 ? word.slice(equals + 1) : ALONE.test(word) ? "true" : (own[++i] ?? "");
    const all = options.get(name);
    if (all === undefined) options.set(name, [value]);
    else all.push(value);
  }
  return { options, others, rest: end < 0 ? undefined : words.slice(end + 1) };
}

type Add = (image: string, key: WorkloadKey, role: Role, more?: Partial<Workload>) => void;

/** Objects by their short names. */
const SHORT: ReadonlyMap<string, string> = new Map([
  ["deploy", "deployment"],
  ["sts", "statefulset"],
  ["ds", "daemonset"],
  ["cj", "cronjob"],
  ["po", "pod"],
  ["rs", "replicaset"],
  ["rc", "replicationcontroller"],
  ["dc", "deploymentconfig"],
  ["ksvc", "service"],
]);
const kindOf = (word: string) => {
  const kind = word.toLowerCase().replace(/\..*$/, "").replace(/s$/, "");
  return SHORT.get(kind) ?? SHORT.get(word) ?? kind;
};

/** `run`, `create` and `set image`. */
function byKubectl(words: readonly string[], add: Add): void {
  const { options, others, rest } = wordsIn(words);
  const namespace = known((options.get("namespace") ?? options.get("n"))?.at(-1));
  const [verb = "", one = "", name = "", ...more] = others;
  const images = options.get("image") ?? [];
  // What overrides say may be all of the pod.
  const dns = options.has("overrides") ? { usesClusterDns: "unknown" as const } : {};
  const key = (kind: string, called: string, container: string) => ({
    root: "",
    kind,
    namespace,
    name: known(called),
    container: known(container),
  });
  if (verb === "run") {
    const isCommand = options.get("command")?.at(-1) === "true";
    const given =
      rest === undefined || rest.length === 0 ? {} : isCommand ? { command: rest } : { args: rest };
    for (const image of images) add(image, key("pod", one, one), "container", { ...given, ...dns });
  } else if (verb === "create" && images.length > 0) {
    const given = rest === undefined || rest.length === 0 ? {} : { command: rest };
    for (const image of images) add(image, key(kindOf(one), name, name), "container", given);
  } else if (/^(?:service|ksvc)$/.test(verb) && /^(?:create|update|apply)$/.test(one)) {
    for (const image of images) add(image, key("service", name, name), "container");
  } else if (verb === "set" && one === "image") {
    const [kind = "", slashed] = name.split("/");
    const [called = "", ...pairs] = slashed === undefined ? more : [slashed, ...more];
    for (const pair of pairs) {
      const [container, image] = splitAt(pair, "=");
      if (pair.includes("=")) add(image, key(kindOf(kind), called, container), "container");
    }
  }
}

/** `helm upgrade` and `helm install`: what `--set` says, over the chart's own values where it is here. */
function byHelm(words: readonly string[], folder: string | undefined, at: Place, who: Runner): Run {
  const { options, others } = wordsIn(words);
  const [verb, first = "", second] = others;
  const nothing = { workloads: [], open: [], diagnostics: [] };
  if (verb !== "upgrade" && verb !== "install") return nothing;
  const chart = second ?? first;
  const release = second === undefined ? "" : first;
  const path = isKnown(chart) && folder !== undefined ? joinPath(folder, chart)?.path : undefined;
  const here = path === undefined ? undefined : who.chart(path);
  const key = {
    root: "",
    kind: "helm",
    namespace: known((options.get("namespace") ?? options.get("n"))?.at(-1)),
    name: known(release),
  };
  const pairs = ["set", "set-string", "set-literal"]
    .flatMap((name) => options.get(name) ?? [])
    .flatMap((text) => text.split(/(?<!\\),(?=[\w."'[\]\\/-]+=)/));
  const texts = options.get("set-json") ?? [];
  const parameters = pairs.flatMap((pair) => {
    const [name, value] = splitAt(pair, "=");
    return isKnown(name) ? [parameter(name, word(value, MAP))] : [];
  });
  const source: Source = { file: who.by, text: "", toPlace: () => at, toFileOffset: () => 0 };
  const workloads: Workload[] = [];
  const open: OpenImage[] = [];
  const context = { key, ...here };
  const documents = [
    ...(parameters.length === 0 ? [] : [mapOfParameters(parameters)]),
    ...texts.flatMap((text) => {
      const [name, json] = splitAt(text, "=");
      return isKnown(text) && text.length < 65_536
        ? readYaml(json, who.budget).documents.map(
            (node): YamlNode => ({ ...MAP, entries: [entryOf(name, node)] }),
          )
        : [];
    }),
  ];
  for (const document of documents) {
    const { images, diagnostics } = imagesInValues(source, document, context);
    workloads.push(...images.map(({ workload }) => ({ ...workload, at })));
    for (const gap of diagnostics)
      open.push({
        image: gap.subject ?? "",
        gap: { ...gap, message: readable(gap.message), subject: readable(gap.subject ?? ""), at },
      });
  }
  const isAway =
    here === undefined &&
    isKnown(chart) &&
    (chart.startsWith("oci://") || options.has("repo") || /^[\w-]+\/[\w.-]+$/.test(chart));
  const isFolder = path !== undefined && /^\.{0,2}\//.test(chart);
  const diagnostics =
    isAway && !isFolder ? [notFollowed(chart, "the chart is not in this repository", at)] : [];
  return { workloads, open, diagnostics };
}

const MAP = { kind: "map", start: 0, end: 0 } as const;

const known = (word = "") => (isKnown(word) ? word : "");

function splitAt(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
