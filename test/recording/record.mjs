// Builds a recorder with one release of CoreDNS in a temporary folder and writes its table beside this file.
// Usage: node test/recording/record.mjs 1.13.1 [--check]. Must not leave anything else in the tree.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [release, mode] = process.argv.slice(2);
if (!/^\d+\.\d+\.\d+$/.test(release ?? "")) {
  console.error("usage: node test/recording/record.mjs RELEASE [--check]");
  process.exit(2);
}
const here = dirname(fileURLToPath(import.meta.url));
const work = join(process.env.MUSLGATE_RECORDING ?? join(tmpdir(), "muslgate-recording"), release);
const go = (args, options) =>
  execFileSync(process.env.GO ?? "go", args, {
    cwd: work,
    stdio: ["pipe", "pipe", "inherit"],
    maxBuffer: 1 << 26,
    ...options,
  });
// Before 1.8.0 CoreDNS ran on Caddy itself, since then on its own copy.
const [, minor] = release.split(".").map(Number);
const caddy = minor < 8 ? "github.com/caddyserver/caddy" : "github.com/coredns/caddy";
const wanted =
  "acl any auto autopath bind bufsize cache cancel chaos debug dns64 erratic errors file forward header health hosts loadbalance local log loop metadata minimal nsid reload rewrite root siit template timeouts transfer tsig view whoami".split(
    " ",
  );

mkdirSync(work, { recursive: true });
if (!existsSync(join(work, "recorder"))) {
  writeFileSync(
    join(work, "go.mod"),
    `module recorder\n\ngo 1.21\n\nrequire github.com/coredns/coredns v${release}\n`,
  );
  const source = JSON.parse(
    go(["mod", "download", "-json", `github.com/coredns/coredns@v${release}`]).toString(),
  ).Dir;
  const plugins = wanted.filter((name) => existsSync(join(source, "plugin", name)));
  const imports = plugins.map((name) => `\t_ "github.com/coredns/coredns/plugin/${name}"`);
  writeFileSync(join(work, "plugins.go"), `package main\n\nimport (\n${imports.join("\n")}\n)\n`);
  writeFileSync(
    join(work, "start.go"),
    `package main\n\nimport "${caddy}"\n\nfunc start(text string) (*caddy.Instance, error) {\n\tcaddy.Quiet = true\n\treturn caddy.Start(caddy.CaddyfileInput{Contents: []byte(text), Filepath: "Corefile", ServerTypeName: "dns"})\n}\n`,
  );
  cpSync(join(here, "recorder", "main.go"), join(work, "main.go"));
  // Its own replacements of old modules are part of a release, and do not come with a requirement.
  const own = readFileSync(join(source, "go.mod"), "utf8");
  const replaced = own.match(/^replace .*$|^replace \([\s\S]*?^\)/gm) ?? [];
  writeFileSync(
    join(work, "go.mod"),
    `${readFileSync(join(work, "go.mod"), "utf8")}\n${replaced.join("\n")}\n`,
  );
  go(["mod", "tidy", "-e"], { stdio: ["ignore", "ignore", "inherit"] });
  // Old releases use an x/net that reaches into the standard library, which Go's linker has since forbidden.
  go(["build", "-ldflags=-checklinkname=0", "-o", "recorder", "."]);
}
/** What the release answers now. */
function recorded() {
  const table = execFileSync(join(work, "recorder"), {
    input: readFileSync(join(here, "cases.txt")),
    stdio: ["pipe", "pipe", "ignore"],
    maxBuffer: 1 << 26,
    timeout: 180_000,
  }).toString();
  // CoreDNS's own log shares the output; the table is the last thing in it.
  return table.slice(table.indexOf('{\n "coreDns"'));
}

/** The cases whose answers are not those of the file, which may be laid out otherwise. */
function differing(json) {
  const [held, now] = [readFileSync(file, "utf8"), json].map((text) => JSON.parse(text).answers);
  const names = [...new Set([...Object.keys(held), ...Object.keys(now)])];
  return names.filter((name) => JSON.stringify(held[name]) !== JSON.stringify(now[name]));
}

const file = join(here, `answers-${release}.json`);
if (mode === "--check") {
  let left = differing(recorded());
  // A machine that stands still for a moment looks like a server that does not answer: what differs is asked once more.
  if (left.length > 0) {
    const again = new Set(differing(recorded()));
    left = left.filter((name) => again.has(name));
  }
  if (left.length > 0) {
    console.error(`CoreDNS ${release} answers differently from what ${file} holds: ${left.join(", ")}`);
    process.exit(1);
  }
} else {
  writeFileSync(file, recorded());
}
