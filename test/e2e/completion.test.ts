import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.ts";
import { describeWith } from "../support/parts.ts";
import { muslgate } from "./program.ts";

/** A folder with a program `muslgate` in it, and the scripts. */
async function installed() {
  const folder = temporaryFolder();
  folder.write(
    "muslgate",
    `#!/bin/sh\nexec '${process.execPath}' '${join(process.cwd(), "dist/cli.js")}' "$@"\n`,
  );
  spawnSync("chmod", ["+x", join(folder.path, "muslgate")]);
  for (const shell of ["bash", "zsh", "fish"])
    folder.write(`script.${shell}`, (await muslgate(["completion", shell])).out);
  folder.write("node-local-dns.yaml", "");
  return (program: string, args: readonly string[]) =>
    spawnSync(program, [...args], {
      cwd: folder.path,
      encoding: "utf8",
      env: { ...process.env, PATH: `${folder.path}:${process.env.PATH}`, HOME: folder.path },
    });
}

const BASH_COMPLETION = "/usr/share/bash-completion/bash_completion";

describeWith({ programs: ["bash"], files: [BASH_COMPLETION] }, "completion in bash", () => {
  it("completes commands, flags, values and files", async () => {
    const run = await installed();
    const ask = (...words: string[]) => {
      const list = words.map((word) => `'${word}'`).join(" ");
      const script = `. ${BASH_COMPLETION}; . ./script.bash; compopt() { echo "compopt $*"; }
        COMP_WORDS=(muslgate ${list}); COMP_CWORD=${words.length}; COMP_LINE="muslgate ${words.join(" ")}"
        COMP_POINT=\${#COMP_LINE}; __muslgate_complete; echo "\${COMPREPLY[@]}"; complete -p muslgate`;
      const { stdout, stderr } = run("bash", ["-c", script]);
      expect(stderr).toBe("");
      return stdout;
    };
    expect(ask("ex")).toMatch(/^compopt \+o default\nexplain\n/);
    expect(ask("repo", "--format", "g")).toMatch(/^compopt \+o default\ngitlab\n/);
    expect(ask("repo", "--sarif")).toMatch(/--sarif-file\n/);
    // Nothing of ours fits: bash's own completion of files is left on.
    expect(ask("corefile", "")).toBe("\ncomplete -o default -F __muslgate_complete muslgate\n");
  });
});

describeWith({ programs: ["fish"] }, "completion in fish", () => {
  it("completes commands, flags, values and files", async () => {
    const run = await installed();
    const ask = (line: string) => {
      const { stdout, stderr } = run("fish", [
        "--no-config",
        "-c",
        `source script.fish; complete -C '${line}'`,
      ]);
      expect(stderr).toBe("");
      return stdout;
    };
    expect(ask("muslgate ex")).toMatch(/^explain\t/);
    expect(ask("muslgate repo --format g")).toMatch(/^gitlab/);
    expect(ask("muslgate repo --sarif")).toMatch(/^--sarif-file\t/);
    expect(ask("muslgate corefile node")).toMatch(/^node-local-dns\.yaml/);
  });
});

describeWith({ programs: ["zsh"] }, "completion in zsh", () => {
  it("is a script that zsh takes as the completion of muslgate", async () => {
    const run = await installed();
    const script = "autoload -Uz compinit && compinit -u && source ./script.zsh && print $_comps[muslgate]";
    const { stdout, stderr } = run("zsh", ["-f", "-c", script]);
    expect(stderr).toBe("");
    expect(stdout).toBe("_muslgate\n");
  });
});
