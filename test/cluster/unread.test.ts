/** What no reader takes: texts of any language that deny AAAA leave a gap on their line, and nothing beside them is called fine. */
import { describe, expect, it } from "vitest";
import { foundClusters } from "../../src/cluster/found.ts";
import { readSettings } from "../../src/settings/settings.ts";
import { survey } from "../../src/run/survey.ts";
import { found as discovered, memoryTree } from "../discover/tree.ts";

type Files = Readonly<Record<string, string>>;

const CLEAN = `kind: ConfigMap
metadata: {name: coredns, namespace: kube-system}
data:
  Corefile: |
    .:53 {
        forward . /etc/resolv.conf
    }
`;

async function beside(files: Files) {
  const all = { "clean/coredns.yaml": CLEAN, ...files };
  const { clusterFiles, unread } = await discovered(all);
  const { profiles, diagnostics } = await foundClusters(clusterFiles, readSettings({}), unread);
  return {
    answers: profiles.map(({ answers }) => answers.external.kind),
    told: diagnostics
      .filter(({ code }) => code === "corefile-unread")
      .map(({ weight, at }) => `${weight} ${at?.file}:${at?.line}`),
  };
}

const LINES = "template ANY AAAA {\n        rcode NXDOMAIN\n    }";
const COREFILE = `.:53 {\n    errors\n    ${LINES}\n    forward . /etc/resolv.conf\n}\n`;

const HOSTS = "hosts {\n    10.0.0.1 db.corp.example\n}\n";

/** The language, a file, its text, and the line that denies. */
const LANGUAGES: readonly (readonly [string, string, string, number])[] = [
  [
    "Jsonnet",
    "dns.jsonnet",
    `{\n  data: {\n    Corefile: |||\n${COREFILE.replace(/^/gm, "      ")}\n    |||,\n  },\n}\n`,
    6,
  ],
  ["CUE", "dns.cue", `data: Corefile: """\n${COREFILE}\n"""\n`, 4],
  ["TypeScript", "dns.ts", `export const corefile = \`\n${COREFILE}\`;\n`, 4],
  ["TypeScript, in one line", "dns.ts", `const c = ${JSON.stringify(COREFILE)};\n`, 1],
  ["Python", "dns.py", `COREFILE = """\n${COREFILE}"""\n`, 4],
  ["Go", "dns.go", `package dns\n\nconst corefile = \`${COREFILE}\`\n`, 5],
  ["Nix", "dns.nix", `{ services.coredns.config = ''\n${COREFILE}'';\n}\n`, 4],
  ["Jinja", "coredns.yml.j2", `data:\n  Corefile: |\n${COREFILE.replace(/^/gm, "    ")}`, 5],
  [
    "Terraform, a function",
    "dns.tf",
    `locals {\n  x = replace("template IN AAAA . { rcode NXDOMAIN }", "a", var.a)\n}\n`,
    2,
  ],
  [
    "Terraform, a for expression",
    "dns.tf",
    `locals {\n  v = yamlencode({\n    plugins = [for zone in var.zones :\n      { name = "template", parameters = "ANY AAAA", configBlock = "rcode NXDOMAIN" }\n    ]\n  })\n}\n`,
    4,
  ],
  ["a template of Terraform", "corefile.tftpl.tpl", COREFILE, 3],
  ["Ansible", "roles/dns/templates/Corefile.j2", COREFILE, 3],
  ["a Helm template", "chart/templates/_dns.tpl", `{{- define "dns" -}}\n${COREFILE}{{- end -}}\n`, 4],
  ["a shell script", "install.sh", `cat > Corefile <<EOF\n${COREFILE}EOF\n`, 4],
  ["a script without an extension", "hack/dns", `#!/bin/sh\ncat > Corefile <<EOF\n${COREFILE}EOF\n`, 5],
  ["a Corefile of another name", "dns/prod", COREFILE, 3],
  [
    "cloud-init's as a text",
    "user-data.txt",
    `#cloud-config\nbootcmd:\n- |\n  ${COREFILE.replace(/\n/g, "\n  ")}\n`,
    6,
  ],
  [
    "Salt",
    "salt/dns.sls",
    `dns:\n  file.managed:\n    - contents: |\n${COREFILE.replace(/^/gm, "        ")}`,
    6,
  ],
  ["Jenkins", "Jenkinsfile", `sh """\n${COREFILE}"""\n`, 4],
  [
    "an object with its keys in another order",
    "dns.ts",
    `const v = [{\n  name: "template",\n  configBlock: "rcode NXDOMAIN",\n  parameters: "ANY AAAA",\n}];\n`,
    2,
  ],
  [
    "an object with its name behind",
    "dns.ts",
    `const v = [{ parameters: "ANY AAAA", configBlock: "rcode NXDOMAIN", name: "template" }];\n`,
    1,
  ],
  [
    "a template's parts one by one",
    "dns.tf",
    `module "dns" {\n  template = { class = "IN", type = "AAAA", rcode = "NXDOMAIN" }\n}\n`,
    2,
  ],
  [
    "Helm's --set",
    "dns.sh",
    `helm upgrade dns coredns/coredns --set 'servers[0].plugins[3].parameters=ANY AAAA' --set 'servers[0].plugins[3].configBlock=rcode NXDOMAIN'\n`,
    1,
  ],
  [
    "an option that begins its line",
    "Makefile",
    `dns:\n\thelm upgrade dns coredns/coredns \\\n\t  --set-json 'servers=[{"plugins":[{"name":"template","parameters":"ANY AAAA","configBlock":"rcode NXDOMAIN"}]}]'\n`,
    3,
  ],
  [
    "a shell's patterns around it",
    "dns.sh",
    `case $1 in\n  /*) f=$1 ;;\nesac\nn=\${#f}\ncat > "$f" <<END\n${COREFILE}END\necho "\${f##*/} \${n%#}"\n`,
    8,
  ],
  [
    "a comment that ends in a string of one line",
    "dns.py",
    String.raw`C = ".:53 {\n  errors\n  # no IPv6\n  template ANY AAAA { # deny\n    rcode NXDOMAIN\n  }\n  forward . 10.0.0.2\n}\n"` +
      "\n",
    1,
  ],
  [
    "a state of Terraform",
    "terraform.tfstate",
    `{"data": {"Corefile": ${JSON.stringify(COREFILE.replace(/^ +/gm, ""))}}}\n`,
    1,
  ],
  ["hosts in TypeScript", "dns.ts", `const c = \`\n${HOSTS}\`;\n`, 2],
  ["hosts in a string of one line", "dns.ts", `const c = ${JSON.stringify(HOSTS)};\n`, 1],
  [
    "hosts in a list of lines",
    "dns.ts",
    'const c = [\n  "hosts {",\n  "  10.0.0.1 db.corp.example",\n  "}",\n];\n',
    2,
  ],
  [
    "hosts with what a program puts in",
    "dns.py",
    'c = f"""\nhosts {{\n  {ip} db.corp.example\n  ttl 60\n}}\n"""\n',
    2,
  ],
  [
    "hosts in CDK's values",
    "dns.ts",
    'const v = [{\n  name: "hosts",\n  configBlock: "10.0.0.1 db.corp.example",\n}];\n',
    2,
  ],
  [
    "hosts that go on for one zone alone",
    "dns.go",
    `const c = \`\n${HOSTS.replace("}", "    fallthrough a.example\n}")}\`\n`,
    2,
  ],
  [
    "a Corefile with a file of hosts",
    "dns.ts",
    "const c = `\n.:53 {\n    hosts custom.hosts\n    forward . /etc/resolv.conf\n}\n`;\n",
    2,
  ],
  ["a rewrite", "dns.py", `X = "rewrite stop type AAAA A"\n`, 1],
];

describe("a text that denies AAAA and that nobody reads", () => {
  it.each(LANGUAGES)(
    "%s is a gap on its line, and what is beside it is not known",
    async (_, file, text, line) => {
      expect(await beside({ [file]: text })).toEqual({ answers: ["unknown"], told: [`gap ${file}:${line}`] });
    },
  );

  it.each(LANGUAGES.filter(([name]) => !/a rewrite|hosts/.test(name)))(
    "%s with NOERROR leaves it fine",
    async (_, file, text) => {
      const { answers, told } = await beside({ [file]: text.replaceAll("NXDOMAIN", "NOERROR") });
      expect(answers).toEqual(["passed-on"]);
      // A whole Corefile that is not read is said all the same.
      expect(told.length).toBeLessThanOrEqual(1);
    },
  );

  it.each([
    "test/dns.go",
    "pkg/testdata/dns.go",
    "fixtures/dns.py",
    "examples/dns.ts",
    "dns_test.go",
    "src/dns.spec.ts",
    "e2e/dns.go",
    "spec/dns.py",
    "dns_spec.rb",
    "src/DnsTest.java",
    "dns.bats",
    "dns.tftest.hcl",
    "dns.py.bak",
    "dns.py.orig",
    "Makefile.example",
  ])("is a note in %s", async (file) => {
    expect(await beside({ [file]: `x = \`\n${COREFILE}\`\n` })).toEqual({
      answers: ["passed-on"],
      told: [`notice ${file}:4`],
    });
  });

  it.each([
    ["documentation", "README.md", COREFILE],
    ["a manual's page", "man/coredns-template.7", COREFILE],
    ["a text to be read", "docs/dns.txt", `Deny it:\n\n${COREFILE}`],
    ["a change", "fix.patch", COREFILE],
    ["a licence", "LICENSE", COREFILE],
    ["a comment of Go", "dns.go", `// ${COREFILE.replaceAll("\n", "\n// ")}\n`],
    ["a comment of Python", "dns.py", `# template ANY AAAA { rcode NXDOMAIN }\nx = 1 # template IN AAAA\n`],
    ["a comment of a Helm template", "chart/templates/_x.tpl", `{{/*\n${COREFILE}*/}}\n`],
    [
      "a comment of a Corefile that is read",
      "dns/Corefile",
      `.:53 {\n    # template ANY AAAA\n    forward . 10.0.0.2\n}\n`,
    ],
    ["a comment of Terraform in several lines", "dns.tf", `/*\n${COREFILE}*/\nlocals {}\n`],
    ["a comment of Java", "Dns.java", `/**\n * ${LINES.replaceAll("\n", "\n * ")}\n */\nclass Dns {}\n`],
    ["a comment of XML", "dns.xml", `<a>\n<!--\n${COREFILE}-->\n</a>\n`],
    ["a comment of Ruby", "dns.rb", `=begin\n${COREFILE}=end\n`],
    ["a line of comment of Lua", "dns.lua", `-- ${COREFILE.replaceAll("\n", "\n-- ")}\n`],
    ["a comment of Lua", "dns.lua", `--[[\n${COREFILE}]]\n`],
    ["a comment of Haskell", "dns.hs", `{-\n${COREFILE}-}\n`],
    ["a comment of PowerShell", "dns.ps1", `<#\n${COREFILE}#>\n`],
    ["a comment of a batch file", "dns.cmd", `REM ${COREFILE.replaceAll("\n", "\nREM ")}\n`],
    [
      "a docstring of a module",
      "dns.py",
      `#!/usr/bin/env python3\n\n"""Denies it:\n\n${COREFILE}"""\nimport os\n`,
    ],
    [
      "a docstring of a function",
      "dns.py",
      `def deny(zone: str) -> str:  # all\n    """Returns\n\n${COREFILE}    """\n    return zone\n`,
    ],
    ["a docstring of a class", "dns.py", `class Deny(Base):\n\n    r'''Writes\n${COREFILE}'''\n`],
    ["a comment of Vim", "syntax/corefile.vim", `" ${COREFILE.replaceAll("\n", '\n" ')}\nsyn match a /b/\n`],
    ["hosts that go on", "dns.ts", `const c = \`\n${HOSTS.replace("}", "    fallthrough\n}")}\`;\n`],
    [
      "hosts of values that go on",
      "dns.ts",
      'const v = {name: "hosts", configBlock: "10.0.0.1 db.corp.example\\nfallthrough"};\n',
    ],
    ["hosts of another kind", "dns.ts", 'const v = { hosts: { "10.0.0.1": "a.example" }, name: "hosts" };\n'],
    ["a map of hosts", "hosts.cue", 'hosts {\n  "10.0.0.1": "a.example"\n}\n'],
    ["a comment of ERB", "dns.erb", `<%#\n${COREFILE}%>\n`],
    ["a page's component", "site/Dns.vue", `<pre>\n${COREFILE}</pre>\n`],
    ["a policy on Corefiles", "dns.rego", `deny if contains(c, "template ANY AAAA { rcode NXDOMAIN }")\n`],
    ["a line of a zone file", "db.example", "template IN AAAA 2001:db8::1\nwww IN AAAA 2001:db8::2\n"],
    [
      "a pod's template",
      "job.yaml",
      "kind: Job\nspec:\n  template:\n    spec:\n      containers:\n        - command: [sh, -c, 'dig AAAA db | grep NXDOMAIN']\n",
    ],
    [
      "Ansible's module",
      "tasks.yml",
      "- ansible.builtin.template:\n    src: a.j2\n    dest: /a\n- command: dig AAAA db\n  failed_when: \"'NXDOMAIN' not in r.stdout\"\n",
    ],
    [
      "a package of templates",
      "dns.go",
      'import "text/template"\nvar types = []string{"A", "AAAA"}\nvar codes = []string{"NXDOMAIN"}\n',
    ],
    ["a class of C++", "dns.cc", "template <int T> struct Q { int v = AAAA; };\nenum { NXDOMAIN };\n"],
    ["an option", "dns.sh", "x --template a --type AAAA --fail-on NXDOMAIN\n"],
    ["a Caddyfile", "Caddyfile.conf", "example.com {\n    log\n    tls off\n    header / X-Y z\n}\n"],
    [
      "nginx.conf",
      "nginx.conf",
      "http {\n    server {\n        listen 80;\n        server_name example.com;\n    }\n}\n",
    ],
    ["a style sheet", "x.conf", ".cache {\n    hosts: 1;\n}\n"],
    ["words of another kind", "x.ts", `const ANY = "template", AAAA = 1; resolve("AAAA");\n`],
  ])("is not %s", async (_, file, text) => {
    const { answers, told } = await beside({ [file]: text });
    expect([answers.includes("unknown"), told]).toEqual([false, []]);
  });

  it.each([
    ["a value that is no docstring", "dns.py", `x = {\n  "a":\n    """\n${COREFILE}""",\n}\n`],
    [
      "a string behind a docstring",
      "dns.py",
      `def deny():\n    """Denies."""\n    return """\n${COREFILE}"""\n`,
    ],
    ["a docstring that is used", "dns.py", `"""\n${COREFILE}"""\nprint(__doc__)\n`],
    ["Vim9's map", "dns.vim", `vim9script\nvar c = {\n"a": "template ANY AAAA { rcode NXDOMAIN }"}\n`],
    [
      "a text in Vim's script",
      "dns.vim",
      `let c =<< trim END\n" template ANY AAAA {\n"   rcode NXDOMAIN\nEND\n`,
    ],
  ])("is %s", async (_, file, text) => {
    const { answers, told } = await beside({ [file]: text });
    expect([answers, told.length]).toEqual([["unknown"], 1]);
  });

  it("opens A and every part of the names too, but for what is denied as it is", async () => {
    const blocks =
      "    corp.example:53 {\n        template ANY A {\n            rcode NXDOMAIN\n        }\n        forward . 10.0.0.2\n    }\n" +
      "    shop.example:53 {\n        template ANY AAAA {\n            rcode NXDOMAIN\n        }\n        forward . 10.0.0.2\n    }\n";
    const files = { "dns.ts": `const c = \`\n${COREFILE}\`;\n`, "dns.yaml": CLEAN + blocks };
    const { clusterFiles, unread } = await discovered(files);
    const { profiles } = await foundClusters(clusterFiles, readSettings({}), unread);
    const told = profiles.map(({ addresses, parts = [] }) => [
      addresses?.external.kind,
      ...parts.map(({ aaaa, a }) => `${aaaa.kind} ${a.kind}`),
    ]);
    expect(told).toEqual([["unknown", "unknown NXDOMAIN", "NXDOMAIN passed-on"]]);
  });

  it("is a gap that denies nothing where it is a Corefile alone", async () => {
    const plain = COREFILE.replace(LINES, "cache 30");
    expect(await beside({ "dns.ts": `const c = \`\n${plain}\`;\n` })).toEqual({
      answers: ["passed-on"],
      told: ["gap dns.ts:2"],
    });
  });

  it("is a note where an option names the cluster", async () => {
    const tree = memoryTree({
      "dns.ts": `const c = \`\n${COREFILE}\`;\n`,
      "read.yaml": CLEAN.replace("forward", `${LINES}\n        forward`),
    });
    const settings = { ...readSettings({}), corefiles: ["given.yaml"] };
    const named = { read: async () => CLEAN, cluster: async () => [] };
    const { clusters, diagnostics } = await survey({ tree, settings, named, diagnostics: [] }, {});
    expect(clusters.profiles.map(({ answers }) => answers.external.kind)).toEqual(["passed-on"]);
    const told = diagnostics.filter(({ code }) => code === "corefile-unread");
    expect(told.map(({ weight, at }) => `${weight} ${at?.file}:${at?.line}`)).toEqual(["notice dns.ts:4"]);
  });

  it.each([false, true])(
    "is not told of a file that options name; in an entry of clusters: %s",
    async (inEntry) => {
      const tree = memoryTree({ "shop/dns/good": COREFILE, "shop/dns/other": COREFILE });
      const says = readSettings({ corefile: "./shop/dns/good" });
      const entry = { name: "prod", says, workloads: [], namespaces: [], overlays: [] };
      const settings = {
        ...(inEntry ? { ...readSettings({}), clusters: [entry] } : says),
        directory: "shop",
      };
      const named = { read: async () => COREFILE, cluster: async () => [] };
      const { diagnostics } = await survey({ tree, settings, named, diagnostics: [] }, {});
      const told = diagnostics.filter(({ code }) => code === "corefile-unread");
      expect(told.map(({ message, at }) => `${at?.file}: ${message}`)).toEqual([
        "shop/dns/other: AAAA is denied or rewritten here, and nothing reads files of this kind",
      ]);
    },
  );
});
