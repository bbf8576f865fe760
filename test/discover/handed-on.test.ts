/** Objects that scripts, pipelines and Terraform hand to a cluster are read where they stand; what is no such text is left alone. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of shells are the subject.
import { describe, expect, it } from "vitest";
import { dnsFound } from "../support/dns-found.ts";
import { found, pinned } from "./tree.ts";

const POD =
  "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: web\n      image: python:3.14-alpine\n";
const COREFILE =
  ".:53 {\n    errors\n    template ANY AAAA {\n        rcode NXDOMAIN\n    }\n    forward . /etc/resolv.conf\n}\n";
const indent = (text: string, width: number) => text.replace(/^(?=.)/gm, " ".repeat(width));
const CONFIG_MAP = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: coredns, namespace: kube-system}\ndata:\n  Corefile: |\n${indent(COREFILE, 4)}`;

/** What it is, the file, and its text around an object. */
const CARRIERS: readonly (readonly [string, string, (object: string) => string])[] = [
  ["a here-document", "deploy.sh", (text) => `#!/bin/sh\nkubectl apply -f - <<EOF\n${text}EOF\necho done\n`],
  [
    "one of a script without an ending",
    "bin/deploy",
    (text) => `#!/bin/sh\ncat <<'EOF' | kubectl apply -f -\n${text}EOF\n`,
  ],
  [
    "one with tabs",
    "deploy.sh",
    (text) => `f() {\n\tkubectl apply -f - <<-EOF\n${text.replace(/^(?=.)/gm, "\t")}\tEOF\n}\n`,
  ],
  [
    "a Makefile's variable",
    "Makefile",
    (text) => `define OBJECT\n${text}endef\nexport OBJECT\ndeploy:\n\techo "$$OBJECT" | kubectl apply -f -\n`,
  ],
  ["a text of Python", "deploy.py", (text) => `OBJECT = """\n${text}"""\napply(OBJECT)\n`],
  ["one that opens behind its quote", "deploy.py", (text) => `OBJECT = """${text}"""\napply(OBJECT)\n`],
  [
    "one that opens behind a lone dash",
    "deploy.sh",
    (text) => `kubectl apply -f - <<< "${text}"\necho done\n`,
  ],
  ["PowerShell's", "deploy.ps1", (text) => `$o = @"\n${text}"@\n$o | kubectl apply -f -\n`],
];

describe("an object that a file of another kind hands on", () => {
  it.each(CARRIERS)("has its images read: %s", async (_, file, around) => {
    const [one, ...others] = await pinned({ [file]: around(POD) });
    expect(others).toEqual([]);
    const line =
      around(POD)
        .split("\n")
        .findIndex((text) => text.includes("python:")) + 1;
    expect(one).toMatch(new RegExp(`^python:3.14-alpine @ ${file}:${line}:.* python:3.14-alpine$`));
  });

  it.each(CARRIERS)(
    "has its Corefile read, and nothing told of its clean twin: %s",
    async (_, file, around) => {
      const text = around(CONFIG_MAP);
      const line = text.split("\n").findIndex((one) => one.includes("template")) + 1;
      const denied = await dnsFound({ [file]: text });
      expect(denied.answers).toMatchObject([{ kind: "NXDOMAIN", at: `${file}:${line}` }]);
      const clean = await dnsFound({ [file]: text.replace("NXDOMAIN", "NOERROR") });
      expect(clean.answers).toMatchObject([{ kind: "NODATA" }]);
      expect(clean.gaps).toEqual([]);
    },
  );

  it("takes each of several, and what stands between them for neither", async () => {
    const script = `kubectl apply -f - <<A\n${POD}A\necho "kind: nothing"\nkubectl apply -f - <<B\n${POD.replace("web", "api").replace("python", "ruby")}B\n`;
    expect((await found({ "deploy.sh": script })).workloads.map(({ image }) => image)).toEqual([
      "python:3.14-alpine",
      "ruby:3.14-alpine",
    ]);
  });

  it("takes every one of many", async () => {
    const script = Array.from(
      { length: 120 },
      (_, i) => `kubectl apply -f - <<A\n${POD.replace("web", `web${i}`)}A\n`,
    );
    expect((await found({ "deploy.sh": script.join("") })).workloads).toHaveLength(120);
  });

  it("tells of an image that the script has yet to fill in, on its line", async () => {
    const script = `kubectl apply -f - <<EOF\n${POD.replace("python:3.14-alpine", "$IMAGE")}EOF\n`;
    const { workloads, diagnostics } = await found({ "deploy.sh": script });
    expect(workloads).toEqual([]);
    expect(diagnostics).toMatchObject([{ code: "image-not-literal", weight: "gap", at: { line: 9 } }]);
  });

  it.each([
    [
      "a pod that says nothing but its containers",
      `spec:\n  containers:\n    - name: web\n      image: python:3.14-alpine\n`,
    ],
    ["a whole one", POD],
  ])("reads the pods of Jenkins: %s", async (_, text) => {
    const file = `pipeline {\n  agent {\n    kubernetes {\n      yaml """\n${indent(text, 8)}"""\n    }\n  }\n}\n`;
    const { workloads, diagnostics } = await found({ Jenkinsfile: file });
    expect(workloads.map(({ image }) => image)).toEqual(["python:3.14-alpine"]);
    expect(diagnostics).toEqual([]);
  });

  it.each([
    ["comments", "deploy.sh", `# Example:\n${POD.replace(/^(?=.)/gm, "# ")}`],
    ["what tests hold against something", "tests/deploy.sh", `cat <<EOF\n${POD}EOF\n`],
    ["a program's own help", "cmd/run.go", `package cmd\nconst help = \`\n${POD}\`\n`],
    ["words", "deploy.sh", "echo apiVersion: v1\necho kind: Pod\n"],
  ])("leaves %s alone", async (_, file, text) => {
    const { workloads, diagnostics } = await found({ [file]: text });
    expect(workloads).toEqual([]);
    expect(diagnostics).toEqual([]);
  });
});
