import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IMAGES } from "../../examples/images.mjs";
import type { TestServer } from "../support/faulty-registry.ts";
import { temporaryFolder } from "../support/folder.ts";
import { type GitRepository, gitRepository } from "../support/git-repository.ts";
import { type ApiContent, PULL, REPOSITORY, startGitHubApi } from "../support/github-api.ts";
import { startImageRegistry } from "../support/image-registry.ts";
import { muslgate, runAction } from "../support/in-process.ts";

const folder = temporaryFolder();
let registry: TestServer;
beforeAll(async () => {
  registry = await startImageRegistry({
    "shop/api:1.0": IMAGES["shop-api"]!,
    "shop/api:0.9": IMAGES["shop-legacy"]!,
  });
});
afterAll(() => registry.close());

const DENY =
  ".:53 {\n    template ANY AAAA {\n        rcode NXDOMAIN\n    }\n    forward . /etc/resolv.conf\n}\n";
const FINE = ".:53 {\n    forward . /etc/resolv.conf\n}\n";
const deploy = (tag: string) => ({
  "deploy/api.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  template:
    spec:
      containers:
        - name: app
          image: ${registry.host}/shop/api:${tag}
`,
});

type Files = Readonly<Record<string, string>>;

/** A repository with the base's state, and then the change's. */
function change(before: Files, after: Files): { repository: GitRepository; base: string; head: string } {
  const repository = gitRepository(join(folder.path, crypto.randomUUID()));
  return { repository, base: repository.commit(before), head: repository.commit(after) };
}

const full = `${REPOSITORY.owner}/${REPOSITORY.name}`;
const payload = (base: string, head: string) => ({
  pull_request: {
    number: PULL,
    base: { sha: base, repo: { full_name: full } },
    head: { sha: head, repo: { full_name: full } },
    user: { login: "someone" },
  },
});

async function act(
  cwd: string,
  base: string,
  head: string,
  {
    name = "pull_request",
    content = {},
    inputs = {},
  }: { name?: string; content?: ApiContent; inputs?: Files } = {},
) {
  const api = await startGitHubApi(content);
  const event =
    name === "merge_group"
      ? { name, payload: { merge_group: { base_sha: base, head_sha: head } } }
      : { name, payload: payload(base, head) };
  const ran = await runAction(
    { "github-token": "t", ...inputs },
    { cwd, event, env: { GITHUB_API_URL: api.url, GITHUB_REPOSITORY: full, GITHUB_RUN_ID: "1" } },
  );
  await api.close();
  expect(ran.out).not.toContain("This is a defect");
  return ran;
}

/** A commit as GitHub's API has it. */
function onGitHub(repository: GitRepository, commit: string): ApiContent {
  const files = repository
    .git("ls-tree", "-r", "-l", commit)
    .split("\n")
    .map((line) => {
      const [mode = "", type = "", sha = "", size = "", path = ""] = line.split(/\s+/);
      return { mode, type, sha, size: Number(size), path };
    });
  const blob = (sha: string) => execFileSync("git", ["cat-file", "blob", sha], { cwd: repository.path });
  return { tree: { files }, blobs: new Map(files.map(({ sha }) => [sha, blob(sha)])) };
}

/** Everything that would let the change pass. */
const WEAK = `fail-on: never
exclude: ["**"]
node-local-dns: disabled
waivers:
  - { rule: musl-paired-lookup, reason: because, expires: 2099-01-31 }
`;

describe("the muslgate.yaml of a pull request", () => {
  it.each(["pull_request", "pull_request_target", "merge_group"])(
    "%s: does not decide whether it passes, and what it sets is told",
    async (name) => {
      const { repository, base, head } = change(
        { ...deploy("0.9"), Corefile: DENY },
        { ...deploy("1.0"), Corefile: DENY, "muslgate.yaml": WEAK },
      );
      const ran = await act(repository.path, base, head, { name });
      expect(ran.code).toBe(1);
      expect(ran.out).toMatch(/^::error title=Names will not resolve,file=deploy\/api\.yaml,line=10/m);
      for (const what of ["fail-on to", "exclude to", "node-local-dns to"])
        expect(ran.summary.replaceAll("`", "")).toContain(`sets ${what}`);
      expect(ran.summary).toContain("changes waivers, which counts once it is merged");
    },
  );

  it("counts on a push, and locally, as it stands", async () => {
    const { repository, base } = change(
      { ...deploy("0.9"), Corefile: DENY },
      { ...deploy("1.0"), Corefile: DENY, "muslgate.yaml": "fail-on: never\n" },
    );
    const pushed = await runAction({}, { cwd: repository.path, event: { name: "push", payload: {} } });
    expect(pushed.code).toBe(0);
    expect((await muslgate(["repo", "--base", base], {}, repository.path)).code).toBe(0);
  });

  it("is the base's also where only GitHub has the base", async () => {
    const { repository, base, head } = change(
      { ...deploy("1.0"), Corefile: DENY, "muslgate.yaml": "fail-on: never\n" },
      { ...deploy("1.0"), Corefile: DENY, "muslgate.yaml": "fail-on: error\n", b: "" },
    );
    const shallow = join(folder.path, crypto.randomUUID());
    execFileSync("git", ["clone", "-q", "--depth=1", `file://${repository.path}`, shallow]);
    const inputs = { base: "none" };
    const ran = await act(shallow, base, head, { content: onGitHub(repository, base), inputs });
    expect(ran.code).toBe(0);
    expect(ran.summary).toContain("sets fail-on to");
    const unread = await act(shallow, base, head, { inputs });
    expect(unread.code).toBe(1);
    expect(unread.summary).toContain("configuration could not be read, and the defaults held");
  });

  it("is that of the base's tip, not of where the change left it", async () => {
    const repository = gitRepository(join(folder.path, crypto.randomUUID()));
    repository.commit({ ...deploy("0.9"), Corefile: DENY, "muslgate.yaml": "fail-on: never\n" });
    repository.git("checkout", "-q", "-b", "change");
    const head = repository.commit({ ...deploy("1.0"), Corefile: DENY, "muslgate.yaml": "fail-on: never\n" });
    repository.git("checkout", "-q", "main");
    const base = repository.commit({ ...deploy("0.9"), Corefile: DENY, "muslgate.yaml": "fail-on: error\n" });
    repository.git("checkout", "-q", "change");
    expect((await act(repository.path, base, head, { name: "pull_request_target" })).code).toBe(1);
  });

  it("may move a file that the base names; one that is gone is an error that says so", async () => {
    const config = { "muslgate.yaml": "corefile: cluster/dns\n" };
    const { repository, base, head } = change(
      { ...deploy("0.9"), ...config, "cluster/dns": DENY, Corefile: FINE },
      { ...deploy("1.0"), "muslgate.yaml": "corefile: Corefile\n", "dns/node": DENY, Corefile: FINE },
    );
    const ran = await act(repository.path, base, head);
    expect(ran.code).toBe(1);
    expect(ran.out).toMatch(/^::error title=Names will not resolve,file=deploy\/api\.yaml/m);
    repository.git("rm", "-q", "dns/node");
    repository.git("commit", "-q", "-m", "gone");
    const gone = await act(repository.path, base, repository.git("rev-parse", "HEAD"));
    expect(gone.code).toBe(1);
    expect(gone.out).toMatch(
      /^::error::corefile is "cluster\/dns" \(muslgate\.yaml:1:1 of the base\), which is not there/m,
    );
  });

  it("is looked up in the checkout it is in, where that is below the run's folder", async () => {
    const { repository, base, head } = change(
      { ...deploy("0.9"), Corefile: DENY, "muslgate.yaml": "fail-on: note\n" },
      { ...deploy("1.0"), Corefile: DENY, "muslgate.yaml": WEAK },
    );
    const above = join(folder.path, crypto.randomUUID());
    mkdirSync(above);
    execFileSync("git", ["clone", "-q", repository.path, join(above, "app")]);
    const inputs = { directory: "app", config: "app/muslgate.yaml" };
    const ran = await act(above, base, head, { inputs });
    expect(ran.code).toBe(1);
    expect(ran.summary).toContain("app/muslgate.yaml");
    expect(ran.out).toMatch(/^::error title=Names will not resolve,file=app\/deploy\/api\.yaml/m);
  });
});

/** Everything below a folder: kinds, modes, links and contents. */
function stateOf(path: string): Readonly<Record<string, string>> {
  const stat = lstatSync(path);
  const own = stat.isSymbolicLink()
    ? readlinkSync(path)
    : stat.isFile()
      ? createHash("sha256").update(readFileSync(path)).digest("hex")
      : "";
  const below = stat.isDirectory() ? readdirSync(path).map((name) => stateOf(join(path, name))) : [];
  return Object.assign({ [path]: `${stat.mode} ${stat.mtimeMs} ${own}` }, ...below);
}

const HOOK = "#!/bin/sh\ntouch pwned\n";

/** A repository that wants to be written to: a hook that git would run, links to it, and settings that name it. */
function hostile(config: string): { repository: GitRepository; base: string; head: string } {
  const made = change(
    { ...deploy("0.9"), Corefile: DENY },
    { ...deploy("1.0"), Corefile: DENY, "muslgate.yaml": config, "$(touch pwned).yaml": "a: b\n" },
  );
  const at = (path: string) => join(made.repository.path, path);
  writeFileSync(at(".git/hooks/post-checkout"), HOOK, { mode: 0o755 });
  for (const name of ["muslgate.json", "muslgate.sarif", "report.json"])
    symlinkSync(".git/hooks/post-checkout", at(name));
  symlinkSync(".git/hooks", at("out"));
  return made;
}

const WRITES = [
  "json-file: .git/hooks/post-checkout",
  "sarif-file: .git/hooks/post-checkout",
  "json-file: out/post-checkout",
  "cache-dir: .git/hooks",
  "registry-mirror: docker.io=evil.example",
  "registry-ca: Corefile",
  "insecure-registry: evil.example",
];

describe("a repository that wants to be written to", () => {
  it.each(WRITES)("changes by nothing, in no mode: %s", async (config) => {
    const { repository, base, head } = hostile(`${config}\n`);
    const { path } = repository;
    const before = stateOf(path);
    const refused = `muslgate.yaml:1:${config.indexOf(":") + 3}: ${config.split(":", 1)[0]} is`;
    for (const args of [
      ["repo"],
      ["repo", "--base", base],
      ["image", `${registry.host}/shop/api:1.0`, "--gke-version", "1.22.6-gke.1000"],
    ]) {
      const ran = await muslgate(args, {}, path);
      expect(ran.code, args.join(" ")).toBe(2);
      expect(ran.err).toContain(refused);
    }
    const pushed = await runAction({}, { cwd: path, event: { name: "push", payload: {} } });
    expect(pushed.out).toContain(refused);
    // The base has no such file: what the change says is told, and counts for nothing.
    const pulled = await act(path, base, head);
    expect(pulled.code).toBe(1);
    expect(pulled.out).toMatch(/^::error title=Names will not resolve/m);
    expect(stateOf(path)).toEqual(before);
  });

  it("is not written to through its links, whatever the call names there", async () => {
    const { repository, base, head } = hostile("fail-on: never\n");
    const { path } = repository;
    const before = stateOf(path);
    for (const [option, file] of [
      ["json-file", "report.json"],
      ["sarif-file", "out/post-checkout"],
      ["json-file", join(path, "out/new.json")],
    ] as const) {
      const ran = await muslgate(["repo", `--${option}`, file], {}, path);
      expect(ran.code).toBe(2);
      expect(ran.err).toContain(
        `${option} ${file} cannot be written: the path is reached by a symbolic link`,
      );
      const acted = await act(path, base, head, { inputs: { [option]: file } });
      expect(acted.code).toBe(1);
      expect(acted.out).toContain("cannot be written");
    }
    expect(stateOf(path)).toEqual(before);
    expect((await muslgate(["repo", "--json-file", "new.json"], {}, path)).code).toBe(0);
    // The same as files that came in an archive, without git.
    rmSync(join(path, ".git"), { recursive: true });
    const unpacked = await muslgate(["repo", "--json-file", "report.json"], {}, path);
    expect([unpacked.code, unpacked.err]).toEqual([2, expect.stringContaining("by a symbolic link")]);
  });
});
