/** Says which programs of a test are missing here. Must not run them. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

function installed(program: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The programs that are not on the PATH, as the end of a test's title: empty, or ` (skipped: no skopeo)`. */
export function missing(...programs: readonly string[]): string {
  const absent = programs.filter((program) => !installed(program));
  return absent.length === 0 ? "" : ` (skipped: no ${absent.join(", no ")})`;
}
