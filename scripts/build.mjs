// Bundles the Action and the command line into dist/, with every licence. Must fetch nothing.
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname } from "node:path";
import { rolldown } from "rolldown";
import license from "rollup-plugin-license";
import { calledLate } from "./called-late.mjs";
import { chunkGroups } from "./chunks.mjs";
import { leftOut } from "./left-out.mjs";
import { nodeModules } from "./node-modules.mjs";

const out = process.argv[2] ?? "dist";
const { resolve } = createRequire(import.meta.url);
/** Read at run time from beside the bundle, and only where there is Terraform to read. */
const WASM = [
  "web-tree-sitter/web-tree-sitter.wasm",
  "@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-hcl.wasm",
];
/** The rooms, the highest first (docs/architecture.md). */
const HOUSE =
  "action cli fleet run github publish explain report mend judge cluster plan live settings discover compare probe rules image corefile providers lookup yaml tree knowledge text version model".split(
    " ",
  );
rmSync(out, { recursive: true, force: true });
const options = {
  input: { cli: "src/cli.ts", action: "src/action.ts" },
  platform: "node",
  // Their modules, of which a bundler can drop what is not used, before their CommonJS.
  resolve: { mainFields: ["module", "main"] },
  plugins: [calledLate(), nodeModules(), leftOut()],
  logLevel: "warn",
  // web-tree-sitter's runtime has two, for modules that bring JavaScript along; a grammar brings none.
  checks: { eval: false },
};
const groups = await chunkGroups(options);
const bundle = await rolldown({
  ...options,
  plugins: [
    ...options.plugins,
    license({
      thirdParty: {
        output: { file: `${out}/licenses.txt`, template: licenceText },
        allow: {
          test: "(MIT OR Apache-2.0 OR ISC OR BSD-2-Clause OR BSD-3-Clause OR BlueOak-1.0.0 OR 0BSD)",
          failOnUnlicensed: true,
          failOnViolation: true,
        },
      },
    }),
  ],
});
await bundle.write({
  dir: out,
  format: "esm",
  minify: true,
  // One letter beyond Latin-1 makes V8 hold and read twice the bytes of its whole file.
  charset: "ascii",
  codeSplitting: { groups },
  chunkFileNames: (chunk) => `${chunkName(chunk)}.js`,
  entryFileNames: "[name].js",
});
// pre-commit runs it as a program.
chmodSync(`${out}/cli.js`, 0o755);
// Written, not copied: one comes with a mode of its own.
for (const file of WASM) writeFileSync(`${out}/${basename(file)}`, readFileSync(resolve(file)));
writeFileSync(`${out}/package.json`, `${JSON.stringify({ type: "module" })}\n`);

/**
 * After the file or the package that is loaded when it is needed; else after the package that most of it comes from, or
 * the highest room in it, which is what the others are there for.
 */
function chunkName({ name, facadeModuleId, moduleIds }) {
  if (facadeModuleId) return packageOf(facadeModuleId) ?? name;
  const packages = moduleIds.flatMap((id) => packageOf(id) ?? []);
  const count = (one) => packages.filter((other) => other === one).length;
  const [most] = packages.toSorted((one, other) => count(other) - count(one));
  if (most !== undefined && 2 * count(most) > moduleIds.length) return most;
  const ours = moduleIds.flatMap((id) => {
    const [, room, file] = /[\\/]src[\\/]([^\\/]+)[\\/](?:.*[\\/])?([^\\/]+)\.ts$/.exec(id) ?? [];
    return room === undefined ? [] : [{ room, file }];
  });
  const room = HOUSE.find((one) => ours.some((file) => file.room === one));
  const [only, second] = ours.filter((file) => file.room === room);
  if (only === undefined) return most ?? name.replaceAll(" ", "-");
  return second === undefined ? `${room}-${only.file}` : `${room}-room`;
}

function packageOf(id) {
  return /.*node_modules[\\/]@?([^\\/@]+(?:(?<=@[^\\/]+)[\\/][^\\/]+)?)/.exec(id)?.[1].replace(/[\\/]/, "-");
}

/** Each wording of a licence once, below the packages that it is for and their own notices of copyright. */
function licenceText(dependencies) {
  const byWording = new Map();
  for (const one of [...dependencies, grammar()].toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const { notices, wording } = readLicence(one.licenseText ?? "");
    // Packages break the same sentences into other lines.
    const key = wording.replace(/\s+/g, " ");
    const known = byWording.get(key) ?? { wording, packages: [] };
    byWording.set(key, known);
    known.packages.push([`${one.name} ${one.version} (${one.license})`, ...notices].join("\n"));
  }
  return `${[...byWording.values()]
    .map(({ packages, wording }) => `${packages.join("\n\n")}\n\n${wording}`)
    .join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}

/** Trailing blanks and line ends differ between packages; the file is to be the same on every machine. */
function readLicence(text) {
  const lines = text
    .replace(/\r/g, "")
    .replace(/[ \t]+$/gm, "")
    .trim()
    .split("\n");
  const isNotice = (line) =>
    /^[ \t]*Copyright\b(?! (?:License|notice|owner|holder|law|statement|\[))/i.test(line);
  const isTitle = (line) => /^[ \t]*(?:The )?(?:MIT|ISC) License(?: \(MIT\))?:?$/i.test(line);
  return {
    notices: lines.filter(isNotice).map((line) => line.trim()),
    wording: lines
      .filter((line) => !isNotice(line) && !isTitle(line))
      .join("\n")
      .replace(/\n{3,}/g, "\n\n")
      .trim(),
  };
}

/** The package whose grammar is copied; nothing of it is bundled, so the bundler does not see it. */
function grammar() {
  const folder = dirname(resolve("@tree-sitter-grammars/tree-sitter-hcl/package.json"));
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  return { name, version, license, licenseText: readFileSync(`${folder}/LICENSE`, "utf8") };
}
