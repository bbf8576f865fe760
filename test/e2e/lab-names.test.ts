import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clusterProfile } from "../../src/cluster/profile.ts";
import { scan } from "../../src/judge/judge.ts";
import type { ImageProfile } from "../../src/model/image-profile.ts";
import type { Verdict } from "../../src/model/report.ts";
import { temporaryFolder } from "../support/folder.ts";
import { CORPUS, describeWith } from "../support/parts.ts";
import { image, workload } from "../support/profiles.ts";
import { profileOf } from "../support/sources.ts";
import { LAB_PAGE, labPage } from "./lab-page.ts";
import { CORE_DNS, coreDns } from "./lab-server.ts";

const SERVER = "169.254.20.10";
const UPSTREAM = "127.0.0.53";
/** Where a name is looked for: in what a Corefile treats otherwise, and beside it. */
const NAMES = { inside: "www.part.example", outside: "api.example.org" } as const;
type Where = keyof typeof NAMES;
const WHERE = ["inside", "outside"] as const;

/** Both names have an address of each kind that is asked for. */
const upstream = (types: readonly ("A" | "AAAA")[]) => `.:53 {
    bind ${UPSTREAM}
${types
  .map(
    (type) =>
      `    template IN ${type} {\n        answer "{{ .Name }} 60 IN ${type} ${type === "A" ? "192.0.2.77" : "fd00::77"}"\n    }`,
  )
  .join("\n")}
    template IN ANY {
        rcode NOERROR
    }
}
`;

interface Case {
  readonly directives: string;
  /** What the servers behind have for names. */
  readonly records: readonly ("A" | "AAAA")[];
}

const stanza = (head: string, ...lines: string[]) =>
  `    template ${head} {\n${lines.map((line) => `        ${line}\n`).join("")}    }\n`;

/** By how the table calls them. */
const CASES: Readonly<Record<string, Case>> = {
  "AAAA of one zone denied": { directives: stanza("IN AAAA part.example", "rcode NXDOMAIN"), records: ["A"] },
  "AAAA of a pattern denied": {
    directives: stanza("IN AAAA", "match ^www[.]", "rcode NXDOMAIN", "fallthrough"),
    records: ["A"],
  },
  "AAAA of one zone answered `rcode NOERROR`": {
    directives: stanza("IN AAAA part.example", "rcode NOERROR"),
    records: ["A"],
  },
  "A denied, names have IPv6 addresses": { directives: stanza("IN A", "rcode NXDOMAIN"), records: ["AAAA"] },
  "A of one zone denied, names have IPv6 addresses": {
    directives: stanza("IN A part.example", "rcode NXDOMAIN"),
    records: ["AAAA"],
  },
  "both denied": { directives: stanza("ANY ANY", "rcode NXDOMAIN"), records: ["A"] },
  "both denied in one zone": { directives: stanza("ANY ANY part.example", "rcode NXDOMAIN"), records: ["A"] },
  "`hosts` without `fallthrough`": {
    directives: "    hosts {\n        192.0.2.7 other.example\n    }\n",
    records: ["A"],
  },
};
const TITLES = Object.keys(CASES);

const corefile = ({ directives }: Case) =>
  `.:53 {\n    bind ${SERVER}\n${directives}    forward . ${UPSTREAM}\n}\n`;

const ALPINES = ["3.12.12", "3.13.12", "3.20.3"].map(
  (release) => `alpine-minirootfs-${release}-x86_64.tar.gz`,
);
/** This machine's own root, whose `getent` is glibc's. */
const GLIBC = "glibc";
const ROOTS = [...ALPINES, GLIBC];

type Effect = "resolves" | "fails";
type Seen = Readonly<Record<Where, Effect>>;

function run(namespace: ChildProcess, command: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile("nsenter", ["-t", String(namespace.pid), "-n", ...command], { timeout: 30_000 }, (_, out) =>
      resolve(out),
    );
  });
}

/** What the verdicts say becomes of the names: those about names that fare otherwise speak of the one inside. */
function told(verdicts: readonly Verdict[]): Seen {
  const hit = verdicts.filter(({ outcome }) => outcome === "affected");
  const effect = (fails: boolean): Effect => (fails ? "fails" : "resolves");
  const all = hit.some(({ names, except }) => except === undefined && names?.external.startsWith("fails"));
  return { inside: effect(all || hit.some(({ except }) => except !== undefined)), outside: effect(all) };
}

describeWith(
  {
    corpus: true,
    root: true,
    go: true,
    programs: ["unshare", "nsenter", "ip", "chroot", "tar", "mount", "getent"],
    files: ["/lib/x86_64-linux-gnu/libc.so.6"],
  },
  `names that fare otherwise, on real CoreDNS ${CORE_DNS}`,
  () => {
    const folder = temporaryFolder();
    const children: ChildProcess[] = [];
    const images = new Map<string, ImageProfile>();
    const seen = new Map<string, Map<string, Seen>>();
    const resolvConf = folder.write("resolv.conf", `nameserver ${SERVER}\noptions timeout:1 attempts:1\n`);

    const start = (program: string, args: readonly string[]): ChildProcess => {
      const child = spawn(program, args, { stdio: "ignore" });
      children.push(child);
      return child;
    };

    const serve = async (title: string, index: number): Promise<ChildProcess> => {
      const namespace = start("unshare", ["-n", "sleep", "300"]);
      while (readFileSync(`/proc/${namespace.pid}/comm`, "utf8").trim() !== "sleep") await wait(5);
      await run(namespace, ["ip", "link", "set", "lo", "up"]);
      await run(namespace, ["ip", "addr", "add", `${SERVER}/32`, "dev", "lo"]);
      // glibc asks for IPv6 addresses only where it has one itself.
      await run(namespace, ["ip", "addr", "add", "fd00::9/128", "dev", "lo", "nodad"]);
      const one = CASES[title]!;
      for (const [kind, text] of Object.entries({
        upstream: upstream(one.records),
        corefile: corefile(one),
      })) {
        const file = folder.write(`${kind}-${index}`, text);
        start("nsenter", ["-t", String(namespace.pid), "-n", coreDns(), "-quiet", "-conf", file]);
      }
      return namespace;
    };

    const look = async (namespace: ChildProcess, root: string, where: Where): Promise<Effect> => {
      const ask = ["getent", "ahosts", `${NAMES[where]}.`];
      const own = [
        "unshare",
        "-m",
        "sh",
        "-c",
        `mount --bind ${resolvConf} /etc/resolv.conf && exec "$@"`,
        "sh",
        ...ask,
      ];
      const out = await run(namespace, root === GLIBC ? own : ["chroot", join(folder.path, root), ...ask]);
      return /192\.0\.2\.77|fd00::77/.test(out) ? "resolves" : "fails";
    };

    /** Until both servers are up, by the one question that is answered in every case. */
    const ready = async (namespace: ChildProcess, { records }: Case): Promise<void> => {
      const [probe, wanted] = records[0] === "A" ? ["ahostsv4", "192.0.2.77"] : ["ahostsv6", "fd00::77"];
      const conf = folder.write(
        `ready-${namespace.pid}`,
        `nameserver ${UPSTREAM}\noptions timeout:1 attempts:1\n`,
      );
      for (let i = 0; i < 50; i++) {
        const command = `mount --bind ${conf} /etc/resolv.conf && exec getent ${probe} ${NAMES.outside}.`;
        const up = await run(namespace, ["unshare", "-m", "sh", "-c", command]);
        const listens = await run(namespace, ["cat", "/proc/net/udp"]);
        // 169.254.20.10:53 as the kernel writes it.
        if (up.includes(wanted) && listens.includes("0A14FEA9:0035")) return;
        await wait(100);
      }
      throw new Error("CoreDNS does not answer");
    };

    beforeAll(async () => {
      coreDns();
      for (const archive of ALPINES) {
        const root = join(folder.path, archive);
        mkdirSync(root);
        await new Promise((resolve) =>
          execFile("tar", ["-xzf", join(CORPUS, "alpine", archive), "-C", root], resolve),
        );
        writeFileSync(join(root, "etc/resolv.conf"), readFileSync(resolvConf));
        images.set(archive, await profileOf(join(CORPUS, "alpine", archive)));
      }
      images.set(GLIBC, image({ kind: "uses-glibc", reason: "It is linked to glibc.", chain: [] }));
      await Promise.all(
        TITLES.map(async (title, i) => {
          const namespace = await serve(title, i);
          await ready(namespace, CASES[title]!);
          const cells = await Promise.all(
            ROOTS.map(async (root) => {
              const [inside, outside] = await Promise.all(WHERE.map((where) => look(namespace, root, where)));
              return [root, { inside: inside!, outside: outside! }] as const;
            }),
          );
          seen.set(title, new Map(cells));
        }),
      );
    });

    afterAll(() => {
      for (const child of children) child.kill("SIGKILL");
    });

    describe.each(TITLES)("%s", (title) => {
      it.each(ROOTS)("the verdict is what happens: %s", async (root) => {
        const cluster = clusterProfile({
          corefiles: [{ file: "Corefile", text: corefile(CASES[title]!) }],
          nodeLocalDns: "auto",
          autopilot: false,
        });
        const report = await scan(
          { workloads: [workload("shop/api:1.0")], clusters: [cluster], containersNamed: true },
          async () => [{ profiles: [images.get(root)!], diagnostics: [] }],
        );
        const verdicts = report.judgements.filter((one) => one.workload !== undefined);
        expect(verdicts.map(({ verdict }) => verdict.outcome)).not.toContain("unknown");
        expect(told(verdicts.map(({ verdict }) => verdict))).toEqual(
          deniedOnPurpose(title) ?? seen.get(title)!.get(root)!,
        );
      });
    });

    it("docs/lab.md holds what was seen", async () => {
      const name = (root: string) =>
        root === GLIBC
          ? "glibc"
          : `Alpine ${/-(\d+\.\d+)\./.exec(root)?.[1]} (musl ${images.get(root)!.process.musl?.exact})`;
      const word = (effect: Effect) => (effect === "fails" ? "**fail**" : "resolve");
      const cell = ({ inside, outside }: Seen) =>
        inside === outside ? word(inside) : `part ${word(inside)}, others ${word(outside)}`;
      const rows = TITLES.map((title) => [title, ...ROOTS.map((root) => cell(seen.get(title)!.get(root)!))]);
      const table = [["Corefile", ...ROOTS.map(name)], Array(ROOTS.length + 1).fill("---"), ...rows];
      const lines = table.map((row) => `| ${row.join(" | ")} |`);
      await expect(labPage({ second: `\n${TEXT}\n${lines.join("\n")}\n` })).toMatchFileSnapshot(LAB_PAGE);
    });
  },
);

/** Of a zone in which every name is denied to everybody nothing is reported. */
function deniedOnPurpose(title: string): Seen | undefined {
  return title === "both denied in one zone" ? { inside: "resolves", outside: "resolves" } : undefined;
}

const TEXT = `A name that the Corefile treats otherwise than the rest, and one beside it, in Alpine and in glibc (\`getent ahosts\`, CoreDNS
${CORE_DNS}; made by test/e2e/lab-names.test.ts). In every cell the verdict is what was seen; a zone that is denied to everybody is held to be
denied on purpose, and is not reported.
`;
