import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.ts";
import { muslgate } from "../support/in-process.ts";

const POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: a, image: x:1}]}\n";

describe("a folder with nothing to read", () => {
  it.each([
    ["nothing", {}, []],
    ["only what describes nothing", { "README.md": "# hi\n", "src/app.js": "1\n" }, []],
    ["only what is left out", { "pod.yaml": POD }, ["--exclude", "*.yaml"]],
    ["nothing, whatever version is said", {}, ["--gke-version", "1.33.1-gke.1107000"]],
    ["nothing, whatever is asked about", {}, ["--to", "alpine=3.24"]],
  ] as const)("is no pass where it has %s, and the last line says so", async (_, files, args) => {
    const folder = temporaryFolder();
    for (const [path, text] of Object.entries(files)) folder.write(path, text);
    const { code, out } = await muslgate(["repo", folder.path, ...args]);
    expect(out).toMatch(/\n\nNothing was judged: nothing here names an image or describes a cluster\.\n$/);
    expect(code).toBe(3);
    const summary = await muslgate(["repo", folder.path, ...args, "--format", "markdown"]);
    expect(summary.out).toMatch(/^### ❔ muslgate: Nothing was judged: nothing here /);
  });

  it("is an answer on a cluster that it describes", async () => {
    const folder = temporaryFolder();
    folder.write("Corefile", ".:53 {\n  kubernetes cluster.local\n  forward . 10.0.0.2\n}\n");
    const { code, out } = await muslgate(["repo", folder.path]);
    expect(out).toMatch(/\n\nNothing was judged: nothing here names an image\.\n$/);
    expect(code).toBe(0);
  });
});

describe("reports that lie in the folder", () => {
  const corefile = readFileSync("examples/cluster/node-local-dns.yaml", "utf8");

  it("are read as nothing: what they quote was found elsewhere", async () => {
    const folder = temporaryFolder();
    folder.write("dns.yaml", corefile);
    folder.write("pod.yaml", POD.replace("x:1", "registry.invalid/x:1"));
    const args = ["repo", folder.path, "--json-file", `${folder.path}/a.json`];
    const files = ["--sarif-file", `${folder.path}/b.json`];
    const first = await muslgate([...args, ...files]);
    folder.write("c.sarif", readFileSync(`${folder.path}/b.json`, "utf8"));
    expect(await muslgate([...args, ...files])).toEqual(first);
    expect(first.out).toContain("dns.yaml:");
  });

  it("do not hide what somebody may deploy", async () => {
    const folder = temporaryFolder();
    const data = { Corefile: ".:53 {\n  template ANY AAAA {\n    rcode NXDOMAIN\n  }\n}\n" };
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "coredns" }, data };
    const lists = { judgements: [], images: [], clusters: [] };
    folder.write("a.json", JSON.stringify({ version: "2.1", summary: {}, ...lists, ...object }));
    folder.write("b.json", JSON.stringify({ version: "2.1.0", runs: [], ...object }));
    const { out, code } = await muslgate(["repo", folder.path, "--fail-on", "warning"]);
    for (const file of ["a.json", "b.json"]) expect(out).toContain(`${file}:`);
    expect(code).toBe(1);
  });
});
