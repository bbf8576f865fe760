/** A layer's facts as a store keeps them. Must believe none that anybody may have written before their form is checked. */
import { createHash } from "node:crypto";
import { type Check, fields, isRecord, list, oneOf, optional, text, whole } from "../model/checks.ts";
import type { Digest } from "../model/digest.ts";
import type { FileFact, LayerFacts } from "../model/layer-facts.ts";
import { packNames, unpackNames } from "../model/layer-names.ts";

/** What is known of a layer whose stored bytes were hashed: not whose diffID an image calls it by. */
export type KeptFacts = Omit<LayerFacts, "diffId" | "schema" | "fills">;

/** Where a store keeps a layer's facts: 64 hexadecimal digits, made of the schema and of the digest that was hashed. */
export function entryKey(schema: string, digest: Digest): string {
  return createHash("sha256").update(`${schema}\n${digest}`).digest("hex");
}

/** Clean paths hold no `//`: joined by it, the long list is one string, which JSON reads at memory speed. */
const BETWEEN = "//";

/** The entry; the same facts have the same text. */
export function entryText(
  schema: string,
  digest: Digest,
  { bytes, entryCount, keptBytes, names, entries, whiteouts, opaque }: KeptFacts,
): string {
  const facts = {
    bytes,
    entryCount,
    keptBytes,
    names: unpackNames(names).join(BETWEEN),
    entries,
    whiteouts,
    opaque,
  };
  return `${JSON.stringify({ schema, digest, facts })}\n`;
}

/** The facts in an entry; nothing where it is none of this layer. */
export function factsIn(entry: string, schema: string, digest: Digest): KeptFacts | undefined {
  let value: unknown;
  try {
    value = JSON.parse(entry);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value.schema !== schema || value.digest !== digest || !form(value.facts))
    return undefined;
  const { names: joined, ...stored } = value.facts as unknown as KeptFacts & { readonly names: string };
  const names = joined === "" ? [] : joined.split(BETWEEN);
  if (!names.every(isPath) || !inOrder(stored.entries, names.length)) return undefined;
  // Budgets count by it: whoever wrote the entry does not say how little it is.
  const keptBytes = Math.max(stored.keptBytes, Math.ceil(entry.length / 2));
  const { bytes, entryCount, entries, whiteouts, opaque } = stored;
  return { bytes, entryCount, keptBytes, names: packNames(names), entries, whiteouts, opaque };
}

/** As the walk writes paths, a folder's with a slash before it. */
function isPath(name: string): boolean {
  const path = name.startsWith("/") ? name.slice(1) : name;
  return path !== "" && !/(?:^|\/)\.{0,2}(?:\/|$)/.test(path);
}

function inOrder(entries: KeptFacts["entries"], names: number): boolean {
  let last = -1;
  for (const [index] of entries) {
    if (index <= last || index >= names) return false;
    last = index;
  }
  return true;
}

const flag = oneOf(true, false);
const texts = list(text);
/** Of each kind of fact what each of its fields is: one that has no check here could be anything. */
const FACTS = {
  elf: {
    bits: oneOf(32, 64),
    endian: oneOf("little", "big"),
    machine: text,
    type: oneOf("executable", "shared-object", "other"),
    interpreter: optional(text),
    needed: texts,
    soname: optional(text),
    libraryPath: optional(text),
    calls: optional(texts),
    comments: texts,
    go: optional(
      fields({
        version: text,
        cgo: oneOf(true, false, "unknown"),
        main: optional(text),
        tags: optional(texts),
        godebug: optional(text),
        clients: optional(texts),
      }),
    ),
    rustc: optional(text),
    linked: optional(
      fields({
        musl: flag,
        muslNoData: oneOf(true, false, "unknown"),
        glibc: flag,
        other: oneOf(undefined, "uClibc", "dietlibc"),
        noResolver: oneOf(undefined, true),
        bare: oneOf(undefined, true),
      }),
    ),
    traces: texts,
    partial: optional(text),
  },
  libc: { libc: oneOf("musl", "glibc"), version: optional(text) },
  script: {
    interpreter: optional(text),
    argument: optional(text),
    text: optional(text),
    mentions: optional(texts),
    truncated: flag,
  },
  release: {
    id: optional(text),
    idLike: optional(text),
    name: optional(text),
    version: optional(text),
  },
  packages: {
    manager: oneOf("apk", "dpkg", "opkg", "xbps", "portage", "rpm"),
    packages: list(fields({ name: text, version: text })),
    total: whole,
    partial: optional(text),
  },
  config: { program: oneOf("nginx"), directives: list(fields({ line: whole, text })) },
  text: { text, truncated: flag },
} satisfies {
  readonly [Kind in FileFact["kind"]]: Readonly<
    Record<Exclude<keyof Extract<FileFact, { readonly kind: Kind }>, "kind">, Check>
  >;
};
const checks = new Map<unknown, Check>(Object.entries(FACTS).map(([kind, each]) => [kind, fields(each)]));
const fact: Check = (value) => isRecord(value) && checks.get(value.kind)?.(value) === true;
const link = fields({ type: oneOf("symlink", "hardlink"), target: text });
const plainFile = fields({ type: oneOf("file"), size: whole, executable: flag, facts: list(fact) });
const entry: Check = (value) =>
  Array.isArray(value) && value.length === 2 && whole(value[0]) && (link(value[1]) || plainFile(value[1]));
const form = fields({
  bytes: whole,
  entryCount: whole,
  keptBytes: whole,
  names: text,
  entries: list(entry),
  whiteouts: texts,
  opaque: texts,
});
