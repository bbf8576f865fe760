// Files of ours that are loaded when something of them is first called. Must change nothing but when they are loaded.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** What an image without scripts on a cluster without files never calls: chunks, each of the files and folders named. */
const CHUNKS = {
  "late-start": [
    "image/entrypoint/go.ts",
    "image/entrypoint/loader.ts",
    "image/entrypoint/lookups.ts",
    "image/entrypoint/program.ts",
    "image/entrypoint/script-file.ts",
    "image/entrypoint/static-musl.ts",
    "image/entrypoint/supervision.ts",
    "image/entrypoint/tools.ts",
    "image/entrypoint/wrapped.ts",
    "image/entrypoint/wrappers.ts",
  ],
  "late-shell": ["image/entrypoint/shell", "image/entrypoint/shell-start.ts"],
  "late-yaml": ["yaml"],
  "late-clusters": [
    "cluster/assumed-answers.ts",
    "cluster/by-corefile.ts",
    "cluster/corefiles",
    "cluster/found.ts",
    "cluster/gcloud.ts",
    "cluster/on-every-port.ts",
    "cluster/read-files.ts",
    "cluster/terraform",
    "cluster/unread.ts",
    "corefile",
    "providers",
  ],
  "late-repository": [
    "compare/changed-line.ts",
    "compare/compare.ts",
    "compare/earlier-images.ts",
    "compare/earlier-report.ts",
    "compare/known-notes.ts",
    "compare/tag-family.ts",
    "judge/on-alpine.ts",
    "mend/corefile-edits.ts",
    "run/live.ts",
    "text/diff.ts",
    "text/edit.ts",
    "tree",
  ],
  "late-formats": ["report/sarif.ts"],
  "late-semver": ["version/coredns.ts"],
  "late-glibc": ["lookup/glibc.ts", "lookup/glibc-send.ts"],
};

const root = fileURLToPath(new URL("../src/", import.meta.url));
/** The files of each that export functions alone, by which it is entered; what only these need goes along. */
const doors = new Map(
  Object.entries(CHUNKS).flatMap(([chunk, paths]) =>
    paths
      .flatMap((path) => filesBelow(join(root, path)))
      .flatMap((file) => {
        const functions = functionsOf(readFileSync(file, "utf8"));
        return functions === undefined ? [] : [[file, { chunk, functions }]];
      }),
  ),
);
const CHUNK = "\0late-chunk:";
const DOOR = "\0late-door:";

/** Whether a module is the entry of such a chunk. */
export const isLate = (id) => id.startsWith(CHUNK);

/**
 * A plugin of the bundler. Whoever imports such a file from outside its chunk is given a line for each of its functions, which
 * fetches the chunk when it is called: with `require`, since callers do not wait. Node reads ES modules with it from 20.19
 * and 22.13 on, but none that an `import()` is loading at the time: what a late chunk has in common with any other is loaded
 * with the scan (chunks.mjs).
 */
export function calledLate() {
  return {
    name: "called-late",
    buildStart() {
      for (const chunk of Object.keys(CHUNKS))
        this.emitFile({
          type: "chunk",
          id: CHUNK + chunk,
          fileName: `${chunk}.js`,
          preserveSignature: "strict",
        });
    },
    resolveId: {
      filter: { id: /^\.|^\0late-/ },
      handler(id, importer) {
        if (id.startsWith("\0")) return id;
        if (importer === undefined) return null;
        const file = resolve(dirname(importer), id);
        const chunk = doors.get(file)?.chunk;
        return chunk === undefined || chunk === doors.get(importer)?.chunk ? null : DOOR + file;
      },
    },
    load: {
      filter: { id: /^\0late-/ },
      handler(id) {
        if (id === FETCH) return { code: fetch, moduleSideEffects: false };
        return isLate(id)
          ? { code: entryOf(id.slice(CHUNK.length)) }
          : { code: doorTo(id.slice(DOOR.length)), moduleSideEffects: false };
      },
    },
  };
}

function filesBelow(path) {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name))
    .toSorted();
}

/** The names of what a file exports where all of it, types apart, is functions. */
function functionsOf(text) {
  const exports = [...text.matchAll(/^export (?!type |interface )(?:(?:async )?function\*? (\w+))?/gm)];
  const names = new Set(exports.map(([, name]) => name));
  return names.size === 0 || names.has(undefined) ? undefined : [...names];
}

/** Two files may have functions of one name. */
const exported = (file, name) => `${name}_${[...doors.keys()].indexOf(file)}`;

function entryOf(chunk) {
  return [...doors]
    .filter(([, door]) => door.chunk === chunk)
    .map(([file, { functions }]) => {
      const names = functions.map((name) => `${name} as ${exported(file, name)}`);
      return `export { ${names.join(", ")} } from ${JSON.stringify(file)};`;
    })
    .join("\n");
}

function doorTo(file) {
  const { chunk, functions } = doors.get(file);
  const lines = functions.map((name) => {
    const called = `late("./${chunk}.js").${exported(file, name)}`;
    return `let ${name}$ = (...given) => (${name}$ = ${called})(...given); export { ${name}$ as ${name} };`;
  });
  return `import { late } from ${JSON.stringify(FETCH)};\n${lines.join("\n")}`;
}

const FETCH = "\0late-fetch";
const fetch = `let require;
export function late(name) {
  if (!process.features.require_module) throw new Error("Node 20.19, 22.13 or newer is needed: this is " + process.version);
  require ??= process.getBuiltinModule("node:module").createRequire(import.meta.url);
  return require(name);
}`;
