// Runs commands side by side and takes medians. Must not know what it measures.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Runs each command `rounds` times in turn, so that a noisy minute hits all of them. Commands are shell text.
 * Returns seconds of wall and processor time and the peak memory in MB, each the median.
 */
export function measure(commands, rounds = 5) {
  const runs = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, command] of Object.entries(commands)) runs[name].push(once(name, command));
  }
  return Object.fromEntries(Object.entries(runs).map(([name, all]) => [name, medianOf(all)]));
}

function once(name, command) {
  const file = join(tmpdir(), `muslgate-bench-${process.pid}`);
  const { status, stderr } = spawnSync(
    "/usr/bin/time",
    ["-o", file, "-f", "%e %U %S %M", "sh", "-c", `{ ${command}\n} > /dev/null`],
    {
      stdio: ["ignore", "ignore", "pipe"],
      encoding: "utf8",
    },
  );
  // muslgate says with 1 that it found something; what it could not read it says with 3.
  if (status !== 0 && status !== 1) throw new Error(`${name}: ${command} ended with ${status}: ${stderr}`);
  const [wall, user, system, kilobytes] = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .at(-1)
    .split(" ")
    .map(Number);
  rmSync(file);
  return { wall, cpu: user + system, megabytes: kilobytes / 1024 };
}

function medianOf(all) {
  const median = (key) => all.map((one) => one[key]).toSorted((a, b) => a - b)[Math.floor(all.length / 2)];
  return { wall: median("wall"), cpu: median("cpu"), megabytes: median("megabytes") };
}
