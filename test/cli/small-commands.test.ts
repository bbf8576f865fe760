import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { IMAGES } from "../../examples/images.mjs";
import { libcOf } from "../../src/cli/lookup-image.ts";
import type { ImageProfile } from "../../src/model/image-profile.ts";
import { readConfig } from "../../src/settings/config-file.ts";
import { rulePage } from "../../src/report/rule-page.ts";
import { RULES } from "../../src/rules/index.ts";
import { VERSION } from "../../src/model/program.ts";
import type { TestServer } from "../support/faulty-registry.ts";
import { temporaryFolder } from "../support/folder.ts";
import { startImageRegistry } from "../support/image-registry.ts";
import { GLIBC } from "../support/judged.ts";
import { image, onMusl } from "../support/profiles.ts";
import { muslgate } from "../support/in-process.ts";

describe("-v and -V", () => {
  it("say the version", async () => {
    for (const flag of ["-v", "-V", "--version"])
      expect(await muslgate([flag])).toEqual({ code: 0, out: `${VERSION}\n`, err: "" });
  });
});

describe("a file in another encoding", () => {
  const scratch = temporaryFolder();
  const text = readFileSync("examples/cluster/node-local-dns.yaml", "utf8");
  const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
  const files = {
    "UTF-16, little end first": bytes,
    "UTF-16, big end first": Buffer.from(bytes).swap16(),
    "UTF-16 without a mark": bytes.subarray(2),
    "UTF-8 with a mark": Buffer.from(`\ufeff${text}`),
  };

  it.each(Object.entries(files))("is read by every command that takes a Corefile: %s", async (name, body) => {
    const file = scratch.write(`${name.replace(/\W/g, "")}.yaml`, body);
    const told = async (...args: string[]) => {
      const { code, out, err } = await muslgate(args);
      return { code, out: out.replaceAll(file, "examples/cluster/node-local-dns.yaml"), err };
    };
    const asWritten = "examples/cluster/node-local-dns.yaml";
    for (const args of [["corefile"], ["lookup", "db", "--corefile"]])
      expect(await told(...args, file)).toEqual(await told(...args, asWritten));
    const fix = await muslgate(["corefile", file, "--fix"]);
    if (name.startsWith("UTF-8")) expect(fix.out).toContain("+            rcode NOERROR");
    else
      expect(fix.err).toBe(
        `muslgate: ${file} cannot be read: it is not UTF-8\n  Save it as UTF-8 to have it corrected.\n`,
      );
  });
});

describe("a wrong call", () => {
  const scratch = temporaryFolder();
  const prose = scratch.write(
    "README.md",
    "# DNS\n\nHow names are looked up here.\n\nforward is what the other servers are for,\ncache keeps what they say.\nAsk us first.\nAsk twice.\nThen change it.\n",
  );
  const fenced = scratch.write(
    "NOTES",
    "How to set it up:\n\n```\n.:53 {\n    forward . 10.0.0.2\n}\n```\n\nhealth is not asked } for.\n",
  );
  const odd = scratch.write("notes.txt", "Some text.\n");
  it.each([
    [["--nope"], "unknown option '--nope'"],
    [["repoo"], "unknown command 'repoo'"],
    [["repo", "a", "b"], "too many arguments for 'repo'. Expected 1 argument but got 2"],
    [["image"], "missing required argument 'reference'"],
    [["fleet", "plan"], "missing required argument 'file'\n  Run muslgate fleet plan --help"],
    [
      ["fleet", "merge", "a.plan"],
      "required option '--store <STORE...>' not specified\n  Run muslgate fleet merge --help",
    ],
    [["fleet", "nope"], "unknown command 'nope'\n  Run muslgate fleet --help"],
    [["repo", "--limit"], "option '--limit <NAME=NUMBER...>' argument missing"],
    [["repo", "nowhere"], "nowhere does not exist"],
    [["init", "nowhere"], "nowhere is no folder"],
    [["corefile", "nowhere"], "nowhere cannot be read: no such file or folder"],
    [["image", "rootfs-tar:nowhere.tar", "--corefile", "nowhere"], "nowhere"],
    [["repo", "--config", "nowhere"], "the configuration nowhere cannot be read: no such file or folder"],
    [["repo", "--baseline", "nowhere"], "nowhere"],
    [["lookup", "db", "--resolv-conf", "nowhere"], "nowhere"],
    [["lookup", "db", "--corefile", "nowhere"], "nowhere"],
    [["probe", "--server", "127.0.0.1:1", "--corefile", "nowhere"], "nowhere"],
    [["image", "MyOrg/Api:RC1"], "MyOrg/Api:RC1 is no image: names of images have no upper-case letters"],
    [["probe", "--format", "sarif", "--server", "127.0.0.1"], '--format is "sarif", which is not known here'],
    [["image", odd], `${odd} is no image`],
    [["image", "docker-archiv:a.tar"], "  Did you mean docker-archive:? Check the path"],
    [["help", "imag"], "unknown command 'imag'\n  Did you mean image? Run muslgate --help"],
    [["help", "fleet", "nope"], "unknown command 'nope'"],
    [["corefile", prose], "README.md is no Corefile"],
    [["corefile", fenced], "NOTES is no Corefile"],
    [["corefile", odd], `${odd} is no Corefile: its lines are not directives of CoreDNS`],
    [["repo", scratch.path, "--corefile", odd], "is no Corefile: its lines are not directives of CoreDNS"],
    [["lookup", "db", "--corefile", odd], "is no Corefile: its lines are not directives of CoreDNS"],
    [["lookup", "db", "--server", "foo"], '--server is "foo"'],
    [["cluster", odd], `Pipe the file: muslgate cluster - < ${odd}`],
    [["repo", "--to", ""], "--to is empty"],
    [["repo", "--base="], "--base is empty"],
    [["image", "x", "--corefile", "a.yaml", " "], "--corefile is empty"],
    [["fleet", "merge", "a.plan", "--store", "s", "--baseline", ""], "--baseline is empty"],
    [["fleet", "plan", "a.yaml", "--out", ""], "--out is empty"],
    [["fleet", "read", "a.plan", "--store="], "--store is empty"],
    [["fleet", "read", " ", "--store", "s"], "<plan> is empty"],
    [["corefile", "x", "--format", ""], "--format is empty"],
    [["corefile", "x", "--name", "a.", ""], "--name is empty"],
    [["probe", "--server", ""], "--server is empty"],
    [["lookup", "db", "--dns-config="], "--dns-config is empty"],
    [["lookup", ""], "<name> is empty"],
    [["lookup", "shop/api"], '"shop/api" is no name of a host'],
    [["cluster", "--context", ""], "--context is empty"],
    [["diff", "a", ""], "<cluster> is empty"],
    [["image", "a.tar", ""], "<reference> is empty"],
    [["repo", " "], "<folder> is empty"],
    [["init", ""], "<folder> is empty"],
    [["explain", "nope"], 'the rule is "nope"'],
    [["completion", "tcsh"], 'the shell is "tcsh"'],
  ])("of %j is told in one voice, and what to do next below it", async (args, said) => {
    const { code, out, err } = await muslgate(args);
    expect(err).toMatch(/^muslgate: [^\n]+\n {2}\S[^\n]+\n$/);
    expect(err).toContain(said);
    expect([code, out]).toEqual([2, ""]);
  });
});

describe("did you mean", () => {
  it.each([
    [
      ["repo", "--corfile", "x"],
      /unknown option '--corfile'\n {2}Did you mean --corefile\? Run muslgate repo --help /,
    ],
    [["repos"], /unknown command 'repos'\n {2}Did you mean repo\? Run muslgate --help /],
    [["repo", "--fail-on", "eror"], /--fail-on is "eror"\n {2}Did you mean error\? Write one of: error, /],
    [["repo", "--limit", "layerByte=1"], /no limit called "layerByte"\n {2}Did you mean layerBytes\? /],
    [["explain", "ndots"], /Did you mean ndots-too-low\? Write one of: /],
    [["explain", "musl-paired-lookups"], /Did you mean musl-paired-lookup\? Write one of: /],
    [
      ["corefile", "x", "--type", "AAA"],
      /--type is "AAA", which is not known here\n {2}Did you mean AAAA\? /,
    ],
    [["probe", "--server", "127.0.0.1", "--format", "jsn"], /Did you mean json\? /],
    [["completion", "bahs"], /Did you mean bash\? /],
  ])("%j", async (args, said) => {
    const { code, out, err } = await muslgate(args);
    expect(err).toMatch(said);
    expect(code).toBe(2);
    expect(out).toBe("");
  });
  it("speaks of a variable, and of a line of the configuration, where that is meant", async () => {
    const folder = temporaryFolder();
    folder.write("muslgate.yaml", "fail-om: error\n");
    expect((await muslgate(["repo"], {}, folder.path)).err).toMatch(
      /muslgate\.yaml:1:1: there is no option "fail-om"\n {2}Did you mean fail-on\? There are: /,
    );
    const { err } = await muslgate(["repo"], { MUSLGATE_FAIL_ON: "eror" }, dirname(folder.path));
    expect(err).toMatch(/MUSLGATE_FAIL_ON is "eror"/);
  });
  it("names options as flags", async () => {
    const { code, err } = await muslgate(["image", "x", "--registry-username", "me"]);
    expect(err).toMatch(/without --registry\n {2}Give --registry, --registry-username and the password/);
    expect(code).toBe(2);
  });
});

describe("muslgate explain", () => {
  it.each(RULES)("prints the page of $id", async (rule) => {
    const { code, out } = await muslgate(["explain", rule.id]);
    expect(out).toBe(`${rulePage(rule)}\n`);
    expect(code).toBe(0);
  });
});

describe("muslgate corefile", () => {
  const folder = temporaryFolder();
  const file = (annotations: string) =>
    folder.write(
      "dns.yaml",
      `apiVersion: v1
kind: ConfigMap
metadata: {name: node-local-dns, namespace: kube-system${annotations}}
data:
  Corefile: |
    .:53 {
        template ANY AAAA {
            rcode NXDOMAIN
        }
        forward . /etc/resolv.conf
    }
`,
    );
  const KEPT = "GKE keeps this ConfigMap and puts its own back after a change.";

  it("says beside a correction that GKE undoes it, where GKE made the ConfigMap, and nowhere else", async () => {
    const ofGke = file(", annotations: {app.kubernetes.io/created-by: kube-addon-manager}");
    expect((await muslgate(["corefile", ofGke])).out).toContain(KEPT);
    const fixed = await muslgate(["corefile", ofGke, "--fix"]);
    expect(fixed.err).toContain(KEPT);
    expect(fixed.out).toMatch(/^\+\s+rcode NOERROR$/m);
    const own = file("");
    expect((await muslgate(["corefile", own])).out).not.toContain(KEPT);
    expect((await muslgate(["corefile", own, "--fix"])).err).not.toContain(KEPT);
  });
});

describe("muslgate lookup", () => {
  const folder = temporaryFolder();
  const pod = (...lines: string[]) =>
    folder.write("pod.yaml", ["metadata: { namespace: shop }", "spec:", ...lines, ""].join("\n"));
  const look = async (...args: string[]) => {
    const { code, out } = await muslgate(["lookup", ...args, "--format", "json"]);
    const { told, resolvConf } = JSON.parse(out) as {
      resolvConf: string;
      told: { libcs: string[]; ways: { error?: string }[] }[];
    };
    return { code, resolvConf, errors: told.map(({ ways }) => ways.map(({ error }) => error)) };
  };

  it("finds a Service by its short name", async () => {
    expect(await look("api.shop")).toMatchObject({ code: 0, errors: [[undefined], [undefined]] });
  });
  it("reads a pod's dnsConfig", async () => {
    const file = pod("  dnsConfig: { options: [{ name: ndots, value: '1' }] }");
    const { code, resolvConf, errors } = await look("api.shop", "--dns-config", file);
    expect(resolvConf).toBe(
      "search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:1\n",
    );
    expect({ code, errors }).toEqual({ code: 1, errors: [["EAI_NONAME"], [undefined]] });
  });
  it("takes a pod without a word on DNS for ClusterFirst in its namespace", async () => {
    const file = pod("  template: { spec: { containers: [{ name: api }] } }");
    const { code, resolvConf } = await look("api", "--dns-config", file);
    expect(resolvConf).toMatch(
      /^search shop\.svc\.cluster\.local .*\nnameserver 10\.96\.0\.10\noptions ndots:5\n$/,
    );
    expect(code).toBe(0);
  });
  it("asks a Corefile, and of one musl alone", async () => {
    const corefile = ["--corefile", "examples/cluster/node-local-dns.yaml"];
    expect(await look("api.shop", ...corefile, "--musl", "1.2.5")).toMatchObject({
      code: 1,
      errors: [["EAI_NONAME"], [undefined]],
    });
    expect(await look("api.shop", ...corefile, "--musl", "1.1.24")).toMatchObject({ code: 0 });
  });
  it("takes a public name for no Service's, and says so", async () => {
    const { code, out, err } = await muslgate(["lookup", "github.com"]);
    expect(err).toBe(
      "github.com is taken for a public name; if it is a Service's, give --exists github.com.svc.cluster.local.\n",
    );
    expect(out).toContain("Taken to exist: github.com, with an A record alone.");
    expect(code).toBe(0);
    const given = await muslgate(["lookup", "github.com", "--exists", "github.com.svc.cluster.local"]);
    expect(given.err).toBe("");
    expect(given.out).toContain("Taken to exist: github.com.svc.cluster.local, with");
    const service = await muslgate(["lookup", "api.com.svc"]);
    expect(service.out).toContain("Taken to exist: api.com.svc.cluster.local, with");
    // A closing dot, and nothing is searched.
    expect((await muslgate(["lookup", "api.shop."])).out).toContain("Taken to exist: api.shop, with");
  });
  it("takes the Services of the manifests to exist, and their pods, wherever the pod is", async () => {
    const of = (name: string, more: string) =>
      `---\napiVersion: v1\nkind: Service\nmetadata: {name: ${name}${more}}\nspec: {clusterIP: None}\n`;
    const spec = "---\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web}]}\n";
    const file = folder.write(
      "all.yaml",
      [spec, of("api", ", namespace: io"), of("pg", ""), of("db", ", namespace: shop")].join(""),
    );
    const taken = async (name: string, ...args: string[]) => {
      const { out, err } = await muslgate(["lookup", name, "--dns-config", file, ...args]);
      expect(err).toBe("");
      return /^Taken to exist: (.*), with an A/m.exec(out)?.[1];
    };
    // Its ending is a public one, and the namespace of a Service.
    expect(await taken("api.io")).toBe("api.io.svc.cluster.local");
    expect(await taken("api.io.svc.")).toBe("api.io.svc");
    expect(await taken("x-0.pg")).toBe("x-0.pg.default.svc.cluster.local");
    expect(await taken("x-0.pg", "--namespace", "shop")).toBe("x-0.pg.shop.svc.cluster.local");
    expect(await taken("pod.db.shop")).toBe("pod.db.shop.svc.cluster.local");
    // Of one that is not in sight the form decides; a StatefulSet's pod is called like its set.
    expect(await taken("cache")).toBe("cache.default.svc.cluster.local");
    expect(await taken("redis-0.redis-headless")).toBe("redis-0.redis-headless.default.svc.cluster.local");
    expect(await taken("web-1.shop")).toBe("web-1.shop.svc.cluster.local");
  });
  it("finds in a cluster's records the names alone that exist", async () => {
    const corefile = folder.write(
      "good",
      ".:53 {\n  kubernetes cluster.local\n  hosts {\n    10.0.0.1 db.svc.cluster.local\n    fallthrough\n  }\n  forward . 10.0.0.2\n}\n",
    );
    const stops = async (...args: string[]) => {
      const { code, out } = await muslgate(["lookup", ...args, "--corefile", corefile]);
      const [, ...names] = out.split("\n\n");
      return { code, at: names.find((text) => text.includes(": stops"))?.split("\n", 1)[0] };
    };
    expect(await stops("www.example.com")).toEqual({ code: 0, at: "www.example.com" });
    expect(await stops("api.shop")).toEqual({ code: 0, at: "api.shop.svc.cluster.local" });
    const other = ["--exists", "www.example.com.svc.cluster.local"];
    expect(await stops("www.example.com", ...other)).toEqual({ code: 0, at: other[1] });
    expect(await stops("www.example.com", "--exists", "other.")).toMatchObject({ code: 1 });
    // A line of the Corefile is as good as a record.
    expect(await stops("db", "--exists", "other.")).toEqual({ code: 0, at: "db.svc.cluster.local" });
  });
  it.each([
    [["x", "--musl", "9"], /"9" is not a musl whose lookups are known/],
    [["x", "--dns-config", "none.yaml"], /none\.yaml cannot be read/],
    [["x", "--dns-config", "package.json"], /package\.json has no pod, dnsPolicy or dnsConfig/],
    [["x", "--family", "ipv4"], /--family is "ipv4"/],
  ])("refuses %j", async (args, said) => {
    const { code, err, out } = await muslgate(["lookup", ...args]);
    expect(err).toMatch(said);
    expect({ code, out }).toEqual({ code: 2, out: "" });
  });
  it("does not know what a Corefile answers that was not read", async () => {
    const { code, out, err } = await muslgate(["lookup", "x", "--corefile", "README.md"]);
    expect(err).toMatch(/README\.md:\d+/);
    expect(out).toMatch(/what comes of it is not known/);
    expect(code).toBe(3);
  });
  it("does not guess what a node asks", async () => {
    const { code, err } = await muslgate(["lookup", "x", "--dns-config", pod("  dnsPolicy: Default")]);
    expect(err).toMatch(/asks what its node asks\n {2}Give --resolv-conf/);
    expect(code).toBe(2);
  });
});

describe("muslgate lookup --image", () => {
  let registry: TestServer;
  beforeAll(async () => {
    registry = await startImageRegistry({
      "shop/api:1.0": IMAGES["shop-api"]!,
      "shop/legacy:1.0": IMAGES["shop-legacy"]!,
    });
  });
  afterAll(() => registry.close());
  const corefile = ["--corefile", "examples/cluster/node-local-dns.yaml"];

  it.each([
    ["shop/api:1.0", 1, /^musl 1\.2\.1 to 1\.2\.3 +fails/m],
    ["shop/legacy:1.0", 0, /^musl 1\.2\.0 and older +resolves/m],
  ])("tells it by the libc of %s", async (name, expected, said) => {
    const args = ["lookup", "api.shop", ...corefile, "--image", `${registry.host}/${name}`];
    const { code, out, err } = await muslgate(args);
    expect({ code, err }).toEqual({ code: expected, err: "" });
    expect(out).toMatch(said);
    expect(out).toContain(`${registry.host}/${name}: `);
    // One generation of musl and glibc, no other.
    expect(out.match(/^(?:musl|glibc)\b.*(?:fails|resolves)/gm)).toHaveLength(2);
  });

  it.each([
    [["--image", "x", "--musl", "1.2.5"], 2, /--image and --musl/],
    [["--image", "127.0.0.1:1/none:1"], 3, /127\.0\.0\.1:1/],
  ])("refuses %j", async (args, expected, said) => {
    const { code, err, out } = await muslgate(["lookup", "api.shop", ...args]);
    expect(err).toMatch(said);
    expect({ code, out }).toEqual({ code: expected, out: "" });
  });

  it.each<[string, Partial<ImageProfile>, Partial<ReturnType<typeof libcOf>>]>([
    ["glibc", { process: GLIBC }, { generations: [], isKnown: true }],
    [
      "glibc with a nsswitch.conf",
      { process: GLIBC, glibcFiles: ["/etc/nsswitch.conf"] },
      { isKnown: false },
    ],
    ["a musl before its search list", { process: onMusl("1.1.5") }, { generations: [], isKnown: false }],
    ["what is not known", { process: { kind: "unknown", reason: "no.", chain: [] } }, { isKnown: false }],
    [
      "a resolver of its own",
      { process: { kind: "own-resolver", reason: "Go.", chain: [] } },
      { isKnown: false },
    ],
  ])("knows of %s", (_, profile, expected) => {
    expect(libcOf({ ...image(onMusl("1.2.5")), ...profile })).toMatchObject(expected);
  });
});

describe("muslgate init", () => {
  const folder = temporaryFolder();
  const workflow = () => readFileSync(join(folder.path, ".github/workflows/muslgate.yml"), "utf8");
  const config = () => readFileSync(join(folder.path, "muslgate.yaml"), "utf8");

  it("writes a workflow and a configuration, and says what it found and wrote", async () => {
    const { code, out, err } = await muslgate(["init", folder.path]);
    expect(err).toBe("");
    expect(out).toBe(
      [
        "found  no containers; nothing that says how a cluster's DNS answers",
        "wrote  .github/workflows/muslgate.yml: checks every pull request",
        "wrote  muslgate.yaml: says what muslgate is told here",
        "Next: say in muslgate.yaml how the cluster's DNS answers, then run muslgate repo.",
        "",
      ].join("\n"),
    );
    expect(code).toBe(0);
    expect(readConfig("muslgate.yaml", config()).options).toEqual({ "fail-on": "error" });
    expect(config()).toContain("# corefile: ");
  });
  it("writes the workflow that the README has, whatever it is pinned to", () => {
    const readme = /```yaml\n(name: names-resolve\n[\s\S]*?)```/.exec(readFileSync("README.md", "utf8"))?.[1];
    const unpinned = (text = "") => text.replace(/(muslgate\/muslgate@)\S+(?: # \S+)?/, "$1");
    expect(unpinned(workflow())).toBe(unpinned(readme));
    expect(parse(workflow()).jobs.muslgate.steps).toHaveLength(2);
  });
  it("overwrites nothing", async () => {
    folder.write("muslgate.yaml", "fail-on: note\n");
    folder.write(".github/workflows/muslgate.yml", "mine\n");
    const { code, out } = await muslgate(["init", folder.path]);
    expect(out).toMatch(
      /^left {3}\.github\/workflows\/muslgate\.yml as it is\nleft {3}muslgate\.yaml as it is$/m,
    );
    expect(code).toBe(0);
    expect([config(), workflow()]).toEqual(["fail-on: note\n", "mine\n"]);
  });
  it("names what it found, hostile names too, and leaves a configuration of another name alone", async () => {
    const other = temporaryFolder();
    const corefile = readFileSync("examples/cluster/node-local-dns.yaml", "utf8");
    const hostile = "a\u001b[2J\nfail-on: never #.yaml";
    other.write("deploy/api.yaml", readFileSync("examples/deploy/api.yaml", "utf8"));
    other.write(hostile, corefile);
    const { out } = await muslgate(["init", other.path]);
    expect(out).toMatch(/^found {2}\d+ containers?; .*a\\u\{1b\}\[2J fail-on: never #\.yaml$/m);
    expect(out).toMatch(/^Next: run muslgate repo\.$/m);
    const text = readFileSync(join(other.path, "muslgate.yaml"), "utf8");
    expect(readConfig("muslgate.yaml", text).options).toEqual({ "fail-on": "error" });
    expect(text).not.toContain("\u001b");
    const third = temporaryFolder();
    third.write(".muslgate.yaml", "");
    expect((await muslgate(["init", third.path])).out).toContain("left   .muslgate.yaml as it is");
    expect(existsSync(join(third.path, "muslgate.yaml"))).toBe(false);
  });
  it("follows no link, and says what is in its way", async () => {
    const linked = temporaryFolder();
    const elsewhere = temporaryFolder();
    symlinkSync(elsewhere.path, join(linked.path, ".github"));
    const { code, err } = await muslgate(["init", linked.path]);
    expect(err).toMatch(/workflows\/muslgate\.yml cannot be written: \.github is no folder/);
    expect(code).toBe(2);
    expect(existsSync(join(elsewhere.path, "workflows"))).toBe(false);
    symlinkSync(join(elsewhere.path, "out.yaml"), join(elsewhere.path, "muslgate.yaml"));
    expect((await muslgate(["init", elsewhere.path])).out).toContain("left   muslgate.yaml as it is");
    expect(existsSync(join(elsewhere.path, "out.yaml"))).toBe(false);
    expect((await muslgate(["init", join(linked.path, "nope")])).code).toBe(2);
  });
});

describe("muslgate complete", () => {
  const complete = async (...words: string[]) => (await muslgate(["complete", "--", ...words])).out;
  it.each([
    [["ex"], /^explain\t.*\n:4\n$/],
    [["repo", "--fail-on-"], /^--fail-on-unknown\t.*\n:4\n$/],
    [["repo", "--format", "j"], /^json\t\njunit\t\n:4\n$/],
    [["explain", "search-"], /^search-dot\t\nsearch-too-long\t\nsearch-stops\t\n:4\n$/],
    [["completion", ""], /^bash\t\nzsh\t\nfish\t\n:4\n$/],
    [["repo", "--gke-version", ""], /^:4\n$/],
    [["repo", "--corefile", ""], /^:0\n$/],
    [["repo", "--corefile", "a.yaml", ""], /^:0\n$/],
    [["image", "a.tar", ""], /^:0\n$/],
    [["init", ""], /^:0\n$/],
    [["no-such-command", "x"], /^:4\n$/],
    [["fleet", ""], /^plan\t.*\nread\t.*\nmerge\t.*\n:4\n$/],
    [["fleet", "plan", "--sh"], /^--shards\t.*\n:4\n$/],
    [["fleet", "plan", "--format", ""], /^table\t\njson\t\n:4\n$/],
    [["fleet", "plan", "--out", ""], /^:0\n$/],
    [["fleet", "merge", ""], /^:0\n$/],
    [["--", "--", "$(touch x)", "\u001b[2J"], /^:4\n$/],
  ])("%j", async (words, said) => {
    expect(await complete(...words)).toMatch(said);
  });
});
