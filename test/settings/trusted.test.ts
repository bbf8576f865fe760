import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { saidBy } from "../../src/settings/states.ts";
import type { FileTree } from "../../src/tree/file-tree.ts";
import type { Written } from "../../src/settings/settings.ts";
import { trusted, type TrustedBase } from "../../src/settings/trusted.ts";
import { temporaryFolder } from "../support/folder.ts";

const folder = temporaryFolder();
const home = process.cwd();
beforeEach(() => {
  const here = `${folder.path}/${crypto.randomUUID()}`;
  mkdirSync(here);
  process.chdir(here);
});
afterAll(() => process.chdir(home));

type Files = Readonly<Record<string, string>>;

function write(files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

const treeOf = (files: Files): Pick<FileTree, "list" | "read"> => ({
  list: async () => ({ paths: Object.keys(files), diagnostics: [] }),
  read: async (path) => (files[path] === undefined ? { problem: "none" } : { text: files[path] }),
});
const baseOf = (files: Files, renames: Files = {}): TrustedBase => ({
  tree: treeOf(files),
  renamed: async (path) => renames[path],
});
const said = (written: Written = {}) => saidBy(written, {});
const waiver = (rule: string) => `waivers:\n  - { rule: ${rule}, reason: r, expires: 2027-01-31 }\n`;
const told = ({ diagnostics }: { readonly diagnostics: readonly { code: string; message: string }[] }) =>
  diagnostics.map(({ code, message }) => `${code}: ${message}`);

describe("settings of a run for a pull request", () => {
  it("come from the base, and the report says on which line what was put off", async () => {
    write({
      "muslgate.yaml": `# new\nfail-on: never\ninclude: [x]\nverify: true\n${waiver("search-dot")}`,
      "c.yaml": "",
    });
    const base = baseOf({ "muslgate.yaml": "corefile: c.yaml\nfail-on: note\nverify: true\n" });
    const { settings, waivers, diagnostics, before } = await trusted(said(), base);
    expect(settings).toMatchObject({ failOn: "note", include: [], corefiles: ["c.yaml"], verify: true });
    expect(before).toEqual(settings);
    expect(waivers).toEqual([]);
    expect(diagnostics.map(({ message, at, weight }) => [message, at?.line, weight])).toEqual([
      ['muslgate.yaml sets include to "x", which counts once it is merged', 3, "notice"],
      ["muslgate.yaml no longer sets corefile, which counts once it is merged", 1, "notice"],
      ['muslgate.yaml sets fail-on to "never", which counts once it is merged', 2, "notice"],
      ["muslgate.yaml changes waivers, which counts once it is merged", 5, "notice"],
    ]);
  });

  it("say nothing where the file did not change, however it is written", async () => {
    write({ "muslgate.yaml": `${waiver("r")}include: |\n  a\n  b\n` });
    const base = baseOf({ "muslgate.yaml": `# the same\ninclude: ["a", b]\n${waiver("r")}` });
    const { settings, waivers, diagnostics } = await trusted(said(), base);
    expect([settings.include, waivers.map(({ rule }) => rule), diagnostics]).toEqual([["a", "b"], ["r"], []]);
  });

  it("are the defaults where the base has no file, whatever name the change adds one by", async () => {
    for (const name of ["muslgate.yaml", "muslgate.yml", ".muslgate.yaml"]) {
      write({ [name]: "fail-on: never\n" });
      const { settings, diagnostics } = await trusted(said(), baseOf({}));
      expect(settings.failOn).toBe("error");
      expect(diagnostics).toMatchObject([{ code: "setting-put-off", at: { file: name, line: 1 } }]);
      rmSync(name);
    }
  });

  it("are the base's where the change adds a second name, or takes the file away", async () => {
    const base = baseOf({ "muslgate.yml": "fail-on: note\n" });
    write({ "muslgate.yml": "fail-on: note\n", "muslgate.yaml": "fail-on: never\n" });
    const second = await trusted(said(), base);
    expect(second.settings.failOn).toBe("note");
    expect(told(second)).toEqual([
      "configuration-unreadable: The configuration of this change cannot be used: there are two configurations, muslgate.yaml and muslgate.yml",
    ]);
    rmSync("muslgate.yaml");
    rmSync("muslgate.yml");
    const none = await trusted(said(), base);
    expect(none.settings.failOn).toBe("note");
    expect(told(none)).toEqual([
      "setting-put-off: The change no longer sets fail-on, which counts once it is merged",
    ]);
  });

  it("are the base's where the change's file cannot be used, which is told", async () => {
    const base = baseOf({ "muslgate.yaml": "fail-on: note\n" });
    const spoil = [
      () => write({ "muslgate.yaml": "fail-on: [" }),
      () => write({ "muslgate.yaml": "a: &x never\nfail-on: *x\n" }),
      () => write({ "muslgate.yaml": "json-file: .git/hooks/post-checkout\n" }),
      () => writeFileSync("muslgate.yaml", Buffer.from([0x66, 0xff, 0])),
      () => write({ "muslgate.yaml": "x".repeat(2 ** 20 + 1) }),
      () => symlinkSync("/dev/zero", "muslgate.yaml"),
      () => symlinkSync("elsewhere.yaml", "muslgate.yaml"),
      () => mkdirSync("muslgate.yaml"),
    ];
    for (const one of spoil) {
      rmSync("muslgate.yaml", { force: true, recursive: true });
      one();
      const { settings, diagnostics } = await trusted(said(), base);
      expect(settings.failOn).toBe("note");
      expect(diagnostics).toMatchObject([{ code: "configuration-unreadable", weight: "gap" }]);
    }
  });

  it("are the defaults, with a gap, where the base's cannot be read", async () => {
    write({ "muslgate.yaml": "fail-on: never\n" });
    const bases: TrustedBase["tree"][] = [
      { missing: "no history" },
      treeOf({ "muslgate.yaml": "fail-on: [" }),
      treeOf({ "muslgate.yaml": "", "muslgate.yml": "" }),
      { ...treeOf({ "muslgate.yaml": "" }), read: async () => ({ problem: "not fetched" }) },
      {
        ...treeOf({}),
        list: async () => ({
          paths: [],
          diagnostics: [{ code: "folder-unreadable", message: "too many", hint: "h", weight: "gap" }],
        }),
      },
    ];
    for (const tree of bases) {
      const { settings, diagnostics } = await trusted(said(), { tree, renamed: async () => undefined });
      expect(settings.failOn).toBe("error");
      expect(diagnostics.map(({ code, weight }) => [code, weight])).toEqual([
        ["base-configuration-unread", "gap"],
        ["setting-put-off", "notice"],
      ]);
    }
  });

  it("are what the call says, always, and nothing is put off there", async () => {
    write({ "muslgate.yaml": "fail-on: never\n" });
    const base = baseOf({ "muslgate.yaml": "fail-on: note\ncorefile: gone.yaml\n" });
    const { settings, diagnostics } = await trusted(said({ "fail-on": "warning", corefile: "x" }), base);
    expect([settings.failOn, settings.corefiles, diagnostics]).toEqual(["warning", ["x"], []]);
  });

  it("follow what the change renames, and name what it takes away", async () => {
    write({ "dns/c.yaml": "", "k8s/a.yaml": "" });
    const files = { "muslgate.yaml": "corefile: ./cluster/c.yaml\ndirectory: deploy\n" };
    const renames = { "cluster/c.yaml": "dns/c.yaml", deploy: "k8s" };
    write(files);
    const { settings, before, diagnostics } = await trusted(said(), baseOf(files, renames));
    expect([settings.corefiles, settings.directory]).toEqual([["dns/c.yaml"], "k8s"]);
    expect([before?.corefiles, before?.directory]).toEqual([["./cluster/c.yaml"], "deploy"]);
    // Unchanged, or changed to where the file is now: nothing was put off.
    expect(diagnostics).toEqual([]);
    write({ "muslgate.yaml": "corefile: dns/c.yaml\ndirectory: other\n" });
    expect(told(await trusted(said(), baseOf(files, renames)))).toEqual([
      'setting-put-off: muslgate.yaml sets directory to "other", which counts once it is merged',
    ]);
    await expect(trusted(said(), baseOf(files))).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(
        /^corefile is "\.\/cluster\/c\.yaml" \(muslgate\.yaml:1:1 of the base\), which is not there/,
      ),
    });
    // A name that would be taken for a comment.
    write({ "#c.yaml": "" });
    await expect(
      trusted(said(), baseOf(files, { ...renames, "cluster/c.yaml": "#c.yaml" })),
    ).rejects.toMatchObject({
      code: "input",
    });
  });

  it("go by the base's clusters, whose files are found where they are now", async () => {
    const clusters = (more: string) => `clusters:\n  - { name: prod, corefile: c.yaml, ${more} }\n`;
    const base = baseOf({ "muslgate.yaml": clusters("overlays: prod") }, { "c.yaml": "dns/c.yaml" });
    write({ "muslgate.yaml": clusters("workloads: nobody"), "dns/c.yaml": "" });
    const given = await trusted(said(), base);
    expect(given.settings.clusters).toMatchObject([
      { name: "prod", overlays: ["prod"], workloads: [], says: { corefiles: ["dns/c.yaml"] } },
    ]);
    expect(given.before?.clusters[0]?.says.corefiles).toEqual(["c.yaml"]);
    expect(told(given)).toEqual([
      "setting-put-off: muslgate.yaml changes clusters, which counts once it is merged",
    ]);
    symlinkSync("/etc/passwd", "c.yaml");
    await expect(trusted(said(), base)).rejects.toMatchObject({
      message: expect.stringContaining("is reached by a symbolic link"),
    });
  });

  it("leave the clusters that are listed aside where the call says what the cluster is", async () => {
    const files = { "muslgate.yaml": "clusters:\n  - { name: prod, gke-version: 1.30 }\n" };
    write(files);
    const { settings, diagnostics } = await trusted(said({ "gke-version": "1.22" }), baseOf(files));
    expect([settings.clusters, settings.gkeVersion]).toEqual([[], "1.22"]);
    expect(diagnostics.map(({ code, weight }) => [code, weight])).toEqual([["clusters-put-aside", "notice"]]);
  });

  it("read no file that the change made a link", async () => {
    const files = { "muslgate.yaml": "corefile: c.yaml\n" };
    write(files);
    symlinkSync("/etc/passwd", "c.yaml");
    await expect(trusted(said(), baseOf(files))).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining("is reached by a symbolic link"),
    });
  });

  it("come from the file that config names in the base too, and from one that lies elsewhere as it is", async () => {
    write({ "ci/m.yaml": "fail-on: never\n" });
    const base = baseOf({ "ci/m.yaml": "fail-on: note\n", "muslgate.yaml": "fail-on: never\n" });
    const named = await trusted(said({ config: "./ci//m.yaml" }), base);
    expect(named.settings.failOn).toBe("note");
    const outside = folder.write("policy.yaml", "fail-on: warning\n");
    const elsewhere = await trusted(said({ config: outside }), base);
    expect([elsewhere.settings.failOn, elsewhere.diagnostics]).toEqual(["warning", []]);
    const absolute = await trusted(said({ config: `${process.cwd()}/ci/m.yaml` }), base);
    expect(absolute.settings.failOn).toBe("note");
    const link = `${folder.path}/${crypto.randomUUID()}`;
    symlinkSync(process.cwd(), link);
    await expect(trusted(said({ config: `${link}/ci/m.yaml` }), base)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining("leads back into this folder"),
    });
  });
});
