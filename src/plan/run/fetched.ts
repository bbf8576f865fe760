/** Says what a file from elsewhere is by its name alone. Must not look into any. */
import { FETCHED_PROGRAMS } from "../../knowledge/package-programs.ts";
import { isKnown } from "../../image/entrypoint/shell/text.ts";
import { baseName, type Call } from "./call.ts";
import { programFacts, scriptFacts, wrapperFacts } from "./programs.ts";

/** What a file that is named by its program, version and machine holds: `dockerize-alpine-linux-amd64-v0.7.0.tar.gz`. */
export function programName(path: string): string {
  return baseName(path).replace(/[-_](?:linux|alpine|amd64|x86_64|v?\d|[\uE000-\uE003]|$).*$/i, "");
}

/** A file from elsewhere: known only by a name that one program alone has. */
export function fetched(call: Pick<Call, "to" | "libc">, path: string): void {
  const name = programName(path);
  const kind = Object.hasOwn(FETCHED_PROGRAMS, name) ? FETCHED_PROGRAMS[name] : undefined;
  if (kind === undefined) call.to.unknown(path);
  else if (kind === "wrapper") call.to.program(path, wrapperFacts(call.libc()));
  else call.to.program(path, programFacts(call.libc(), { go: { version: "unknown", cgo: false } }));
}

/** Whether a name says which program it is about; `rootfs.tar` and `bundle.zip` may hold anything. */
export function namesProgram(name: string): boolean {
  const plain = name.replace(ARCHIVE_ENDING, "");
  return (
    /[-_]/.test(plain) && !/rootfs|(?:^|[-_])(?:root|fs|files|layer|image|export)(?:[-_]|$)/i.test(plain)
  );
}

/** How archives' names end. */
export const ARCHIVE_ENDING = /\.(?:tar|t[gx]z|tbz2?|zip|7z|t?xz|gz|bz2|zst|deb|rpm|apk|cpio|a)(?:\.\w+)?$/i;

/** An archive that is called as a program has it, at its top or in `bin`: what was there of that name may be another now. */
export function unpackedBy(call: Pick<Call, "to" | "libc">, folder: string, archive: string): void {
  const name = programName(archive.replace(ARCHIVE_ENDING, ""));
  if (name === "" || !isKnown(name)) return;
  const paths = ["", "/bin", "/usr/bin", "/usr/local/bin"].map((below) => `${folder}${below}/${name}`);
  if (name.startsWith("s6-overlay")) overlay(call, folder);
  for (const path of paths) if (call.to.files.lookup(path).kind === "file") call.to.unknown(path);
  if (Object.hasOwn(FETCHED_PROGRAMS, name)) fetched(call, paths[0] as string);
}

/** s6-overlay: `/init` is a script, which starts what its folders name; its tools start what their words name (s6-overlay's README). */
export function overlay({ to, libc }: Pick<Call, "to" | "libc">, folder: string): void {
  const root = folder.replace(/\/$/, "");
  to.folder(`${root}/package/admin/s6-overlay`);
  to.program(`${root}/init`, scriptFacts("/bin/sh"));
  for (const name of ["with-contenv", "execlineb", "s6-setuidgid"])
    for (const place of ["command", "usr/bin"])
      if (to.files.lookup(`${root}/${place}/${name}`).kind !== "file")
        to.program(`${root}/${place}/${name}`, wrapperFacts(libc()));
}
