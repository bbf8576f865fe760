/** Where the runs of one test file keep what they learn of layers. Must not be shared with another file's. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";

const folders = new Map<string | undefined, string>();

/** The folder of the file whose test is running: no file may see what another's runs learnt. */
export function cacheFolder(): string {
  const { testPath } = expect.getState();
  const path = folders.get(testPath) ?? mkdtempSync(join(tmpdir(), "muslgate-test-cache-"));
  folders.set(testPath, path);
  return path;
}
