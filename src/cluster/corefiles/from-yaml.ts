/** Finds Corefiles in YAML and JSON, and in the manifests and values that stand there as strings. Must not judge them. */
import { isMap, isScalar, isSeq, type Pair, type Scalar, type YAMLMap } from "yaml";
import { isAaaaFragment, isCorefileText } from "../../corefile/recognise.ts";
import { partOfFile, type Segment, type Source } from "../../text/source.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { parseYaml } from "../../yaml/documents.ts";
import { maskTemplates } from "../../yaml/nodes.ts";
import { scalarSource } from "../../yaml/scalar.ts";
import {
  dnsOperatorSource,
  externalZonesSource,
  noIpv6LookupsSource,
  serversSource,
  settingsSource,
  type ValuesReader,
} from "./charts.ts";
import { type Collected, type CorefileInput, isExtra, isKubeDnsKey, roleOf } from "./collected.ts";
import { decoded, isPinned, ofDataUrl, pinnedSource } from "./decoded.ts";
import { viewOf } from "./yaml-view.ts";

/** Strings of YAML inside strings of YAML that are opened: a secret of a manifest of a write_files is three. */
const MAX_NESTING = 4;
/** Characters of strings that are opened in one file, each nesting counted. */
const MAX_OPENED = 16 * 2 ** 20;

/** Keys of one file that may hold a Corefile or a part of one; far more than are taken. */
const MAX_KEYS = 2_000;

/** Words without which a string inside a file says nothing of a cluster's DNS. */
const SPEAKS =
  /[Cc]orefile|coredns|servers|customConfig|noIPv6Lookups|\.(?:override|server)\b|external[_Z]|stubDomains|\btemplate\b|data:/;

/** Reads the documents of a file into `found`. */
export function readCorefilesOfYaml(file: Source, found: Collected): void {
  new Reader(file.text, found).documents(file, 0);
}

/** Where a node stands. */
interface Where {
  /** The keys above it, outermost first. */
  readonly keys: readonly string[];
  /** The maps above it, outermost first. */
  readonly maps: readonly YAMLMap[];
}

class Reader {
  readonly #fileText: string;
  readonly #found: Collected;
  #opened = 0;
  #keys = 0;

  constructor(fileText: string, found: Collected) {
    this.#fileText = fileText;
    this.#found = found;
  }

  documents(outer: Source, nesting: number): void {
    // What Helm or Jinja has yet to put in is no YAML.
    const masked = maskTemplates(outer.text);
    const { documents, stopped } = parseYaml(masked);
    if (stopped !== undefined)
      this.#found.diagnostics.push(unreadable(outer, stopped.message, stopped.start));
    for (const document of documents) {
      const before = this.#found.size;
      const view = viewOf(document);
      const word = (node: unknown) => this.#word(outer, masked, view.at(node));
      new Walk(
        this,
        this.#found,
        {
          view,
          outer,
          fileText: this.#fileText,
          word,
          tooLong: () =>
            this.#found.tooLong(
              `the values in ${outer.file} make a longer Corefile than is read`,
              outer.toPlace(0, 0),
            ),
        },
        nesting,
      ).node(document.contents, { keys: [], maps: [] });
      // A masked line before the text of a block scalar is no error before the mask.
      const error = document.errors.find(
        ({ message }) => masked === outer.text || !message.includes("leading empty lines"),
      );
      if (error !== undefined && (this.#found.size > before || outer.text.includes("Corefile"))) {
        this.#found.diagnostics.push(unreadable(outer, error.message, error.pos[0]));
      }
    }
  }

  /** Whether one more key may be looked at. */
  looks(): boolean {
    return ++this.#keys <= MAX_KEYS;
  }

  /** Whether that much more may be opened. */
  opens(source: Source): boolean {
    const { file } = source;
    this.#opened += source.text.length;
    if (this.#opened > MAX_OPENED)
      this.#found.tooLong(`${file} has more text inside strings than is opened`, source.toPlace(0, 0));
    return this.#opened <= MAX_OPENED;
  }

  #word(outer: Source, masked: string, node: unknown): Source | undefined {
    if (!isScalar(node) || !node.range || node.value === "" || node.value === null) return undefined;
    if (typeof node.value === "string") {
      if (masked !== outer.text && outer.text.slice(node.range[0], node.range[1]).includes("{{"))
        return unmasked(outer, this.#fileText, masked, node);
      return isPinned(outer) ? pinnedSource(node.value, outer) : scalarSource(outer, this.#fileText, node);
    }
    const [start] = node.range;
    return {
      file: outer.file,
      text: `${typeof node.value === "number" || typeof node.value === "boolean" ? node.value : ""}`,
      toFileOffset: (offset) => outer.toFileOffset(start + offset),
      toPlace: (from, to) => outer.toPlace(start + from, start + to),
    };
  }
}

/** One document on its way. */
class Walk {
  readonly #reader: Reader;
  readonly #found: Collected;
  readonly #values: ValuesReader;
  readonly #nesting: number;
  /** Maps whose other keys were taken. */
  readonly #siblings = new Set<unknown>();

  constructor(reader: Reader, found: Collected, values: ValuesReader, nesting: number) {
    this.#reader = reader;
    this.#found = found;
    this.#values = values;
    this.#nesting = nesting;
  }

  node(node: unknown, where: Where): void {
    if (isSeq(node)) {
      this.#settings(node, where);
      for (const item of node.items) this.node(item, where);
    } else if (isMap(node)) this.#map(node, where);
    else if (isScalar(node) && typeof node.value === "string") this.#string(node, where);
  }

  #map(map: YAMLMap, above: Where): void {
    const { view, word } = this.#values;
    const where = { ...above, maps: [...above.maps, map] };
    if (
      word(view.get(map, "kind"))?.text === "DNS" &&
      word(view.get(map, "apiVersion"))?.text.startsWith("operator.openshift.io/") === true
    ) {
      this.#take(dnsOperatorSource(this.#values, map), "dns-default", where);
    }
    this.#take(noIpv6LookupsSource(this.#values, map), "node-local-dns", where);
    const encoding = word(view.get(map, "encoding"))?.text;
    const json = word(view.get(map, "path"))?.text ?? "";
    for (const pair of map.items) {
      const key = isScalar(pair.key) ? String(pair.key.value) : "";
      // cloud-init, write_files.
      const coded =
        key === "content" && encoding !== undefined ? this.#decoded(pair.value, encoding) : undefined;
      if (coded !== undefined) this.#text(coded, { ...where, keys: [...where.keys, key] });
      // A JSON patch (RFC 6902) has the key it sets in a path.
      else
        this.#pair(
          pair,
          key === "value"
            ? (/^\/(?:data|stringData)\/([^/]+)$/.exec(json)?.[1]?.replaceAll("~1", "/") ?? key)
            : key,
          where,
        );
    }
  }

  #decoded(node: unknown, encoding: string): Source | undefined {
    const source = this.#values.word(node);
    if (source === undefined || !this.#reader.opens(source)) return undefined;
    return decoded(source, encoding);
  }

  #pair({ value }: Pair, key: string, where: Where): void {
    const { view, word } = this.#values;
    const below = { ...where, keys: [...where.keys, key] };
    const node = view.at(value);
    if (key === "Corefile" || key === "Corefile.base" || isExtra(key) || isKubeDnsKey(key)) {
      const source =
        isScalar(node) && typeof node.value === "string" ? (word(node) ?? this.#empty(node)) : undefined;
      // One action is all of it: the Corefile stands in the values.
      if (source !== undefined && /^\{\{[^{}]*\}\}\s*$/.test(source.text)) return;
      if (source !== undefined) {
        if (this.#reader.looks()) this.#key(key, source, where);
        else this.#found.refuse(source);
        return;
      }
    } else if (key === "servers") {
      this.#take(serversSource(this.#values, node), undefined, below);
    } else if (/(?:_external_zones|^externalZones)$/.test(key)) {
      const source = externalZonesSource(this.#values, node);
      if (source !== undefined) this.#found.addPart({ configMap: key, key: `${key}.server`, source });
    } else if (key === "configMapGenerator") {
      for (const generator of view.items(node)) this.#generator(generator);
    }
    // What an alias stands for is read where it is written.
    if (value === node) this.node(value, below);
  }

  /** A Corefile without a letter is one that is empty, and not one that is not there. */
  #empty(node: unknown): Source | undefined {
    return scalarSource(this.#values.outer, this.#values.fileText, node);
  }

  /** A key of a ConfigMap, or of whatever else has a ConfigMap's keys. */
  #key(key: string, source: Source, where: Where): void {
    const { view, word, outer } = this.#values;
    const isData =
      where.keys.at(-1) === "data" ||
      where.keys.at(-1) === "binaryData" ||
      where.keys.at(-1) === "stringData";
    const owner = isData ? where.maps.at(-2) : where.maps.at(-1);
    const name = word(view.get(view.get(owner, "metadata"), "name")) ?? word(view.get(owner, "name"));
    const object = where.maps.find((map) => view.get(map, "metadata") !== undefined);
    const configMap =
      name?.text ??
      (isExtra(key)
        ? (word(view.get(view.get(object, "metadata"), "name"))?.text ??
          (this.#isPatch(where) ? "coredns-custom" : undefined))
        : undefined);
    const plain = this.#plain(source, where, owner);
    if (plain === undefined) return;
    this.#found.add(key, plain, configMap, addonOf(ownerHead(view.get(owner, "metadata"), outer.text)));
    if (key !== "Corefile" || !isData || this.#siblings.has(where.maps.at(-1))) return;
    this.#siblings.add(where.maps.at(-1));
    for (const pair of where.maps.at(-1)?.items ?? []) {
      const other = isScalar(pair.key) ? String(pair.key.value) : "";
      const text = other === key || isExtra(other) ? undefined : word(pair.value);
      if (text !== undefined)
        this.#found.addSibling({ configMap: configMap ?? "", key: other, source: text });
    }
  }

  /** A JSON patch says its object elsewhere. */
  #isPatch(where: Where): boolean {
    return this.#values.view.get(where.maps.at(-1), "op") !== undefined;
  }

  /** The text of a key; of a Secret's `data` and a ConfigMap's `binaryData` what is coded there. */
  #plain(source: Source, { keys }: Where, owner: unknown): Source | undefined {
    const { view, word, outer } = this.#values;
    const isSecret = word(view.get(owner, "kind"))?.text === "Secret" && keys.at(-1) === "data";
    if (keys.at(-1) !== "binaryData" && !isSecret) return source;
    const text = this.#reader.opens(source) ? decoded(source, "base64") : undefined;
    if (text === undefined) this.#found.diagnostics.push(inBase64(outer, source));
    return text;
  }

  /** kustomize's configMapGenerator: a Corefile as a literal, or in a file of its own. */
  #generator(generator: unknown): void {
    const { view, word } = this.#values;
    const name = word(view.get(generator, "name"))?.text;
    for (const item of view.items(view.get(generator, "literals"))) {
      const source = word(item);
      const [start, key] = /^([\w.-]+)=/.exec(source?.text ?? "") ?? [];
      if (source !== undefined && start !== undefined && key !== undefined)
        this.#found.add(key, partFrom(source, start.length), name, "none");
    }
    for (const item of view.items(view.get(generator, "files"))) {
      const source = word(item);
      if (source === undefined || !/^(?:Corefile=|(?:.*\/)?Corefile$)/.test(source.text)) continue;
      const path = source.text.replace(/^Corefile=/, "");
      this.#found.diagnostics.push({
        code: "corefile-elsewhere",
        message: `the Corefile of ${name ?? "this ConfigMap"} stands in ${path}, which was not read`,
        hint: `Give ${path} as the Corefile.`,
        weight: "gap",
        subject: path,
        at: source.toPlace(0, source.text.length),
      });
    }
  }

  #settings(list: unknown, where: Where): void {
    if (!/^(?:parameters|set|setString|set_sensitive)$/.test(where.keys.at(-1) ?? "")) return;
    this.#take(settingsSource(this.#values, list), undefined, where);
  }

  #string(node: unknown, where: Where): void {
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value !== "string" || value.length < 16) return;
    const { view } = this.#values;
    const isData = where.keys.at(-2) === "data" || where.keys.at(-2) === "binaryData";
    const owner = where.maps.at(-2);
    const isCoded =
      isData &&
      (where.keys.at(-2) === "binaryData" || this.#values.word(view.get(owner, "kind"))?.text === "Secret");
    if (!/[\n{]/.test(value) && !isCoded && !value.startsWith("data:")) return;
    const source = this.#values.word(node);
    if (source === undefined) return;
    if (isCoded || value.startsWith("data:")) {
      if (!this.#reader.opens(source)) return;
      const plain = isCoded ? decoded(source, "base64") : ofDataUrl(source);
      if (plain !== undefined) this.#text(plain, where);
    } else this.#text(source, where);
  }

  /** A text that may be a Corefile, a part of one, or YAML with either. */
  #text(source: Source, where: Where): void {
    const { text } = source;
    if (!SPEAKS.test(text) && !text.includes("{")) return;
    if (isCorefileText(text)) this.#take(source, undefined, where);
    else if (isAaaaFragment(text)) {
      const key = where.keys.at(-1) ?? "";
      this.#found.addPart({ configMap: key, key: `${key}.override`, source });
    } else if (
      this.#nesting < MAX_NESTING &&
      SPEAKS.test(text) &&
      looksNested(text) &&
      this.#reader.opens(source)
    ) {
      this.#reader.documents(source, this.#nesting + 1);
    }
  }

  /** A Corefile of another form than a ConfigMap's; who it is for, the names around it say. */
  #take(source: Source | undefined, role: string | undefined, where: Where): void {
    if (source === undefined) return;
    if (!this.#reader.looks()) {
      this.#found.refuse(source);
      return;
    }
    const { view, word } = this.#values;
    const object = where.maps.find((map) => view.get(map, "metadata") !== undefined);
    const name = word(view.get(view.get(object, "metadata"), "name"))?.text ?? "";
    const around = [name, ...where.keys].join(" ");
    const input: CorefileInput = {
      source,
      role: role === undefined ? roleAround(around, source.text) : roleOf(role, source.text),
      key: where.keys.at(-1),
      addon: "none",
      ...(where.keys.at(-1) === "servers" && { form: "chart-servers" as const }),
    };
    this.#found.addCorefile(input);
  }
}

/** Only names of the cache on the nodes say more than the text does. */
function roleAround(around: string, text: string): CorefileInput["role"] {
  return /node-?local-?dns/i.test(around) ? "node-local-dns" : roleOf(undefined, text);
}

function looksNested(text: string): boolean {
  return /^\s*[{[]/.test(text) || /^[ \t]*(?:- )?["']?[\w./-]+["']?[ \t]*:(?:[ \t\r]|$)/m.test(text);
}

/** A scalar with the templates that stand in it; nothing where it is one template as a whole. */
function unmasked(outer: Source, fileText: string, masked: string, node: Scalar): Source | undefined {
  const [start, end] = node.range ?? [0, 0];
  if (node.type !== "BLOCK_LITERAL") {
    const text = outer.text.slice(start, end);
    return {
      file: outer.file,
      text: text.replace(/^["']|["']$/g, ""),
      toFileOffset: (offset) => outer.toFileOffset(start + offset),
      toPlace: (from, to) => outer.toPlace(start + from, start + to),
    };
  }
  const body = outer.text.indexOf("\n", start) + 1;
  const width = /^(?:[ \t]*\n)*([ \t]*)/.exec(masked.slice(body, end))?.[1]?.length ?? 0;
  const segments: Segment[] = [];
  const lines: string[] = [];
  let [at, inFile] = [0, body];
  // What closes a choice behind the text is none of it.
  const last = body + masked.slice(body, end).trimEnd().length;
  for (const line of outer.text.slice(body, last).split("\n")) {
    // What chooses lines often stands further to the left.
    const cut = Math.min(width, line.length - line.trimStart().length);
    segments.push({ at, inFile: outer.toFileOffset(inFile + cut) });
    lines.push(line.slice(cut));
    at += line.length - cut + 1;
    inFile += line.length + 1;
  }
  return isPinned(outer)
    ? pinnedSource(lines.join("\n"), outer)
    : partOfFile(outer.file, fileText, lines.join("\n"), segments);
}

function inBase64(outer: Source, source: Source): Diagnostic {
  return {
    code: "corefile-not-judged",
    message: `${outer.file} has a Corefile in base64 that cannot be decoded`,
    hint: "Put it under data, as text.",
    weight: "gap",
    at: source.toPlace(0, source.text.length),
  };
}

function partFrom(source: Source, start: number): Source {
  return {
    file: source.file,
    text: source.text.slice(start),
    toFileOffset: (offset) => source.toFileOffset(start + offset),
    toPlace: (from, to) => source.toPlace(start + from, start + to),
  };
}

function unreadable(outer: Source, message: string, offset: number): Diagnostic {
  return {
    code: "yaml-unreadable",
    message: `${outer.file} is not quite YAML: ${message}`,
    hint: "Correct it, or render it first if it is a template; parts of it may be missing here.",
    weight: "gap",
    at: outer.toPlace(offset, offset + 1),
  };
}

/**
 * Marks of the add-on manager. The label is in the article's dumps of GKE and in upstream's manifest too
 * (kubernetes/kubernetes, cluster/addons/dns/nodelocaldns), so that it may be anybody's; the annotation of whoever made
 * the ConfigMap is in the dump of a GKE 1.22 only.
 */
export function addonOf(head: string): CorefileInput["addon"] {
  if (head.includes("kube-addon-manager")) return "made";
  return head.includes("addonmanager.kubernetes.io/mode") ? "labelled" : "none";
}

/** The text of the map's metadata, where labels and annotations stand. */
function ownerHead(metadata: unknown, text: string): string {
  return isMap(metadata) && metadata.range ? text.slice(metadata.range[0], metadata.range[1]) : "";
}
