/** Temporary folders, with those that killed runs left behind taken away. Must take nothing from a run that goes on, nor from anybody else. */
import { lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Milliseconds after which a folder is left behind; its process may be one of another container's, whose number says nothing here. */
const LEFT = 3_600_000;

/** Makes a folder of a name; `now` is the clock, in milliseconds as of Unix. Throws where the system has no place for it. */
export function temporaryFolder(name: string, now: () => number = () => Date.now()): string {
  for (const folder of leftBehind(name, now())) rmSync(folder, { recursive: true, force: true });
  return mkdtempSync(join(tmpdir(), `muslgate-${name}-${process.pid}-`));
}

function leftBehind(name: string, now: number): readonly string[] {
  const ours = new RegExp(`^muslgate-${name}-(\\d{1,10})-\\w{6}$`);
  return readdirSync(tmpdir()).flatMap((entry) => {
    const pid = Number(ours.exec(entry)?.[1]);
    const folder = join(tmpdir(), entry);
    return pid > 0 && !runs(pid) && isOldAndOwn(folder, now) ? [folder] : [];
  });
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function isOldAndOwn(folder: string, now: number): boolean {
  try {
    const at = lstatSync(folder);
    const own = process.getuid === undefined || at.uid === process.getuid();
    return own && at.isDirectory() && now - at.mtimeMs > LEFT;
  } catch {
    return false;
  }
}
