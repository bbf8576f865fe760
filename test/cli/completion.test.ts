/** What the scripts of shells hand to muslgate, which is a stand-in here that says what it was asked and completes `--format`. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.ts";
import { muslgate } from "../support/in-process.ts";
import { describeWith } from "../support/parts.ts";

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);

async function scriptOf(shell: string): Promise<void> {
  folder.write(`script.${shell}`, (await muslgate(["completion", shell])).out);
  folder.write("muslgate", `#!/bin/sh\nprintf '<%s>' "$@" > asked\nprintf -- '--format\\tx\\n:4\\n'\n`);
  spawnSync("chmod", ["+x", at("muslgate")]);
}

/** What was asked, where the shell says nothing else and makes no file. */
function asked(shell: string, args: readonly string[], script: string): { out: string; asked: string } {
  rmSync(at("asked"), { force: true });
  const { stdout, stderr } = spawnSync(shell, [...args, "-c", script], {
    cwd: folder.path,
    encoding: "utf8",
    env: { ...process.env, PATH: `${folder.path}:${process.env.PATH}`, HOME: folder.path },
  });
  expect(stderr).toBe("");
  expect(existsSync(at("made"))).toBe(false);
  return { out: stdout.trim(), asked: readFileSync(at("asked"), "utf8").replace("<complete><-->", "") };
}

const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

describeWith({ programs: ["bash"] }, "the script of bash", () => {
  it.each<[string, readonly string[], string]>([
    ["muslgate repo --f", ["repo", "--f"], "<repo><--f>"],
    ["muslgate repo ", ["repo", ""], "<repo><>"],
    [
      "muslgate repo $(touch made) `touch made` --f",
      ["repo", "$(touch made)", "`touch made`", "--f"],
      "<repo><$(touch made)><`touch made`><--f>",
    ],
    ["muslgate repo ; touch made --f", ["repo", ";", "touch", "made", "--f"], "<repo><;><touch><made><--f>"],
    [`muslgate repo "a b" 'c --f`, ["repo", `"a b"`, "'c --f"], `<repo><"a b"><c --f>`],
    [`muslgate repo --format "s`, ["repo", "--format", `"s`], "<repo><--format><s>"],
    ["muslgate repo --format=g", ["repo", "--format", "=", "g"], "<repo><--format=g>"],
    ["muslgate image a:1 * --f", ["image", "a", ":", "1", "*", "--f"], "<image><a:1><*><--f>"],
  ])("hands on the words of %s as they stand", async (line, words, expected) => {
    await scriptOf("bash");
    // Sourced twice, and without bash-completion.
    const script = `. ./script.bash; . ./script.bash; COMP_LINE=${quoted(line)}; COMP_POINT=\${#COMP_LINE}
      COMP_WORDS=(muslgate ${words.map(quoted).join(" ")}); COMP_CWORD=${words.length}
      compopt() { :; }; __muslgate_complete; echo "\${COMPREPLY[*]}"`;
    expect(asked("bash", ["--norc"], script)).toEqual({ out: "--format", asked: expected });
  });
  it("leaves out what stands behind the cursor", async () => {
    await scriptOf("bash");
    const script = `. ./script.bash; COMP_LINE='muslgate repo --format'; COMP_POINT=17; compopt() { :; }
      COMP_WORDS=(muslgate repo --format); COMP_CWORD=2; __muslgate_complete; echo "\${COMPREPLY[*]}"`;
    expect(asked("bash", ["--norc"], script)).toEqual({ out: "--format", asked: "<repo><--f>" });
  });
});

describeWith({ programs: ["zsh"] }, "the script of zsh", () => {
  it.each([
    [["repo", "$(>made)", "--f"], "<repo><$(>made)><--f>"],
    [["repo", "--x=$(>made)="], "<repo><--x=$(>made)=>"],
  ])("runs nothing of %j", async (list, expected) => {
    await scriptOf("zsh");
    const script = `compdef() { :; }; _describe() { :; }; _arguments() { eval "action=( $1 )"; }
      . ./script.zsh; words=(muslgate ${list.map(quoted).join(" ")}); CURRENT=\${#words}; _muslgate`;
    expect(asked("zsh", ["-f"], script).asked).toBe(expected);
  });
});

describeWith({ programs: ["fish"] }, "the script of fish", () => {
  it("runs nothing of the line", async () => {
    await scriptOf("fish");
    const line = "muslgate repo $(touch made) (touch made) --f";
    const { out } = asked("fish", ["--no-config"], `source script.fish; complete -C ${quoted(line)}`);
    expect(out).toBe("--format\tx");
  });
});
