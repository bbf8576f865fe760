// Measures what following one entry script costs, beyond reading an image and loading the parser; prints Markdown.
import { parse } from "unbash";
import { startProcessWith } from "../src/image/entrypoint/follow.ts";
import { config, alpine, fileSystem, GO, script } from "../test/support/file-system.ts";

/** A script of the shape that official images have, made longer by more settings. */
const shaped = (settings) => `#!/bin/sh
set -e
log() { printf '%s\\n' "$*" >&2; }
file_env() { eval "value=\\$$1"; [ -n "$value" ] && export "$1"="$value"; unset value; }
${Array.from({ length: settings }, (_, i) => `file_env SETTING_${i}\n: "\${SETTING_${i}:=value}"\n[ "$SETTING_${i}" = value ] || log other`).join("\n")}
case "$1" in -*) set -- /app "$@" ;; esac
for f in /docker-entrypoint.d/*.sh; do case "$f" in *.sh) if [ -x "$f" ]; then "$f"; else . "$f"; fi ;; esac; done
if [ "$(id -u)" = 0 ]; then set -- su-exec app "$@"; fi
exec "$@"
`;

/** @type {[string, string[], number | undefined][]} */
const rows = [
  ["no script", ["/app"], undefined],
  ["20 lines", ["/entry.sh", "-x"], 4],
  ["200 lines", ["/entry.sh", "-x"], 64],
  ["1,000 lines", ["/entry.sh", "-x"], 330],
];
console.log("| script | ms of processor time, median of 40 | answer |\n|---|---|---|");
for (const [name, words, settings] of rows) {
  const files = fileSystem(alpine(), {
    entries: { app: GO, ...(settings !== undefined && { "entry.sh": script(shaped(settings)) }) },
  });
  const started = config({ entrypoint: words, env: ["PATH=/usr/bin:/bin"] });
  const times = [];
  let answer;
  for (let i = 0; i < 50; i++) {
    const before = process.cpuUsage();
    answer = startProcessWith(parse, files, started, {});
    times.push(process.cpuUsage(before).user / 1000);
  }
  const [median] = times
    .slice(10)
    .toSorted((a, b) => a - b)
    .slice(20);
  console.log(`| ${name} | ${median.toFixed(2)} | ${answer?.kind} |`);
}
