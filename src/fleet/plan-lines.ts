/** A plan as a file: a JSON value a line. Must believe no line before its form is checked, and hold none longer than the bound. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Digest } from "../model/digest.ts";
import { isDigest } from "../model/digest.ts";
import { type Check, fields, isRecord, list, number, oneOf, optional, text, whole } from "../model/checks.ts";
import { MuslgateError, messageOf } from "../model/error.ts";
import { FLEET_OPTIONS } from "./fleet-file.ts";
import { MOST_SHARDS, type Plan, type PlanHead } from "./plan.ts";

/** The most bytes that a line and a plan may have. */
const MOST_LINE = 64 * 2 ** 20;
const MOST_BYTES = 4 * 2 ** 30;

/** What a plan file begins with. */
const FORM = "muslgate fleet plan 1";

/** The lines of a plan, each with its end; the same plan has the same lines. */
export function* planLines({
  schema,
  shards,
  platform,
  trees,
  members,
  layers,
  references,
}: Plan): Generator<string> {
  const line = (value: unknown) => `${JSON.stringify(value)}\n`;
  yield line({ form: FORM, schema, shards, platform });
  for (const { paths, diagnostics, files } of trees) {
    yield line({ tree: { paths, diagnostics } });
    for (const file of files) yield line({ file });
  }
  for (const member of members) yield line({ member });
  for (const layer of layers) yield line({ layer });
  for (const reference of references) yield line({ reference });
  yield line({ end: true });
}

/** Who is given what stands on the lines, in their order. */
export type PlanReader = {
  readonly [K in "tree" | "file" | "member" | "layer" | "reference"]?: (value: never) => void;
} & { readonly head?: (head: PlanHead) => void };

/**
 * Reads a plan line by line, and returns its digest, which is the run's name. Rejects with MuslgateError (`input`) for
 * what is no plan, or not all of one.
 */
export async function readPlanLines(file: string, reader: PlanReader): Promise<Digest> {
  const hash = createHash("sha256");
  let number = 0;
  let ended = false;
  for await (const bytes of boundedLines(file, hash)) {
    number++;
    const value = parsed(file, number, bytes);
    if (ended) throw unusable(file, `line ${number} stands after its end`);
    if (number === 1) {
      if (!isRecord(value) || value.form !== FORM)
        throw unusable(file, "it is no fleet plan of this version");
      if (!head(value)) throw unusable(file, "line 1 is not as a plan has it");
      const { schema, shards, platform } = value as unknown as PlanHead;
      reader.head?.({ schema, shards, platform });
      continue;
    }
    const [kind, inside] = (isRecord(value) ? Object.entries(value)[0] : undefined) ?? ["", undefined];
    if (kind === "end") ended = true;
    else if (isKind(kind) && FORMS[kind](inside)) reader[kind]?.(inside as never);
    else throw unusable(file, `line ${number} is not as a plan has it`);
  }
  if (!ended) throw unusable(file, "it was cut short");
  return `sha256:${hash.digest("hex")}`;
}

async function* boundedLines(file: string, hash: ReturnType<typeof createHash>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  let total = 0;
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      total += chunk.length;
      if (total > MOST_BYTES) throw unusable(file, `it has more than ${MOST_BYTES} bytes`);
      let from = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
        yield Buffer.concat([...parts, chunk.subarray(from, end)]);
        [parts, length, from] = [[], 0, end + 1];
      }
      parts.push(chunk.subarray(from));
      length += chunk.length - from;
      if (length > MOST_LINE) throw unusable(file, `a line has more than ${MOST_LINE} bytes`);
    }
  } catch (error) {
    if (error instanceof MuslgateError) throw error;
    throw new MuslgateError(
      "usage",
      `the plan ${file} cannot be read: ${messageOf(error)}`,
      "Name what muslgate fleet plan wrote.",
      error,
    );
  }
  if (length > 0) throw unusable(file, "it was cut short");
}

function parsed(file: string, number: number, bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw unusable(file, number === 1 ? "it is no fleet plan of this version" : `line ${number} is not JSON`);
  }
}

/** The error (`input`) for a plan that is none. */
export function unusable(file: string, why: string): MuslgateError {
  return new MuslgateError(
    "input",
    `the plan ${file} cannot be used: ${why}`,
    "Make it anew with muslgate fleet plan.",
  );
}

const positive: Check = (value) => number(value) && (value as number) > 0 && (value as number) <= MOST_SHARDS;
/** Relative, with no part that leads out. */
const path: Check = (value) =>
  typeof value === "string" &&
  value !== "" &&
  value.split("/").every((part) => !["", ".", ".."].includes(part));
const place = fields({ file: text, line: number, column: number, endLine: number, endColumn: number });
const diagnostic = fields({
  code: text,
  message: text,
  hint: text,
  weight: oneOf("gap", "notice"),
  reason: optional(text),
  subject: optional(text),
  at: optional(place),
});
const platform = fields({ os: text, architecture: text, variant: optional(text) });
const anyPlatform: Check = (value) => value === "all" || platform(value);
const head = fields({ schema: text, shards: positive, platform: anyPlatform });
const config = fields({
  platform,
  entrypoint: list(text),
  cmd: list(text),
  env: list(text),
  workingDir: text,
  onBuild: optional(list(text)),
  shell: optional(list(text)),
  history: list(fields({ createdBy: optional(text), emptyLayer: oneOf(true, false) })),
  diffIds: list(isDigest),
});
const image: Check = (value) =>
  fields({ digest: optional(isDigest), config, layers: list(whole) })(value) &&
  (value as { layers: unknown[] }).layers.length ===
    (value as { config: { diffIds: unknown[] } }).config.diffIds.length;
const owner = fields({ kind: text, namespace: text, name: text });
const pods = fields({ owner, pods: whole, ofPods: whole, variant: whole });
const pair: Check = (value) => Array.isArray(value) && value.length === 2 && text(value[0]) && pods(value[1]);
const MEMBER_OPTIONS: readonly string[] = [...FLEET_OPTIONS, "to"];
const options: Check = (value) =>
  isRecord(value) &&
  Object.entries(value).every(
    ([name, one]) => MEMBER_OPTIONS.includes(name) && (text(one) || list(text)(one)),
  );

const FORMS = {
  tree: fields({ paths: list(path), diagnostics: list(diagnostic) }),
  file: fields({ path: text, text: optional(text), bytes: optional(text), problem: optional(text) }),
  member: fields({
    name: text,
    tree: whole,
    folder: optional(path),
    live: optional(
      fields({
        pods: list(pair),
        dnsAddresses: list(text),
        gkeVersion: optional(text),
        nodeLocalDns: optional(oneOf("enabled", "disabled")),
        dnsImages: optional(fields({ coreDns: optional(text), nodeCache: optional(text) })),
        diagnostics: list(diagnostic),
      }),
    ),
    options,
    named: (value) => isRecord(value) && Object.values(value).every(text),
  }),
  layer: fields({
    digest: isDigest,
    size: whole,
    shard: (value) => whole(value) && (value as number) <= MOST_SHARDS,
    from: text,
  }),
  reference: fields({
    reference: text,
    platform: anyPlatform,
    images: list(image),
    diagnostics: list(diagnostic),
    problem: optional(
      fields({
        code: oneOf("usage", "input", "registry", "limit", "internal"),
        message: text,
        hint: text,
        reason: text,
      }),
    ),
  }),
} satisfies Readonly<Record<string, Check>>;

function isKind(kind: string): kind is keyof typeof FORMS {
  return Object.hasOwn(FORMS, kind);
}
