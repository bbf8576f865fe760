import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { unifiedDiff, withContext } from "../../src/text/diff.ts";
import { temporaryFolder } from "../support/folder.ts";

const folder = temporaryFolder();
const at = { file: "f", line: 1, column: 1, endLine: 1, endColumn: 1 };
const text = Array.from({ length: 30 }, (_, i) => `line ${i + 1}\n`).join("");
const edit = (line: string, to: string) => {
  const start = text.indexOf(`${line}\n`);
  return { start, end: start + line.length, text: to, because: "it must", at };
};

it.each([1, 2, 3])("makes of a diff one with %i lines around each change, which git takes", (most) => {
  const diff = unifiedDiff("f", text, [
    edit("line 1", "first"),
    edit("line 15", "a\nb"),
    edit("line 30", "last"),
  ]);
  const shorter = withContext(diff, most);
  folder.write("f", text);
  execFileSync("git", ["apply"], { cwd: folder.path, input: shorter, stdio: ["pipe", "pipe", "pipe"] });
  const changed = text.replace("line 1\n", "first\n").replace("line 15", "a\nb").replace("line 30", "last");
  expect(readFileSync(`${folder.path}/f`, "utf8")).toBe(changed);
  expect(shorter.split("\n").filter((line) => line.startsWith(" "))).toHaveLength(4 * most);
});

it("leaves what is no diff of ours as it is", () => {
  expect(withContext("--- a\n@@ odd @@\n-x\n", 1)).toBe("--- a\n@@ odd @@\n-x\n");
});
