// The inputs that mean harm, each by its kind. Must write nothing outside the folder it is given.
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { alpine, ociLayout } from "../examples/images.mjs";
import { tar } from "../examples/tar.mjs";

const GKE = ["--gke-version", "1.22.6-gke.1000", "--node-local-dns", "enabled"];
const LOOK = ["repo", ".", ...GKE, "--base", "none"];
const POD =
  "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: team/api:1}]}\n";
const STANZA = "template ANY AAAA {\n    rcode NXDOMAIN\n  }";
const many = (count, text) => Array.from({ length: count }, (_, i) => text(i)).join("");
const address = (i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;

function put(folder, files) {
  for (const [name, body] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, body);
  }
}

const repository = (files) => (folder) => {
  put(folder, files);
  return { args: LOOK };
};
const corefile =
  (text, ...flags) =>
  (folder) => {
    put(folder, { Corefile: text });
    return { args: ["corefile", "Corefile", ...flags] };
  };
/** A repository whose muslgate.yaml is what `make` puts at this path. */
const configured = (make) => (folder) => {
  put(folder, { "pod.yaml": POD });
  make(join(folder, "muslgate.yaml"), folder);
  return { args: LOOK };
};

/** A header of 900 KB that names nothing, and an empty file after it: the same bytes compressed once. */
function paxMember() {
  const size = 900_000;
  const record = Buffer.from(`${size} comment=`.padEnd(size - 1, "x").concat("\n"));
  const [header] = [tar([{ name: "pax", body: record }])];
  header.write("x", 156);
  header.write(" ".repeat(8), 148);
  const sum = header.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  const file = tar([{ name: "a", body: "" }]);
  return gzipSync(Buffer.concat([header.subarray(0, -1024), file.subarray(0, -1024)]));
}

/** What each input is called, and a function that makes it in a folder and says how muslgate is run on it. */
export const INPUTS = {
  "configuration: a report over a hook of git": (folder) => {
    execFileSync("git", ["init", "--quiet", folder]);
    put(folder, {
      "$(touch owned).yaml": POD,
      ".git/hooks/post-checkout": "#!/bin/sh\n",
      "muslgate.yaml": "json-file: .git/hooks/post-checkout\n",
    });
    return { args: LOOK };
  },
  "configuration: a link to /dev/zero": configured((path) => symlinkSync("/dev/zero", path)),
  "configuration: a named pipe": configured((path) => execFileSync("mkfifo", [path])),
  "configuration: a link out of the folder": configured((path, folder) => {
    const outside = `${folder}-outside.yaml`;
    writeFileSync(outside, "fail-on: never\nsecret-of-outside: 1\n");
    symlinkSync(outside, path);
  }),
  "10,000 ignore rules, 2,000 files, no git": repository({
    ".gitignore": many(10_000, (i) => `*a${i}b\n`),
    ...Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`d${i % 50}/file${i}.yaml`, POD])),
  }),
  "10,000 ignore rules, 2,000 files, in git": (folder) => {
    execFileSync("git", ["init", "--quiet", folder]);
    return INPUTS["10,000 ignore rules, 2,000 files, no git"](folder);
  },
  "a waiver's glob of 100 stars, a path of 2,000 letters": repository({
    [`${`${"a".repeat(249)}/`.repeat(8)}Corefile`]: `.:53 {\n  ${STANZA}\n  forward . 10.0.0.2\n}\n`,
    "pod.yaml": POD,
    "muslgate.yaml": `waivers:\n  - {rule: aaaa-denied, path: "${"**a".repeat(100)}b", reason: x, expires: 2099-01-01}\n`,
  }),
  "1,300 bytes of YAML whose aliases double": repository({
    "a.yaml": `items:\n- &a0 {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: "team/api:1"}]}}\n${many(20, (i) => `- &a${i + 1} {kind: List, apiVersion: v1, items: [*a${i}, *a${i}]}\n`)}kind: List\napiVersion: v1\n`,
  }),
  "3,000 templates with (a|b|c|d){1,300}x": corefile(
    `.:53 {\n${many(3_000, (i) => `  template IN AAAA z${i}.example {\n    match "(a|b|c|d){1,300}x"\n    rcode NXDOMAIN\n  }\n`)}  forward . 10.0.0.2\n}\n`,
  ),
  "networks as keys, 2,000 times": corefile(
    `${"0.0.0.0/1 10.0.0.0/9 2001:db8::/33 ".repeat(2_000)}{\n  ${STANZA}\n  forward . 10.0.0.2\n}\n`,
  ),
  "one template line of 4 MB": corefile(
    `.:53 {\n  template IN AAAA ${"example.com ".repeat(350_000)}{\n    rcode NXDOMAIN\n  }\n}\n`,
  ),
  "20,000 blocks that bind addresses": corefile(
    many(20_000, (i) => `.:53 {\n  bind ${address(i)}\n  ${STANZA}\n}\n`),
  ),
  "20,000 rewrites by pattern, corrected": corefile(
    `.:53 {\n  ${STANZA}\n${many(20_000, (i) => `  rewrite name regex (.*)a${i}b {1}.example\n`)}  forward . 10.0.0.2\n}\n`,
    "--fix",
  ),
  "40,000 server blocks": corefile(many(40_000, (i) => `z${i}.example:53 {\n  ${STANZA}\n}\n`)),
  "30,000 addresses in one bind": corefile(
    `.:53 {\n  bind ${many(30_000, (i) => `${address(i)} `)}\n  ${STANZA}\n}\n`,
  ),
  "a script that multiplies 60 KB, 12,000 times": (folder) => {
    const script = `#!/bin/sh\nC=${"$B".repeat(12_000)}\nexec $C\n`;
    const layers = [[...alpine("3.18.9", "1.2.4", "1.2.4-r2"), { name: "x.sh", mode: 0o755, body: script }]];
    for (const { name, body } of ociLayout("x:1", {
      layers,
      config: { Entrypoint: ["/x.sh"], Env: [`B=${"x".repeat(60_000)}`] },
    }))
      put(folder, { [`layout/${name}`]: body });
    return { args: ["image", "layout", "--no-cache", ...GKE] };
  },
  "20,000 PAX headers of 900 KB": (folder) => {
    const member = paxMember();
    put(folder, {
      "x.tar.gz": Buffer.concat([...Array.from({ length: 20_000 }, () => member), gzipSync(tar([]))]),
    });
    return { args: ["image", "x.tar.gz", "--no-cache", ...GKE] };
  },
  "a workflow of 20,000 jobs": repository({
    ".github/workflows/w.yml": `on: push\njobs:\n${many(20_000, (i) => `  j${i}: {runs-on: x, container: "team/api:${i}", steps: []}\n`)}`,
  }),
  "50,000 containers in 600 KB": repository({
    "a.yaml": `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n${"  - image: a\n".repeat(50_000)}`,
  }),
  "YAML in UTF-16 beside other files": (folder) => {
    put(folder, { "pod.yaml": POD, "other.yaml": Buffer.from(`\ufeff${POD}`, "utf16le") });
    return { args: [...LOOK, "--fail-on-unknown"], must: "other.yaml" };
  },
  "standard output full": (folder) => {
    put(folder, { Corefile: `.:53 {\n  ${STANZA}\n}\n` });
    return { args: ["corefile", "Corefile"], to: "/dev/full" };
  },
  "standard output closed": (folder) => {
    put(folder, { Corefile: `.:53 {\n  ${STANZA}\n}\n` });
    return { args: ["corefile", "Corefile"], to: "closed" };
  },
  "a plugin called ::error::x, on a runner": (folder) => {
    put(folder, { Corefile: `.:53 {\n  ::error::x\n  ${STANZA}\n}\n` });
    return { args: ["repo", "."], env: { GITHUB_ACTIONS: "true", COLUMNS: "40" } };
  },
  "escapes in a Corefile, corrected into a file": corefile(
    `.:53 {\n  # \u001b[2J\u001b]0;x\u0007\u202e\n  ${STANZA}\n  # \u001b[2J\n  forward . 10.0.0.2\n}\n`,
    "--fix",
  ),
};
