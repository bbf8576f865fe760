import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { blobSha, workTree } from "../../src/github/git-blob.ts";
import { githubApi } from "../../src/github/github-api.ts";
import { type CommitTree, githubTree } from "../../src/github/base-tree.ts";
import { temporaryFolder } from "../support/folder.ts";
import {
  type ApiContent,
  first,
  type HeldFile,
  refuse,
  REPOSITORY,
  startGitHubApi,
  type TestApi,
} from "../support/github-api.ts";
import { describeWith } from "../support/parts.ts";

const temporary = temporaryFolder();
const COMMIT = "c".repeat(40);

let api: TestApi | undefined;
afterEach(async () => {
  const one = api;
  api = undefined;
  await one?.close();
});

function held(texts: Readonly<Record<string, string>>): {
  files: HeldFile[];
  blobs: Map<string, Uint8Array>;
} {
  const blobs = new Map<string, Uint8Array>();
  const files = Object.entries(texts).map(([path, text]) => {
    const bytes = Buffer.from(text);
    const sha = blobSha(bytes);
    blobs.set(sha, bytes);
    return { path, mode: "100644", type: "blob", sha, size: bytes.length };
  });
  return { files, blobs };
}

async function tree(content: ApiContent, more: Partial<CommitTree> = {}) {
  api = await startGitHubApi(content);
  const client = await githubApi({ token: "t", apiUrl: api.url });
  return githubTree(client, { repository: REPOSITORY, sha: COMMIT, ...more });
}

const blobRequests = () => api?.count("GET", "/git/blobs/");

describe("githubTree", () => {
  it("lists files only, and reads what is asked for", async () => {
    const { files, blobs } = held({
      "deploy/api.yaml": "kind: Deployment # ü\n".repeat(9),
      "README.md": "x",
    });
    const other = [
      { path: "deploy", mode: "040000", type: "tree", sha: "d".repeat(40) },
      { path: "link", mode: "120000", type: "blob", sha: "e".repeat(40), size: 3 },
      { path: "module", mode: "160000", type: "commit", sha: "f".repeat(40) },
    ];
    const made = await tree({ tree: { files: [...files, ...other] }, blobs });
    expect(await made.list()).toEqual({ paths: ["deploy/api.yaml", "README.md"], diagnostics: [] });
    expect(await made.read("deploy/api.yaml")).toEqual({ text: "kind: Deployment # ü\n".repeat(9) });
    expect(await made.read("link")).toEqual({ problem: "there is no such file in the commit" });
    expect(api?.count("GET", "/git/trees/")).toBe(1);
    expect(blobRequests()).toBe(1);
    expect(api?.seen[0]?.url).toBe(`/repos/shop/api/git/trees/${COMMIT}?recursive=1`);
  });

  it("asks for nothing that is the same in the work tree, and for the same contents once", async () => {
    const { files, blobs } = held({ "a.yaml": "same", "b.yaml": "old", "c/b.yaml": "old", "d.yaml": "gone" });
    temporary.write("tree/a.yaml", "same");
    temporary.write("tree/b.yaml", "new");
    const known = workTree(join(temporary.path, "tree"), 1000);
    const made = await tree({ tree: { files }, blobs }, { known });
    const read = await Promise.all(["a.yaml", "b.yaml", "c/b.yaml", "d.yaml"].map((path) => made.read(path)));
    expect(read).toEqual([{ text: "same" }, { text: "old" }, { text: "old" }, { text: "gone" }]);
    expect(blobRequests()).toBe(2);
  });

  it("keeps within its requests, a few at once", async () => {
    const texts = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${i}.yaml`, `text ${i}`]));
    const { files, blobs } = held(texts);
    let under = 0;
    let most = 0;
    const fault: ApiContent["fault"] = (seen, response) => {
      if (!seen.url.includes("/blobs/")) return undefined;
      most = Math.max(most, ++under);
      response.on("finish", () => under--);
      const end = response.end.bind(response);
      response.end = ((...args: Parameters<typeof end>) => setTimeout(() => end(...args), 60)) as never;
      return undefined;
    };
    const made = await tree({ tree: { files }, blobs, fault }, { requests: 12 });
    const read = await Promise.all(Object.keys(texts).map((path) => made.read(path)));
    expect(read.filter((one) => "text" in one)).toHaveLength(12);
    expect(read[19]).toEqual({ problem: "more than 12 files would have to be fetched from GitHub" });
    expect(blobRequests()).toBe(12);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });

  it("says that a list is cut, by GitHub or by its own bound", async () => {
    const { files, blobs } = held({ a: "1", b: "2" });
    const cut = await (await tree({ tree: { files, truncated: true }, blobs })).list();
    expect(cut.paths).toEqual(["a", "b"]);
    expect(cut.diagnostics).toMatchObject([{ code: "base-unreadable", weight: "gap" }]);
    await api?.close();
    const bound = await (await tree({ tree: { files }, blobs }, { files: 1 })).list();
    expect(bound).toMatchObject({
      paths: ["a"],
      diagnostics: [{ message: expect.stringContaining("more files") }],
    });
  });

  it("says that it may not read, in both methods", async () => {
    const made = await tree({ fault: refuse("GET") });
    const { paths, diagnostics } = await made.list();
    expect(paths).toEqual([]);
    expect(diagnostics).toMatchObject([
      {
        message: expect.stringContaining("could not be listed: 403, Resource not accessible"),
        hint: expect.stringContaining("permissions: contents: read"),
        subject: COMMIT,
      },
    ]);
    expect(await made.read("a")).toEqual({ problem: diagnostics[0]?.message });
  });

  it("reads no file above the bound, whatever its size is said to be", async () => {
    const { files, blobs } = held({ a: "x".repeat(50), b: "y".repeat(50) });
    const lying = files.map((one) => (one.path === "b" ? { ...one, size: 1 } : one));
    const made = await tree({ tree: { files: lying }, blobs }, { bytes: 40 });
    expect(await made.read("a")).toEqual({ problem: "it is larger than 40 bytes" });
    expect(blobRequests()).toBe(0);
    expect(await made.read("b")).toEqual({ problem: "it is larger than 40 bytes" });
  });

  it("takes no other file for the one it asked for, and says what failed", async () => {
    const { files, blobs } = held({ a: "1", b: "2", c: "3" });
    blobs.set(files[0]?.sha ?? "", Buffer.from("other"));
    blobs.delete(files[1]?.sha ?? "");
    const made = await tree({ tree: { files }, blobs, fault: first(1, "GET", 502, "Bad Gateway") });
    expect(await made.read("a")).toEqual({ problem: "what GitHub sent is another file" });
    expect(await made.read("b")).toMatchObject({ problem: expect.stringContaining("404, Not Found") });
    expect(await made.read("c")).toEqual({ text: "3" });
  });

  it("leaves out paths that lead elsewhere, and counts them", async () => {
    const { files, blobs } = held({
      "../a": "1",
      "/etc/passwd": "2",
      "a//b": "3",
      "a/./b": "4",
      "c\0": "5",
      ok: "6",
    });
    const made = await tree({
      tree: { files: [...files, { ...files[0]!, path: "x", sha: "../../user" }] },
      blobs,
    });
    expect(await made.list()).toMatchObject({
      paths: ["ok"],
      diagnostics: [{ message: expect.stringMatching(/^6 entries/) }],
    });
  });
});

describe("workTree", () => {
  it("follows no link, and reads nothing above its bound", async () => {
    temporary.write("work/real/a", "a");
    temporary.write("work/big", "12345");
    symlinkSync("real", join(temporary.path, "work/way"));
    symlinkSync("real/a", join(temporary.path, "work/link"));
    const known = workTree(join(temporary.path, "work"), 4);
    const sha = blobSha(Buffer.from("a"));
    expect(await known("real/a", sha)).toEqual({ sha, bytes: Buffer.from("a") });
    for (const path of ["way/a", "link", "big", "real", "none", "../work/real/a/.."]) {
      expect(await known(path, sha)).toBeUndefined();
    }
  });
});

describeWith({ programs: ["git"] }, "blobSha", () => {
  it.each(["", "hello\n", "\0\r\nü"])("%j is what git says", (text) => {
    const args = ["hash-object", "--stdin"];
    const said = execFileSync("git", args, { input: text, encoding: "utf8", cwd: temporary.path });
    expect(blobSha(Buffer.from(text))).toBe(said.trim());
  });
});
