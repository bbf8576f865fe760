// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are shells' and supervisors'.
import { parse } from "unbash";
import { describe, expect, it } from "vitest";
import { startProcessWith } from "../../../src/image/entrypoint/follow.ts";
import type { LayerEntry } from "../../../src/model/layer-facts.ts";
import { factsOf } from "../../support/image-files.ts";
import {
  alpine,
  config,
  DEBIAN,
  file,
  fileSystem,
  GO,
  link,
  muslLoader,
  ON_GLIBC,
  ON_MUSL,
} from "../../support/file-system.ts";

const TOOLS = "env bash sleep";
const IMAGES = {
  A: [alpine(), { entries: { "go/app": GO, "musl/app": ON_MUSL } as Record<string, LayerEntry> }],
  G: [
    DEBIAN,
    {
      entries: {
        "lib/ld-musl-x86_64.so.1": muslLoader("1.2.3"),
        "musl/app": ON_MUSL,
        "glibc/app": ON_GLIBC,
        "go/app": GO,
        ...Object.fromEntries(TOOLS.split(" ").map((name) => [`usr/bin/${name}`, ON_GLIBC])),
      } as Record<string, LayerEntry>,
    },
  ],
};

/** A file as the detectors see it; a script can be executed, and `->` makes a link. */
function seen(path: string, body: string): LayerEntry {
  if (body.startsWith("->")) return link(body.slice(2));
  const executable = body.startsWith("#!");
  const bytes = Buffer.from(body);
  return file(factsOf({ path, size: bytes.length, executable }, bytes), executable);
}

type Answer = "clean" | "affected" | "unknown";
interface More {
  readonly on?: keyof typeof IMAGES;
  readonly env?: readonly string[];
  readonly cwd?: string;
  readonly files?: Readonly<Record<string, string>>;
}

/** What the start of an image with these files comes to. */
function started(words: readonly string[], { on = "G", env, cwd = "/", files = {} }: More): Answer {
  const entries = Object.fromEntries(Object.entries(files).map(([path, body]) => [path, seen(path, body)]));
  const { kind, musl } = startProcessWith(
    parse,
    fileSystem(...IMAGES[on], { entries }),
    config({ entrypoint: words, workingDir: cwd, env: env ?? ["PATH=/usr/local/bin:/usr/bin:/bin"] }),
    {},
  );
  return kind === "unknown" ? "unknown" : musl === undefined ? "clean" : "affected";
}

type Row = readonly [what: string, answer: Answer, words: readonly string[], more?: More];
const rows = (all: readonly Row[]) => it.each(all.map((row) => [...row, {}] as const));
const says = (_: string, answer: Answer, words: readonly string[], more: More) =>
  expect(started(words, more)).toBe(answer);
const sh = (text: string) => ["sh", "-c", text];

describe("where a program is looked for", () => {
  const two = { "usr/bin/app": "->/musl/app", "usr/local/bin/app": "->/go/app" };
  rows([
    ["the runtime's PATH, where the image has none", "clean", ["app"], { env: [], files: two }],
    ["nowhere, by a shell whose PATH was unset", "clean", sh("unset PATH; app; /go/app"), { files: two }],
    ["nowhere, by bash", "clean", ["bash", "-c", "unset PATH; app; /go/app"], { files: two }],
    [
      "a shell's own PATH, where it is started without one",
      "clean",
      ["env", "-i", ...sh("app")],
      { files: two },
    ],
    [
      "the C library's, where there is none",
      "affected",
      ["env", "-u", "PATH", "app"],
      { files: { "usr/bin/app": "->/musl/app", "go/app": "->/go/app" }, env: ["PATH=/go:/usr/bin"] },
    ],
    ["which is not the same in each", "unknown", ["env", "-u", "PATH", "app"], { files: two }],
  ])("%s: %s", says);
});
