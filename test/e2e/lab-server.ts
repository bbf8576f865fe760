/** Builds a real CoreDNS once, into a cache folder outside the tree. Must not be used without Go. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findGo } from "../support/parts.ts";

/** The release that is built. */
export const CORE_DNS = "1.13.1";

/** What the article's Corefiles and their variants use; all of CoreDNS's plugins would take minutes to build. */
const PLUGINS = "bind cache errors forward health hosts loop metrics reload template".split(" ");

/** The path of CoreDNS's program; builds it where no earlier run has. */
export function coreDns(): string {
  const folder = join(
    process.env.MUSLGATE_RECORDING ?? join(tmpdir(), "muslgate-recording"),
    `server-${CORE_DNS}`,
  );
  const program = join(folder, "coredns");
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const imports = PLUGINS.map((name) => `\t_ "github.com/coredns/coredns/plugin/${name}"`);
  const main = `package main\n\nimport (\n\t"github.com/coredns/coredns/coremain"\n${imports.join("\n")}\n)\n\nfunc main() { coremain.Run() }\n`;
  const module = `module lab\n\ngo 1.21\n\nrequire github.com/coredns/coredns v${CORE_DNS}\n`;
  writeFileSync(join(folder, "main.go"), main);
  writeFileSync(join(folder, "go.mod"), module);
  const go = (args: readonly string[]) =>
    execFileSync(findGo() ?? "go", args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  go(["mod", "tidy", "-e"]);
  go(["build", "-o", `${program}.new`, "."]);
  // Renamed when whole, so that a run that was cut short leaves nothing that looks finished.
  renameSync(`${program}.new`, program);
  return program;
}
