import { applyEdits } from "../../src/text/edit.ts";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clusterProfile } from "../../src/cluster/profile.ts";
import { readCorefileInput } from "../../src/cluster/corefiles/find.ts";
import { findEdits } from "../../src/mend/corefile-edits.ts";
import type { NameScope } from "../../src/model/cluster-profile.ts";
import type { ImageProfile } from "../../src/model/image-profile.ts";
import type { ProbeResult } from "../../src/model/probe.ts";
import type { NameEffect } from "../../src/model/report.ts";
import type { SearchList } from "../../src/model/workload.ts";
import { pairedLookup } from "../../src/rules/musl-paired-lookup.ts";
import { searchDot } from "../../src/rules/search-dot.ts";
import { searchTooLong } from "../../src/rules/search-too-long.ts";
import { temporaryFolder } from "../support/folder.ts";
import { CORPUS, describeWith } from "../support/parts.ts";
import { cluster as answering, workload } from "../support/profiles.ts";
import { profileOf } from "../support/sources.ts";
import { LAB_PAGE, labPage } from "./lab-page.ts";
import { CORE_DNS, coreDns } from "./lab-server.ts";
import { checked } from "../support/checked.ts";

/** Where the article's two node-local-dns listen. */
const SERVER = "169.254.20.10";
const BOUND = [SERVER, "10.120.0.10", "10.36.16.10"];
/** Where the cluster's own DNS and the outside are played. */
const UPSTREAM = "127.0.0.53";
/** musl's timeout here; anything that takes this long waited for it. */
const TIMEOUT_S = 2;
const NAMES: Readonly<Record<NameScope, { full: string; inPod: string; address: string }>> = {
  internal: { full: "api.shop.svc.cluster.local", inPod: "api.shop", address: "10.120.7.7" },
  external: { full: "www.example.com", inPod: "www.example.com", address: "192.0.2.77" },
};
const SCOPES: readonly NameScope[] = ["internal", "external"];

/** What a pod's resolv.conf says, with less patience. */
const RESOLV_CONF = `nameserver ${SERVER}
search shop.svc.cluster.local svc.cluster.local cluster.local
options ndots:5 timeout:${TIMEOUT_S} attempts:1
`;

/** Answers as any proper server does: A for the two names, NODATA for AAAA, and that there is no other name. */
const UPSTREAM_COREFILE = `.:53 {
    bind ${UPSTREAM}
${SCOPES.map((scope) => {
  const { full, address } = NAMES[scope];
  const match = `match ^${full.replaceAll(".", "[.]")}[.]$\n        fallthrough`;
  return `    template IN A {
        ${match}
        answer "{{ .Name }} 60 IN A ${address}"
    }
    template IN AAAA {
        ${match}
    }`;
}).join("\n")}
    template ANY ANY {
        rcode NXDOMAIN
    }
}
`;

/** The ConfigMaps that are served, by how the table calls them. */
function variants(): Readonly<Record<string, string>> {
  const read = (version: string) =>
    readFileSync(join(CORPUS, "corefile", `gke-${version}.configmap.yaml`), "utf8");
  const denied = read("1.22.6-gke.1000");
  const stanza = /^ *template ANY AAAA \{\n.*\n *\}\n/m;
  const stanzas = denied.split(stanza);
  const found = stanza.exec(denied)?.[0] ?? "";
  const match = denied.replaceAll(
    "rcode NXDOMAIN",
    'match "^blocked[.]example[.]$"\n          rcode NXDOMAIN',
  );
  return {
    "GKE 1.21.6-gke.1500, as in the article": read("1.21.6-gke.1500"),
    "GKE 1.22.6-gke.1000, as in the article: `rcode NXDOMAIN`": denied,
    "the same, corrected by `muslgate corefile --write`": corrected(denied),
    "`rcode SERVFAIL`": denied.replaceAll("NXDOMAIN", "SERVFAIL"),
    "`rcode REFUSED`": denied.replaceAll("NXDOMAIN", "REFUSED"),
    "`rcode NXDOMAIN` in `cluster.local` only": `${stanzas[0]}${found}${stanzas.slice(1).join("")}`,
    "`rcode NXDOMAIN` in `.` only": `${stanzas.slice(0, -1).join("")}${found}${stanzas.at(-1)}`,
    "`rcode SERVFAIL` in `cluster.local` only": `${stanzas[0]}${found}${stanzas.slice(1).join("")}`.replace(
      "NXDOMAIN",
      "SERVFAIL",
    ),
    "`match` without `fallthrough`": match,
    "`match`, corrected by `muslgate corefile --write`": corrected(match),
  };
}

function corrected(text: string): string {
  return applyEdits(text, findEdits("c.yaml", text, readCorefileInput("c.yaml", text)));
}

/** A list whose line in resolv.conf has so many characters, a useful domain first. */
function lineOf(length: number): SearchList {
  const useful = "svc.cluster.local";
  const padding = "x."
    .repeat((length - `search ${useful} `.length) >> 1)
    .padEnd(length - `search ${useful} `.length, "y");
  return { domains: [useful, padding.replace(/\.$/, "y")], afterCluster: false };
}

const SEARCH_LISTS: Readonly<Record<string, SearchList>> = {
  "the cluster's domains and `.`": { domains: ["."], afterCluster: true },
  "`.` first": { domains: [".", "svc.cluster.local"], afterCluster: false },
  "`.` last, no cluster": { domains: ["svc.cluster.local", "."], afterCluster: false },
  "254 characters": lineOf(254),
  "255 characters": lineOf(255),
};

/** What was seen in one root file system against one ConfigMap. */
interface Seen {
  /** `getent ahosts` of the whole name, without search. */
  readonly getent: Readonly<Record<NameScope, NameEffect>>;
  /** Whether busybox wget found the name as a pod writes it. */
  readonly wget: Readonly<Record<NameScope, boolean>>;
}

interface Run {
  readonly code: number;
  readonly out: string;
  /** It ended only after musl's timeout, all but a twentieth of it. */
  readonly late: boolean;
}

function runIn(namespace: ChildProcess, command: readonly string[]): Promise<Run> {
  return new Promise((resolve) => {
    let late = false;
    const waited = setTimeout(() => (late = true), TIMEOUT_S * 950);
    const args = ["-t", String(namespace.pid), "-n", ...command];
    execFile("nsenter", args, { timeout: 60_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      clearTimeout(waited);
      resolve({ code, out: stdout + stderr, late });
    });
  });
}

describeWith(
  { corpus: true, root: true, go: true, programs: ["unshare", "nsenter", "ip", "chroot", "tar"] },
  `real CoreDNS ${CORE_DNS}, real Alpine`,
  () => {
    const folder = temporaryFolder();
    const served = variants();
    const names = Object.keys(served);
    const archives = readdirSync(join(CORPUS, "alpine"))
      .filter((name) => name.endsWith("-x86_64.tar.gz"))
      .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
    const releaseOf = (archive: string) => /-(\d+\.\d+)\.\d+-/.exec(archive)?.[1] ?? archive;
    const children: ChildProcess[] = [];
    const images = new Map<string, ImageProfile>();
    const seen = new Map<string, Map<string, Seen>>();
    const probed = new Map<string, readonly ProbeResult[]>();
    let namespaces: readonly ChildProcess[] = [];

    const start = (program: string, args: readonly string[]): ChildProcess => {
      const child = spawn(program, args, { stdio: "ignore" });
      children.push(child);
      return child;
    };

    /** A network of its own for each ConfigMap, so that all can be served at the addresses they name. */
    const serve = async (name: string, index: number): Promise<ChildProcess> => {
      const namespace = start("unshare", ["-n", "sleep", "300"]);
      // Until unshare has become sleep, the process is still in our own network.
      const own = () => readFileSync(`/proc/${namespace.pid}/comm`, "utf8").trim() === "sleep";
      while (!own()) await wait(5);
      await runIn(namespace, ["ip", "link", "set", "lo", "up"]);
      // The names' own addresses too: what connects to them is refused at once.
      for (const address of [...BOUND, ...SCOPES.map((scope) => NAMES[scope].address)])
        await runIn(namespace, ["ip", "addr", "add", `${address}/32`, "dev", "lo"]);
      const [input] = readCorefileInput("configmap.yaml", served[name]!).corefiles;
      const corefile = input!.source.text
        .replaceAll("__PILLAR__CLUSTER__DNS__", UPSTREAM)
        .replaceAll("__PILLAR__UPSTREAM__SERVERS__", UPSTREAM);
      for (const [kind, text] of Object.entries({ upstream: UPSTREAM_COREFILE, corefile })) {
        const file = folder.write(`${kind}-${index}`, text);
        start("nsenter", ["-t", String(namespace.pid), "-n", coreDns(), "-quiet", "-conf", file]);
      }
      return namespace;
    };

    /** Both servers reply to A. */
    const ready = async (namespace: ChildProcess): Promise<void> => {
      for (let i = 0; i < 20; i++) {
        const { out } = await runIn(namespace, [
          "chroot",
          join(folder.path, archives.at(-1)!),
          "getent",
          "ahostsv4",
          `${NAMES.external.full}.`,
        ]);
        if (out.includes(NAMES.external.address)) return;
        await wait(100);
      }
      throw new Error("CoreDNS does not answer");
    };

    const look = async (namespace: ChildProcess, archive: string): Promise<Seen> => {
      const chroot = (...command: string[]) =>
        runIn(namespace, ["chroot", join(folder.path, archive), ...command]);
      const getent = async (scope: NameScope): Promise<NameEffect> => {
        const { full, address } = NAMES[scope];
        const { out, late } = await chroot("getent", "ahosts", `${full}.`);
        if (out.includes(address)) return late ? "resolves-slowly" : "resolves";
        return late ? "fails-slowly" : "fails";
      };
      const wget = async (scope: NameScope): Promise<boolean> => {
        const { out } = await chroot("wget", "-O", "-", "-T", "1", `http://${NAMES[scope].inPod}/`);
        // Nothing listens there: a name that was found ends in a refused or unreachable connection.
        return !out.includes("bad address");
      };
      const both = async <T>(one: (scope: NameScope) => Promise<T>) => ({
        internal: await one("internal"),
        external: await one("external"),
      });
      return { getent: await both(getent), wget: await both(wget) };
    };

    beforeAll(async () => {
      coreDns();
      for (const archive of archives) {
        const root = join(folder.path, archive);
        mkdirSync(root);
        await new Promise((resolve) =>
          execFile("tar", ["-xzf", join(CORPUS, "alpine", archive), "-C", root], resolve),
        );
        writeFileSync(join(root, "etc/resolv.conf"), RESOLV_CONF);
        images.set(archive, await profileOf(join(CORPUS, "alpine", archive)));
      }
      namespaces = await Promise.all(names.map(serve));
      await Promise.all(
        names.map(async (name, i) => {
          const namespace = namespaces[i]!;
          await ready(namespace);
          const cells = await Promise.all(
            archives.map(async (archive) => [archive, await look(namespace, archive)] as const),
          );
          seen.set(name, new Map(cells));
          const asked = SCOPES.flatMap((scope) => ["--name", NAMES[scope].full]);
          const { out } = await runIn(namespace, [
            process.execPath,
            join(process.cwd(), "dist/cli.js"),
            "probe",
            `--server=${SERVER}`,
            ...asked,
            `--timeout=${TIMEOUT_S}`,
            "--attempts=1",
            "--format=json",
          ]);
          probed.set(name, (JSON.parse(out) as { results: ProbeResult[] }).results);
        }),
      );
    });

    afterAll(() => {
      for (const child of children) child.kill("SIGKILL");
    });

    describe.each(names)("%s", (name) => {
      it.each(archives)("the verdict is what happens in %s", (archive) => {
        const corefiles = [{ file: "configmap.yaml", text: served[name]! }];
        const cluster = clusterProfile({ corefiles, nodeLocalDns: "enabled", autopilot: false });
        const image = images.get(archive)!;
        const verdict = checked(pairedLookup, { workload: workload(basename(archive)), image, cluster });
        const { getent, wget } = seen.get(name)!.get(archive)!;
        expect(verdict.names!).toEqual(getent);
        const found = (scope: NameScope) => !verdict.names![scope].startsWith("fails");
        expect({ internal: found("internal"), external: found("external") }).toEqual(wget);
      });

      it.each([
        ["3.6", "1.2.0 and older"],
        ["3.12", "1.2.0 and older"],
        ["3.13", "1.2.1 to 1.2.3"],
        ["3.18", "1.2.4 and newer"],
        ["3.19", "1.2.4 and newer"],
      ])("the probe says what getent ahosts does in Alpine %s", (release, generation) => {
        const archive = archives.find((one) => releaseOf(one) === release)!;
        const { getent } = seen.get(name)!.get(archive)!;
        const [internal, external] = probed
          .get(name)!
          .map(({ outcomes }) => outcomes.find((outcome) => outcome.generation === generation)?.effect);
        expect({ internal, external }).toEqual(getent);
      });
    });

    // Behind the others: they share the root file systems' resolv.conf.
    describe.each(Object.entries(SEARCH_LISTS))("search list: %s", (_, searches) => {
      const cluster = ["shop.svc.cluster.local", "svc.cluster.local", "cluster.local"];
      const list = [...(searches.afterCluster ? cluster : []), ...searches.domains].join(" ");

      it.each(archives)("the verdict is what happens in %s", async (archive) => {
        const image = images.get(archive)!;
        const given = { workload: workload(archive, { searches }), image, cluster: answering("NODATA") };
        const verdict = checked(searchDot, given) ?? checked(searchTooLong, given);
        const text = RESOLV_CONF.replace(/^search .*$/m, `search ${list}`);
        writeFileSync(join(folder.path, archive, "etc/resolv.conf"), text);
        const resolve = async (scope: NameScope): Promise<NameEffect> => {
          const command = ["chroot", join(folder.path, archive), "getent", "ahosts", NAMES[scope].inPod];
          const { out, late } = await runIn(namespaces[0]!, command);
          const slowly = late ? "-slowly" : "";
          return `${out.includes(NAMES[scope].address) ? "resolves" : "fails"}${slowly}`;
        };
        const [internal, external] = await Promise.all(SCOPES.map(resolve));
        expect({ internal, external }).toEqual(
          verdict?.names ?? { internal: "resolves", external: "resolves" },
        );
      });
    });

    it("docs/lab.md holds what was seen", async () => {
      const cell = ({ internal, external }: Seen["getent"]) =>
        internal === external ? WORDS[internal] : `Services ${WORDS[internal]}, others ${WORDS[external]}`;
      const head = archives.map((archive) => {
        const { exact } = images.get(archive)!.process.musl ?? {};
        return `Alpine ${releaseOf(archive)} (musl ${exact})`;
      });
      const rows = names.map((name) => [
        name,
        ...archives.map((archive) => cell(seen.get(name)!.get(archive)!.getent)),
      ]);
      const table = [["Corefile", ...head], Array(head.length + 1).fill("---"), ...rows];
      const lines = table.map((row) => `| ${row.join(" | ")} |`);
      await expect(labPage({ first: `${INTRODUCTION}\n${lines.join("\n")}\n` })).toMatchFileSnapshot(
        LAB_PAGE,
      );
    });
  },
);

const WORDS: Readonly<Record<NameEffect, string>> = {
  fails: "**fail**",
  "fails-slowly": "**fail** after the timeout",
  "resolves-slowly": "resolve after the timeout",
  resolves: "resolve",
  unknown: "?",
};

const INTRODUCTION = `<!-- Made by test/e2e/lab.test.ts; \`npx vitest run -u\` writes it anew where root, Go and the corpus are present. -->
# What real images do on real CoreDNS

Seen, not computed: \`getent ahosts\` in a chroot of Alpine's official root file systems, asking CoreDNS ${CORE_DNS} with the
node-local-dns ConfigMaps of the article and variants of them, for a Service and for a name outside. Each cell says
what happens to names. In every cell the verdict of \`muslgate\` is the same, busybox \`wget\` with a pod's
own \`resolv.conf\` finds or misses the name alike, and \`muslgate probe\` says so beforehand.
`;
