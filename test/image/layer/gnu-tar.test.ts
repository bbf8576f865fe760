import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  mkdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
  openSync,
  writeSync,
  closeSync,
} from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { TarWalk } from "../../../src/image/layer/tar.ts";
import { DEFAULT_LIMITS } from "../../../src/image/limits.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { describeWith } from "../../support/parts.ts";
import { pieces } from "../../support/tar.ts";

/** Name, type, link and digest of each entry, as we read them. */
function ours(bytes: Buffer, size = 1000): string[] {
  const listed: string[] = [];
  const walk = new TarWalk(({ name, type, link, size: bodySize }) => {
    const hash = createHash("sha256");
    let length = 0;
    return {
      push(part) {
        hash.update(part);
        length += part.length;
        return true;
      },
      end() {
        expect(length).toBe(type === "file" ? bodySize : 0);
        listed.push(type === "file" ? `${name} ${hash.digest("hex")}` : `${name} ${type} ${link}`);
      },
    };
  }, DEFAULT_LIMITS);
  for (const part of pieces(bytes, size)) walk.push(part);
  walk.end();
  return listed.sort();
}

describeWith({ programs: ["tar"] }, "archives of GNU tar", () => {
  const folder = temporaryFolder();
  const root = join(folder.path, "root");
  mkdirSync(join(root, `deep/${"d".repeat(90)}/${"e".repeat(90)}`), { recursive: true });
  writeFileSync(join(root, "small"), "hello");
  writeFileSync(join(root, "empty"), "");
  writeFileSync(join(root, "naïve-ü-名前"), "text");
  writeFileSync(join(root, `deep/${"d".repeat(90)}/${"e".repeat(90)}/long`), "x".repeat(3000));
  execFileSync("ln", ["-s", "small", join(root, "link")]);
  execFileSync("ln", ["-s", "t".repeat(150), join(root, "long-link")]);
  execFileSync("ln", [join(root, "small"), join(root, "hard")]);
  // Ten and sixty islands in holes: the old form's header holds four parts, a following block twenty-one.
  for (const islands of [1, 10, 60]) {
    const file = join(root, `sparse-${islands}`);
    const handle = openSync(file, "w");
    for (let i = 0; i < islands; i++)
      writeSync(handle, Buffer.alloc(4096, `island ${i}`), 0, 4096, i * 65_536 + 8192);
    closeSync(handle);
    truncateSync(file, islands * 65_536 + 100_000);
  }
  const digest = (name: string) =>
    createHash("sha256")
      .update(readFileSync(join(root, name)))
      .digest("hex");

  it.each([
    ["--format=v7", ["small", "empty", "link", "hard"]],
    ["--format=ustar", ["small", "empty", "link", "hard"]],
    ["--format=gnu", ["."]],
    ["--format=posix", ["."]],
    ["--format=gnu --sparse", ["."]],
    ["--format=posix --sparse --sparse-version=0.0", ["."]],
    ["--format=posix --sparse --sparse-version=0.1", ["."]],
    ["--format=posix --sparse --sparse-version=1.0", ["."]],
  ])("%s", (options, members) => {
    const bytes = execFileSync("tar", ["-C", root, "-c", ...options.split(" "), ...members], {
      maxBuffer: 2 ** 28,
      env: { PATH: process.env.PATH, LC_ALL: "C.UTF-8" },
    });
    for (const size of [512, 1000, 1 << 20]) {
      const listed = ours(bytes, size);
      expect(listed).toContain(`${members[0] === "." ? "./" : ""}small ${digest("small")}`);
      if (members[0] === ".") {
        expect(listed).toContain(`./sparse-60 ${digest("sparse-60")}`);
        expect(listed).toContain(`./sparse-1 ${digest("sparse-1")}`);
        expect(listed).toContain(`./long-link symlink ${"t".repeat(150)}`);
        expect(listed.some((line) => line.startsWith("./naïve-ü-名前 "))).toBe(true);
      }
      const names = spawnSync("tar", ["-t", "--quoting-style=literal"], {
        input: bytes,
        encoding: "utf8",
        env: { PATH: process.env.PATH, LC_ALL: "C.UTF-8" },
      });
      expect(
        listed.map((line) => line.replace(/ (symlink .*|hardlink .*|directory |[0-9a-f]{64})$/, "")).sort(),
      ).toEqual(names.stdout.trim().split("\n").sort());
    }
  });
});
