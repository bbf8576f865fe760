// Builds dist/ anew beside the one that is checked in and compares them byte by byte. Must change nothing.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const fresh = mkdtempSync(join(tmpdir(), "muslgate-dist-"));
try {
  execFileSync(process.execPath, ["scripts/build.mjs", fresh], { stdio: "inherit" });
  const names = new Set([...readdirSync("dist"), ...readdirSync(fresh)]);
  const different = [...names].filter((name) => read("dist", name) !== read(fresh, name));
  if (different.length > 0) {
    console.error(
      `dist/ is not what the sources build: ${different.join(", ")}. Run npm run build and commit it.`,
    );
    process.exitCode = 1;
  }
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

function read(folder, name) {
  try {
    return readFileSync(join(folder, name), "latin1");
  } catch {
    return undefined;
  }
}
