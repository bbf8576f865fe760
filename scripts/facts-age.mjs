// Lists the facts in src/knowledge/ that nobody looked at for 180 days, and with --network releases newer than those known.
// Usage: node scripts/facts-age.mjs [--network]. Ends with 1 where there is anything to do. Must not change a file.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const MOST_DAYS = 180;
const folder = new URL("../src/knowledge/", import.meta.url).pathname;
const today = Date.now();
const todo = [];
for (const name of readdirSync(folder).filter((file) => file.endsWith(".ts"))) {
  const lines = readFileSync(join(folder, name), "utf8").split("\n");
  for (const [i, line] of lines.entries()) {
    const checked = /checked: "(\d{4}-\d{2}-\d{2})"/.exec(line)?.[1];
    const days = checked === undefined ? 0 : Math.floor((today - Date.parse(checked)) / 86_400_000);
    if (days > MOST_DAYS) todo.push(`src/knowledge/${name}:${i + 1}: looked at ${checked}, ${days} days ago`);
  }
}

if (process.argv.includes("--network")) {
  const releases = readFileSync(join(folder, "releases.ts"), "utf8");
  const known = releases.matchAll(/what: "([^"]+)", release: "([^"]+)", module: "([^"]+)"/g);
  for (const [, what, release, module] of known) {
    try {
      const args = ["list", "-m", "-f", "{{.Version}}", `${module}@latest`];
      const newest = execFileSync(process.env.GO ?? "go", args, { cwd: "/", encoding: "utf8" }).trim();
      if (newest.replace(/^v/, "") !== release)
        todo.push(`${what}: ${newest} is out, ${release} is the newest known`);
    } catch (error) {
      todo.push(`${what}: what is out could not be asked (${String(error.message).split("\n")[0]})`);
    }
  }
}

console.log(todo.length === 0 ? "Every fact was looked at lately." : todo.join("\n"));
process.exitCode = todo.length === 0 ? 0 : 1;
