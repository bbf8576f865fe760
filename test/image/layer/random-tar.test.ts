import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../../src/image/limits.ts";
import { TarWalk } from "../../../src/image/layer/tar.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { describeWith } from "../../support/parts.ts";
import { randomArchive, randomFrom } from "../../support/random-archives.ts";

/** CI asks for 100,000; each costs two runs of GNU tar. */
const ARCHIVES = Number(process.env.MUSLGATE_RANDOM_ARCHIVES ?? 600);
const BATCH = 2_000;

/** GNU tar's word for each archive: its listing with names quoted as in C, its exit codes, the digest of all bodies. */
const SCRIPT = `
for file in *.tar; do
  echo "=== $file"
  tar --list --absolute-names --verbose --numeric-owner --quoting-style=c --file "$file" 2>/dev/null
  echo "exit $?"
  tar --extract --absolute-names --to-stdout --file "$file" 2>/dev/null | sha256sum
done`;

interface Listing {
  readonly lines: readonly string[];
  readonly bodies: string;
}

/** Ours: nothing when we refuse the archive. */
function ours(archive: Buffer): Listing | undefined {
  const lines: string[] = [];
  const bodies = createHash("sha256");
  const walk = new TarWalk(({ name, type, size, link }) => {
    const shown = type === "directory" ? `${name.replace(/\/*$/, "")}/` : name;
    lines.push(
      [
        type,
        type === "file" ? size : 0,
        JSON.stringify(shown),
        link === "" || type === "file" ? "" : JSON.stringify(link),
      ].join(" "),
    );
    return {
      push(bytes) {
        if (type === "file") bodies.update(bytes);
        return true;
      },
      end() {},
    };
  }, DEFAULT_LIMITS);
  try {
    walk.push(archive);
    walk.end();
    // What the layer reader asks for too where no diffID was promised.
    if (!walk.ended) return undefined;
  } catch {
    return undefined;
  }
  return { lines, bodies: bodies.digest("hex") };
}

const TYPES: Readonly<Record<string, string>> = {
  "-": "file",
  d: "directory",
  l: "symlink",
  h: "hardlink",
  C: "file",
  c: "other",
  b: "other",
  p: "other",
};

/** One line of GNU tar's listing in our words. */
function theirs(line: string): string {
  const match =
    /^(.)\S+ +\S+ +(\d+(?:,\d+)?) +\S+ +\S+ +("(?:[^"\\]|\\.)*")(?: (?:->|link to) ("(?:[^"\\]|\\.)*"))?$/.exec(
      line,
    );
  if (match === null) throw new Error(`not understood: ${line}`);
  const [, kind = "", size, name = '""', link] = match;
  const type = TYPES[kind] ?? kind;
  const shown = type === "directory" ? `${unquote(name).replace(/\/*$/, "")}/` : unquote(name);
  return [
    type,
    type === "file" ? size : 0,
    JSON.stringify(shown),
    link === undefined ? "" : JSON.stringify(unquote(link)),
  ].join(" ");
}

/** A name as C quotes it, octal bytes and all. */
function unquote(quoted: string): string {
  const bytes: Buffer[] = [];
  for (const part of quoted.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gs)) {
    if (part[1] !== undefined) bytes.push(Buffer.from([Number.parseInt(part[1], 8)]));
    else if (part[2] !== undefined)
      bytes.push(
        Buffer.from(
          ({ n: "\n", t: "\t", a: "\u0007", b: "\b", f: "\f", r: "\r", v: "\v" } as Record<string, string>)[
            part[2]
          ] ?? part[2],
        ),
      );
    else bytes.push(Buffer.from(part[3] as string));
  }
  const all = Buffer.concat(bytes);
  const text = all.toString("utf8");
  return text.includes("\ufffd") ? all.toString("latin1") : text;
}

describeWith({ programs: ["tar", "sha256sum"] }, `${ARCHIVES} random archives`, () => {
  const folder = temporaryFolder();
  it(
    "are read as GNU tar reads them, or refused",
    () => {
      const random = randomFrom(20_261_124);
      let read = 0;
      for (let done = 0; done < ARCHIVES; done += BATCH) {
        const work = join(folder.path, "batch");
        mkdirSync(work);
        const archives = Array.from({ length: Math.min(BATCH, ARCHIVES - done) }, () =>
          randomArchive(random),
        );
        for (const [i, archive] of archives.entries())
          writeFileSync(join(work, `${String(i).padStart(6, "0")}.tar`), archive);
        const out = execFileSync("bash", ["-c", SCRIPT], {
          cwd: work,
          encoding: "utf8",
          maxBuffer: 2 ** 28,
          env: { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" },
        });
        rmSync(work, { recursive: true });
        for (const [i, block] of out
          .split(/^=== .*\n/m)
          .slice(1)
          .entries()) {
          const archive = archives[i] as Buffer;
          const mine = ours(archive);
          if (mine === undefined) continue;
          const lines = block.trimEnd().split("\n");
          const bodies = (lines.pop() as string).split(" ")[0];
          const exit = lines.pop();
          const listed = lines.map(theirs);
          // A damaged archive may still be read by GNU tar up to the damage: ours must then have refused it.
          expect({ seed: done + i, exit, lines: mine.lines, bodies: mine.bodies }).toEqual({
            seed: done + i,
            exit: "exit 0",
            lines: listed,
            bodies,
          });
          read++;
        }
      }
      // Most are whole: refusing everything would be no proof.
      expect(read).toBeGreaterThan(ARCHIVES / 2);
    },
    ARCHIVES * 60 + 60_000,
  );
});
