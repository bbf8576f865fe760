/** Finds Corefiles in YAML and JSON, and in the manifests and values that stand there as strings. Must not judge them. */
import { hasRootZone, isAaaaFragment, isCorefileText } from "../../corefile/recognise.ts";
import { isProseKey } from "../../discover/prose.ts";
import { partOf, type Segment, type Source } from "../../text/source.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import {
  isNull,
  isString,
  itemsAt,
  maskTemplates,
  readYaml,
  valueAt,
  type YamlEntry,
  type YamlFile,
  type YamlMap,
  type YamlNode,
  type YamlProblem,
  type YamlText,
} from "../../yaml/nodes.ts";
import { valueSource } from "../../yaml/scalar.ts";
import {
  dnsOperatorSource,
  externalZonesSource,
  noIpv6LookupsSource,
  serversSource,
  settingsSource,
  type ValuesReader,
} from "./charts.ts";
import { type Collected, type CorefileInput, isExtra, isKubeDnsKey, roleOf } from "./collected.ts";
import { encryptedBy } from "./encrypted.ts";
import { heredocsIn } from "../../text/heredocs.ts";
import { decoded, ofDataUrl } from "./decoded.ts";

/** Strings of YAML inside strings of YAML that are opened: a secret of a manifest of a write_files is three. */
const MOST_NESTING = 4;
/** Characters of strings that are opened in one file, each nesting counted. */
const MOST_OPENED = 16 * 2 ** 20;

/** One action of a template, which another may choose. */
const ONE_ACTION =
  /^\s*(?:\{\{-?\s*(?:if|with)\b[^{}]*\}\}\s*\{\{[^{}]*\}\}\s*\{\{-?\s*end\s*-?\}\}|\{\{[^{}]*\}\})\s*$/;

/** Keys of one file that may hold a Corefile or a part of one; far more than are taken. */
const MOST_KEYS = 2_000;

/** Words without which a string inside a file says nothing of a cluster's DNS. */
const SPEAKS =
  /[Cc]orefile|coredns|servers|customConfig|noIPv6Lookups|\.(?:override|server)\b|external[_Z]|stubDomains|\btemplate\b|data:/;

/** Keys and variables under which a Corefile or a part of one stands. */
const OF_DNS = /corefile|coredns|node_?-?local_?-?dns|additional_?configs?$|customConfig|valuesContent/i;

/** A text in base64, longer than digests are: user data of machines, manifests in objects of their own kind. */
const CODED = /^[A-Za-z0-9+/]{64}[A-Za-z0-9+/\s]{8,}={0,2}\s*$/;

/** Reads the documents of a file into `found`. */
export function readCorefilesOfYaml(file: Source, yaml: YamlFile, found: Collected): void {
  new Reader(file, found).documents(file, yaml, 0);
}

/** Where a node stands. */
interface Where {
  /** The keys above it, outermost first. */
  readonly keys: readonly string[];
  /** The maps above it, outermost first. */
  readonly maps: readonly YamlMap[];
}

class Reader {
  readonly #file: Source;
  readonly #found: Collected;
  #opened = 0;
  #keys = 0;

  constructor(file: Source, found: Collected) {
    this.#file = file;
    this.#found = found;
  }

  documents(outer: Source, { documents, problems }: YamlFile, nesting: number): void {
    const masked = maskTemplates(outer.text);
    const values: ValuesReader = {
      file: this.#file,
      word: (node) => wordOf(outer, masked, node),
      tooLong: () =>
        this.#found.tooLong(
          `the values in ${outer.file} make a longer Corefile than is read`,
          outer.toPlace(0, 0),
        ),
    };
    const taken = documents.map((document) => {
      const before = this.#found.size;
      new Walk(this, this.#found, values, outer, nesting).node(document, { keys: [], maps: [] });
      return this.#found.size > before;
    });
    for (const problem of problems) {
      const { document } = problem;
      if (document === undefined || taken[document] === true || outer.text.includes("Corefile"))
        this.#found.diagnostics.push(unreadable(outer, problem));
    }
  }

  /** Whether one more key may be looked at. */
  looks(): boolean {
    return ++this.#keys <= MOST_KEYS;
  }

  /** Whether that much more may be opened. */
  opens(source: Source): boolean {
    const { file } = source;
    this.#opened += source.text.length;
    if (this.#opened > MOST_OPENED)
      this.#found.tooLong(`${file} has more text inside strings than is opened`, source.toPlace(0, 0));
    return this.#opened <= MOST_OPENED;
  }
}

/** A string or number as it reads, with the templates that stand in it; nothing where it is empty. */
function wordOf(outer: Source, masked: string, node: YamlNode | undefined): Source | undefined {
  if (node?.kind !== "text" || isNull(node)) return undefined;
  // Lines of nothing but templates are blank behind the mask.
  if (
    node.text.trim() === "" &&
    node.style === "block" &&
    outer.text.slice(node.start, node.end).includes("{{")
  )
    return unmasked(outer, masked, node);
  if (node.text === "") return undefined;
  return node.templated && node.style === "block" ? unmasked(outer, masked, node) : valueSource(outer, node);
}

/** One document on its way. */
class Walk {
  readonly #reader: Reader;
  readonly #found: Collected;
  readonly #values: ValuesReader;
  readonly #outer: Source;
  readonly #nesting: number;
  /** Maps whose other keys were taken. */
  readonly #siblings = new Set<YamlMap | undefined>();
  /** What an alias stands for is read where it is written. */
  readonly #seen = new Set<YamlNode>();

  constructor(reader: Reader, found: Collected, values: ValuesReader, outer: Source, nesting: number) {
    this.#reader = reader;
    this.#found = found;
    this.#values = values;
    this.#outer = outer;
    this.#nesting = nesting;
  }

  node(node: YamlNode, where: Where): void {
    if (this.#seen.has(node)) return;
    this.#seen.add(node);
    if (node.kind === "list") {
      this.#settings(node, where);
      for (const item of node.items) this.node(item, where);
    } else if (node.kind === "map") this.#map(node, where);
    else if (isString(node)) this.#string(node, where);
  }

  #map(map: YamlMap, above: Where): void {
    const { word } = this.#values;
    // What a Kyverno policy holds objects against is no object.
    const isPolicy = word(valueAt(map, "apiVersion"))?.text.startsWith("kyverno.io/") === true;
    if (isPolicy) for (const rule of itemsAt(map, "spec", "rules")) this.#pass(valueAt(rule, "validate"));
    const where = { ...above, maps: [...above.maps, map] };
    if (
      word(valueAt(map, "kind"))?.text === "DNS" &&
      word(valueAt(map, "apiVersion"))?.text.startsWith("operator.openshift.io/") === true
    ) {
      this.#take(dnsOperatorSource(this.#values, map), "dns-default", where);
    }
    this.#take(noIpv6LookupsSource(this.#values, map), "node-local-dns", where);
    const encoding = word(valueAt(map, "encoding"))?.text;
    const json = word(valueAt(map, "path"))?.text ?? "";
    for (const pair of map.entries) {
      const { key } = pair;
      if (isProseKey(key) && pair.value.kind === "text") continue;
      if (pair.merged && this.#seen.has(pair.value)) continue;
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

  #pass(node: YamlNode | undefined): void {
    if (node !== undefined) this.#seen.add(node);
  }

  #decoded(node: YamlNode, encoding: string): Source | undefined {
    const source = this.#values.word(node);
    if (source === undefined || !this.#reader.opens(source)) return undefined;
    return decoded(source, encoding);
  }

  #pair({ value: node }: YamlEntry, key: string, where: Where): void {
    const { word } = this.#values;
    const below = { ...where, keys: [...where.keys, key] };
    if (key === "Corefile" || key === "Corefile.base" || isExtra(key) || isKubeDnsKey(key)) {
      // A Corefile without a letter is one that is empty, and not one that is not there.
      const source =
        node.kind === "text" && isString(node) ? (word(node) ?? valueSource(this.#outer, node)) : undefined;
      // One action is all of it, or all that is printed: the Corefile stands in the values.
      if (source !== undefined && ONE_ACTION.test(source.text)) {
        if (key === "Corefile" && this.#nesting === 0) this.#found.diagnostics.push(inValues(source));
        return;
      }
      if (source !== undefined) {
        this.#seen.add(node);
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
      for (const generator of itemsAt(node)) this.#generator(generator);
    }
    this.node(node, below);
  }

  /** A key of a ConfigMap, or of whatever else has a ConfigMap's keys. */
  #key(key: string, source: Source, where: Where): void {
    const { word } = this.#values;
    const isData =
      where.keys.at(-1) === "data" ||
      where.keys.at(-1) === "binaryData" ||
      where.keys.at(-1) === "stringData";
    const owner = isData ? where.maps.at(-2) : where.maps.at(-1);
    const name = word(valueAt(owner, "metadata", "name")) ?? word(valueAt(owner, "name"));
    const object = where.maps.find((map) => valueAt(map, "metadata") !== undefined);
    const configMap =
      name?.text ??
      (isExtra(key)
        ? (word(valueAt(object, "metadata", "name"))?.text ??
          (this.#isPatch(where) ? "coredns-custom" : undefined))
        : undefined);
    const plain = this.#plain(source, where, owner);
    if (plain === undefined) return;
    this.#found.add(key, plain, configMap, addonOf(ownerHead(valueAt(owner, "metadata"), this.#outer.text)));
    if (!(key === "Corefile" || isExtra(key)) || !isData || this.#siblings.has(where.maps.at(-1))) return;
    this.#siblings.add(where.maps.at(-1));
    for (const { key: other, value } of where.maps.at(-1)?.entries ?? []) {
      const text = other === "Corefile" || isExtra(other) ? undefined : word(value);
      if (text !== undefined)
        this.#found.addSibling({ configMap: configMap ?? "", key: other, source: text });
    }
  }

  /** A JSON patch says its object elsewhere. */
  #isPatch(where: Where): boolean {
    return valueAt(where.maps.at(-1), "op") !== undefined;
  }

  /** The text of a key; of a Secret's `data` and a ConfigMap's `binaryData` what is coded there. */
  #plain(source: Source, { keys }: Where, owner: YamlNode | undefined): Source | undefined {
    const { word } = this.#values;
    const isSecret = word(valueAt(owner, "kind"))?.text === "Secret" && keys.at(-1) === "data";
    if (keys.at(-1) !== "binaryData" && !isSecret) return source;
    const text = this.#reader.opens(source) ? decoded(source, "base64") : undefined;
    if (text === undefined) this.#found.diagnostics.push(inBase64(this.#outer, source));
    return text;
  }

  /** kustomize's configMapGenerator: a Corefile as a literal, or in a file of its own. */
  #generator(generator: YamlNode): void {
    const { word } = this.#values;
    const name = word(valueAt(generator, "name"))?.text;
    for (const item of itemsAt(generator, "literals")) {
      const source = word(item);
      const [start, key] = /^([\w.-]+)=/.exec(source?.text ?? "") ?? [];
      if (source !== undefined && start !== undefined && key !== undefined)
        this.#found.add(key, partFrom(source, start.length), name, "none");
    }
    for (const item of itemsAt(generator, "files")) {
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

  #settings(list: YamlNode, where: Where): void {
    if (!/^(?:parameters|set|setString|set_sensitive)$/.test(where.keys.at(-1) ?? "")) return;
    this.#take(settingsSource(this.#values, list), undefined, where);
  }

  #string(node: YamlText, where: Where): void {
    const { text: value } = node;
    if (value.length < 16) return;
    const isData = where.keys.at(-2) === "data" || where.keys.at(-2) === "binaryData";
    const owner = where.maps.at(-2);
    const isCoded =
      (isData &&
        (where.keys.at(-2) === "binaryData" ||
          this.#values.word(valueAt(owner, "kind"))?.text === "Secret")) ||
      CODED.test(value);
    if (!/[\n{]/.test(value) && !isCoded && !value.startsWith("data:")) return;
    const source = this.#values.word(node);
    if (source === undefined) return;
    if (isCoded || value.startsWith("data:")) {
      if (!this.#reader.opens(source)) return;
      const plain = isCoded ? decoded(source, "base64") : ofDataUrl(source);
      if (plain !== undefined) this.#text(plain, where);
    } else this.#text(source, where);
  }

  /** A text that may be a Corefile, a part of one, or YAML with either; `isHanded`: it stands in a script already. */
  #text(source: Source, where: Where, isHanded = false): void {
    const { text } = source;
    const named = where.keys.at(-1) ?? "";
    if (encryptedBy(text) !== undefined && OF_DNS.test(named)) {
      this.#found.addPart({ configMap: named, key: `${named}.override`, source });
      return;
    }
    if (!SPEAKS.test(text) && !text.includes("{")) return;
    const handed = isHanded ? [] : heredocsIn(source).filter((one) => this.#reader.opens(one));
    for (const one of handed) this.#text(one, where, true);
    if (handed.length > 0) return;
    const key = where.keys.at(-1) ?? "";
    if (isCorefileText(text)) {
      if (hasRootZone(text)) this.#take(source, undefined, where);
      else this.#found.addPart({ configMap: key, key: `${key}.server`, source });
    } else if (isAaaaFragment(text)) {
      this.#found.addPart({ configMap: key, key: `${key}.override`, source });
    } else if (
      this.#nesting < MOST_NESTING &&
      SPEAKS.test(text) &&
      looksNested(text) &&
      this.#reader.opens(source)
    ) {
      this.#reader.documents(source, readYaml(text), this.#nesting + 1);
    }
  }

  /** A Corefile of another form than a ConfigMap's; who it is for, the names around it say. */
  #take(source: Source | undefined, role: string | undefined, where: Where): void {
    if (source === undefined) return;
    if (!this.#reader.looks()) {
      this.#found.refuse(source);
      return;
    }
    const { word } = this.#values;
    const object = where.maps.find((map) => valueAt(map, "metadata") !== undefined);
    const name = word(valueAt(object, "metadata", "name"))?.text ?? "";
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

/** A block with the templates that stand in it. */
function unmasked(outer: Source, masked: string, { start, end }: YamlText): Source {
  const body = outer.text.indexOf("\n", start) + 1;
  const width = /^(?:[ \t]*\n)*([ \t]*)/.exec(masked.slice(body, end))?.[1]?.length ?? 0;
  const segments: Segment[] = [];
  const lines: string[] = [];
  let [at, outside] = [0, body];
  // What closes a choice behind the text is none of it.
  const shown = masked.slice(body, end).trim() === "" ? outer.text : masked;
  const last = body + shown.slice(body, end).trimEnd().length;
  for (const line of outer.text.slice(body, last).split("\n")) {
    // What chooses lines often stands further to the left.
    const cut = Math.min(width, line.length - line.trimStart().length);
    segments.push({ at, outside: outside + cut });
    lines.push(line.slice(cut));
    at += line.length - cut + 1;
    outside += line.length + 1;
  }
  return partOf(outer, lines.join("\n"), segments);
}

/** Told where no values that set one are in sight. */
function inValues(source: Source): Diagnostic {
  return {
    code: "corefile-elsewhere",
    message: `the Corefile in ${source.file} is what values set, and none in sight do`,
    hint: "Give the Corefile that comes of it as `corefile`: what helm template makes, or what kubectl prints of the ConfigMap.",
    weight: "gap",
    at: source.toPlace(0, source.text.length),
  };
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
  return partOf(source, source.text.slice(start), [{ at: 0, outside: start }]);
}

function unreadable(outer: Source, { message, start, limit }: YamlProblem): Diagnostic {
  const at = outer.toPlace(start, start + 1);
  if (limit === undefined)
    return {
      code: "yaml-unreadable",
      message: `${outer.file} is not quite YAML: ${message}`,
      hint: "Correct it, or render it first if it is a template; parts of it may be missing here.",
      weight: "gap",
      at,
    };
  return {
    code: "past-limit",
    message: `${outer.file} was not read to its end: ${message} (limit ${limit.name}=${limit.most})`,
    hint: "Give the ConfigMap alone as `corefile`; parts of it may be missing here.",
    weight: "gap",
    at,
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
function ownerHead(metadata: YamlNode | undefined, text: string): string {
  return metadata?.kind === "map" ? text.slice(metadata.start, metadata.end) : "";
}
