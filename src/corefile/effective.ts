/** Turns a Corefile's tree into the servers CoreDNS would run: zones, addresses, the one port pods ask. Must not answer anything. */
import { groupBy } from "../model/group-by.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Place } from "../model/place.ts";
import { isKnownPlugin } from "../knowledge/coredns.ts";
import { brief } from "./brief.ts";
import { Budget, OverBudget, within } from "./budget.ts";
import { Patterns } from "./patterns.ts";
import { choosesLines, fillerOf, placeholderOf } from "./placeholders.ts";
import { parseKey } from "./zones.ts";
import { asWritten, type Corefile, type Directive, placeOf, type ServerBlock, type Token } from "./tree.ts";

/** One server block as CoreDNS sees it. */
export interface EffectiveBlock {
  readonly block: ServerBlock;
  /** Its keys' zones, lower-case, those that are not known left out. */
  readonly zones: readonly string[];
  /** Addresses as written, `except` not taken off; empty when it listens on all. */
  readonly bind: readonly string[];
  /** Its directives by name, in file order. */
  readonly directives: ReadonlyMap<string, readonly Directive[]>;
  /** Why what it answers cannot be known, when it cannot. */
  readonly hidden?: { readonly because: string; readonly at: Place };
}

/** One zone that is served on the port pods ask. */
export interface ServedZone {
  /** With its closing dot, letters as written. */
  readonly zone: string;
  readonly key: Token;
  readonly block: EffectiveBlock;
}

/** What CoreDNS would run. */
export interface Effective {
  readonly blocks: readonly EffectiveBlock[];
  /** In file order; only those on `port`. */
  readonly zones: readonly ServedZone[];
  /** Blocks with a key that is not known: any name may belong to them. */
  readonly unknownKeys: readonly EffectiveBlock[];
  /** The cluster's own domain, lower-case, with its closing dot. */
  readonly domain: string;
  /** The port pods' questions arrive at. */
  readonly port: number;
  /** Imports between the blocks that could not be read: there may be more zones. */
  readonly moreZones?: { readonly because: string; readonly at: Place };
  /** Why CoreDNS does not start with it, or why it cannot be judged at all. */
  readonly problem?: { readonly because: string; readonly at: Place };
  readonly diagnostics: readonly Diagnostic[];
  /** What answering may still cost. */
  readonly budget: Budget;
  readonly patterns: Patterns;
}

/** What decides about a Corefile besides its text. */
export interface EffectiveOptions {
  /** The cluster's domain without closing dot, put in for `__PILLAR__DNS__DOMAIN__`. */
  readonly clusterDomain?: string;
  /** The port pods' questions arrive at; 53, or the only one that there is, when not given. */
  readonly port?: number;
  /** What may be spent; as much as one file may when not given. */
  readonly budget?: Budget;
}

/** A bare word in capitals behind a brace, which stands for server blocks (coredns/deployment, coredns.yaml.sed). */
function blocksToCome(text: string): { readonly start: number; readonly end: number } | undefined {
  let start = 0;
  for (const line of text.split("\n")) {
    const cut = line.search(/[#"]/);
    const found = /^[ \t]*\}[A-Z][A-Z_]{2,}/.exec(cut < 0 ? line : line.slice(0, cut));
    if (found !== null) return { start: start + found.index, end: start + found.index + found[0].length };
    start += line.length + 1;
  }
  return undefined;
}

/** Directives whose answer to a name does not hang on their words, as far as it is told here. */
const NOT_DECIDING = new Set(
  "bind bufsize cache debug dnstap errors forward grpc health kubernetes loadbalance log loop minimal multisocket nsid pprof prometheus ready reload timeouts tls trace".split(
    " ",
  ),
);

/** The effective configuration; `diagnostics` of the parser are taken over, a syntax error stays a problem. */
export function effectiveCorefile(
  corefile: Corefile,
  parsed: readonly Diagnostic[] = [],
  options: EffectiveOptions = {},
): Effective {
  const diagnostics: Diagnostic[] = [...parsed];
  const budget = options.budget ?? new Budget();
  const fatal = parsed.find(({ code }) => code === "corefile-syntax" || code === "corefile-too-large");
  let problem = fatal && { because: fatal.message, at: fatal.at ?? corefile.source.toPlace(0, 0) };
  const refuse = (what: string, at: Place): void => {
    const because = brief(what);
    diagnostics.push({
      code: "corefile-refused",
      message: `CoreDNS does not start with this Corefile: ${because}`,
      hint: "Correct the line; a running CoreDNS keeps its old configuration until then.",
      weight: "gap",
      at,
    });
    problem ??= { because: `CoreDNS does not start with this Corefile: ${because}`, at };
  };

  const isAction = (token: Token) => !token.quoted && token.raw.includes("{{");
  const action = choosesLines(corefile.source.text) ? findToken(corefile, isAction) : undefined;
  const placeholder = blocksToCome(corefile.source.text);
  const unrendered =
    placeholder !== undefined
      ? corefile.source.toPlace(placeholder.start, placeholder.end)
      : action !== undefined && fatal === undefined
        ? placeOf(action)
        : undefined;
  if (unrendered !== undefined) {
    const because = "it holds placeholders that Helm or another tool has yet to replace";
    const at = unrendered;
    // What does not parse may well do once they are.
    const syntax = diagnostics.findIndex(({ code }) => code === "corefile-syntax");
    if (syntax >= 0) diagnostics.splice(syntax, 1);
    diagnostics.push({
      code: "corefile-unrendered",
      message: `This Corefile cannot be judged: ${because}`,
      hint: "Render it first (helm template) and give the result.",
      weight: "gap",
      at,
    });
    problem = { because, at };
  }

  const all: (ServedZone & { scheme: string; port: number })[] = [];
  const unknownKeys: EffectiveBlock[] = [];
  const readBlock = (block: ServerBlock): EffectiveBlock => {
    const keys: { zone: string; key: Token; scheme: string; port: number }[] = [];
    let unknown = false;
    for (const token of block.keys) {
      const text = token.text.replaceAll("__PILLAR__DNS__DOMAIN__", options.clusterDomain ?? "cluster.local");
      if (token.unknownEnv !== undefined || text.includes("__PILLAR__")) {
        unknown = true;
        if (unrendered === undefined && placeholderOf(token.raw, token.quoted) !== undefined)
          diagnostics.push(placeholderDiagnostic(token.raw, token));
        continue;
      }
      const key = parseKey(text);
      if (key.kind === "invalid") {
        if (problem === undefined) refuse(key.because, placeOf(token));
        continue;
      }
      budget.spend("corefileZones", key.zones.length);
      const left = key.zones.find(isPlaceholder);
      if (left !== undefined) {
        unknown = true;
        if (unrendered === undefined) diagnostics.push(placeholderDiagnostic(left, token));
        continue;
      }
      for (const zone of key.zones) keys.push({ zone, key: token, scheme: key.scheme, port: key.port });
    }
    const effective = effectiveBlock(
      block,
      keys.map(({ zone }) => zone.toLowerCase()),
    );
    if (unknown) unknownKeys.push(effective);
    budget.spend("corefileListeners", keys.length * Math.max(1, effective.bind.length));
    for (const key of keys) all.push({ ...key, block: effective });
    return effective;
  };
  const read = within(() => corefile.blocks.map(readBlock));
  const blocks = read instanceof OverBudget ? [] : read;
  if (read instanceof OverBudget) {
    const at = corefile.source.toPlace(0, 0);
    diagnostics.push(read.diagnostic(at));
    problem ??= { because: read.because, at };
    all.length = 0;
    unknownKeys.length = 0;
  }

  if (problem === undefined) for (const clash of overlaps(all)) refuse(clash.because, clash.at);
  if (problem === undefined) for (const second of seconds(blocks)) refuse(second.because, second.at);
  for (const { zone, key } of all) {
    if (zone === zone.toLowerCase() || unrendered !== undefined) continue;
    diagnostics.push({
      code: "zone-upper-case",
      message: `The zone ${zone} is written with capitals, and CoreDNS before 1.14.7 never answers in it`,
      hint: "Write the zone in lower case.",
      weight: "notice",
      at: placeOf(key),
    });
  }

  const plain = all.filter(({ scheme }) => scheme === "dns");
  const ports = [...new Set(plain.map(({ port }) => port))];
  const port = options.port ?? (ports.includes(53) || ports.length !== 1 ? 53 : ports[0]!);
  if (port !== 53 && options.port === undefined) {
    diagnostics.push({
      code: "other-port",
      message: `Every server block listens on port ${port}; pods are taken to reach it there through a Service`,
      hint: "Nothing to do if the Service maps port 53 to it.",
      weight: "notice",
      at: placeOf(plain[0]!.key),
    });
  }
  if (unrendered === undefined) for (const one of placeholdersIn(blocks)) diagnostics.push(one);
  for (const hidden of hiddenDiagnostics(blocks, diagnostics)) diagnostics.push(hidden);
  const [unread] = corefile.unread;
  return {
    blocks,
    zones: plain.filter((zone) => zone.port === port),
    unknownKeys,
    port,
    domain: `${(options.clusterDomain ?? "cluster.local").replace(/\.$/, "").toLowerCase()}.`,
    moreZones: unread && { because: importText(unread), at: placeOf(unread.name) },
    problem,
    diagnostics,
    budget,
    patterns: new Patterns(budget),
  };
}

/** Letters no zone in use has, a word between double underscores, or one in capitals with an underscore. */
function isPlaceholder(zone: string): boolean {
  return /[<>%@$[\]]|__[A-Z][A-Z0-9_]*__|^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\.$/.test(zone);
}

/** A key's zone with the letters that the file has, without scheme and port. */
export function zoneAsWritten(key: Token): string {
  return asWritten(key)
    .replace(/^\w+:\/\//, "")
    .replace(/:\d+$/, "");
}

function placeholderDiagnostic(zone: string, key: Token): Diagnostic {
  return {
    code: "zone-placeholder",
    message: `The zone ${brief(zoneAsWritten(key))} is a placeholder that another tool has yet to replace`,
    hint: `Give what ${fillerOf(zone)} makes of it; until then any name may belong to this server block.`,
    weight: "gap",
    at: placeOf(key),
  };
}

/** What is yet to be put into directives whose answer hangs on it. */
function placeholdersIn(blocks: readonly EffectiveBlock[]): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const { block } of blocks) {
    for (const { name, rest } of block.directives) {
      if (NOT_DECIDING.has(name.text)) continue;
      const token = [name, ...rest].find(({ raw, quoted }) => placeholderOf(raw, quoted) !== undefined);
      const placeholder = token && placeholderOf(token.raw, token.quoted);
      if (token === undefined || placeholder === undefined) continue;
      const at = placeOf(token);
      found.set(`${at.file}:${at.line}:${at.column}`, {
        code: "corefile-unrendered",
        message: `What ${brief(name.text)} does is not known: ${brief(placeholder === token.raw ? asWritten(token) : placeholder)} is yet to be put in`,
        hint: `Give what ${fillerOf(placeholder)} makes of the Corefile.`,
        weight: "gap",
        at,
      });
    }
  }
  return [...found.values()];
}

function findToken(corefile: Corefile, is: (token: Token) => boolean): Token | undefined {
  for (const { keys, directives } of corefile.blocks) {
    const found = keys.find(is);
    if (found !== undefined) return found;
    for (const { name, rest } of directives) {
      const inside = is(name) ? name : rest.find(is);
      if (inside !== undefined) return inside;
    }
  }
  return undefined;
}

function importText(unread: Directive): string {
  return `import ${brief(unread.rest[0]?.raw ?? "")} could not be read`;
}

/** What `bind` directives name: addresses and interfaces, and not what their blocks leave out of them. */
export function boundTo(directives: readonly Directive[]): readonly string[] {
  return directives.flatMap(({ rest }) => {
    const end = rest.findIndex(({ text }) => text === "{");
    return rest.slice(0, end === -1 ? undefined : end).map(({ text }) => text);
  });
}

function effectiveBlock(block: ServerBlock, zones: readonly string[]): EffectiveBlock {
  const directives = groupBy(block.directives, ({ name }) => name.text);
  const bind = boundTo(directives.get("bind") ?? []);
  return { block, zones, bind, directives, hidden: hiddenBy(block) };
}

function hiddenBy(block: ServerBlock): EffectiveBlock["hidden"] {
  for (const directive of block.directives) {
    const at = placeOf(directive.name);
    const { text } = directive.name;
    if (directive.unread) {
      const because =
        text === "import" ? importText(directive) : `${brief(text)} holds something that could not be read`;
      return { because, at };
    }
    if (!isKnownPlugin(text)) return { because: `${brief(text)} is no plugin of CoreDNS's own`, at };
  }
  return undefined;
}

/** What hides a block, unless a diagnostic stands there already: a snippet's words stand in several blocks. */
function hiddenDiagnostics(blocks: readonly EffectiveBlock[], known: readonly Diagnostic[]): Diagnostic[] {
  const where = ({ file, line, column }: Place) => `${file}:${line}:${column}`;
  const told = new Set(known.flatMap(({ at }) => (at === undefined ? [] : [where(at)])));
  return blocks.flatMap(({ hidden }) => {
    if (hidden === undefined || told.has(where(hidden.at))) return [];
    told.add(where(hidden.at));
    return [
      {
        code: "plugin-unknown",
        message: `What the server block answers is not known: ${hidden.because}`,
        hint: "CoreDNS as released does not start with it; with a build that has it, ask the server itself.",
        weight: "gap" as const,
        at: hidden.at,
      },
    ];
  });
}

/** Plugins that decide nothing here and may stand once in a server block (plugin/*\/setup.go of 1.7.0 and 1.15.0, ErrOnce). */
const ONCE = ["cache", "errors", "kubernetes", "loop", "nsid", "pprof", "ready"];

/** The second of such directives in a block. */
function seconds(blocks: readonly EffectiveBlock[]): readonly { because: string; at: Place }[] {
  return blocks.flatMap(({ directives }) =>
    ONCE.flatMap((name) => {
      const second = directives.get(name)?.[1];
      const because = `plugin/${name}: this plugin can only be used once per Server Block`;
      return second === undefined ? [] : [{ because, at: placeOf(second.name) }];
    }),
  );
}

/** Zones served twice on one address (coredns core/dnsserver/address.go); views may share a zone. */
function overlaps(
  zones: readonly (ServedZone & { scheme: string; port: number })[],
): { because: string; at: Place }[] {
  const taken = new Map<string, Set<string>>();
  const clashes: { because: string; at: Place }[] = [];
  for (const { zone, key, block, scheme, port } of zones) {
    const name = `${scheme}://${zone}:${port}`;
    const others = taken.get(name) ?? new Set<string>();
    for (const address of block.bind.length === 0 ? [""] : block.bind) {
      if (others.has(address)) {
        clashes.push({ because: `cannot serve ${name} - it is already defined`, at: placeOf(key) });
      } else if (others.size > 0 && (address === "" || others.has(""))) {
        clashes.push({ because: `cannot serve ${name} - zone overlap listener capacity`, at: placeOf(key) });
      } else if (!block.directives.has("view")) {
        others.add(address);
      }
    }
    taken.set(name, others);
  }
  return clashes;
}
