/** A temporary folder for one test file, gone afterwards. Must not be used by src. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";

/** Makes the folder; `write` puts a file into it and returns its path. */
export function temporaryFolder(): {
  readonly path: string;
  write(name: string, body: string | Uint8Array): string;
} {
  const path = mkdtempSync(join(tmpdir(), "muslgate-test-"));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    write(name, body) {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, body);
      return file;
    },
  };
}
