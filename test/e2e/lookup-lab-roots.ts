/** The lab of lookups: sandboxes with a real libc and servers that answer as told, in one network namespace. Must not be used without root, gcc and musl-gcc. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { plainAddress } from "../../src/lookup/literal.ts";
import { CORPUS } from "../support/parts.ts";
import { type LabCase, withServers } from "./lookup-lab-cases.ts";

/** The C libraries that are asked, by version. */
export const MUSLS: Readonly<Record<string, string>> = {
  "1.1.16": "3.6.5",
  "1.1.24": "3.12.12",
  "1.2.2": "3.13.12",
  "1.2.3": "3.17.10",
  "1.2.4": "3.18.9",
  "1.2.4_git20230717": "3.19.4",
  "1.2.5": "3.20.3",
};

/** What a lookup came to in a sandbox. */
export interface Observed {
  /** getaddrinfo's number, or `s8` for a signal. */
  readonly error: string;
  readonly tookMs: number;
  /** Each once, sorted. */
  readonly addresses: readonly string[];
  /** As the program was given them. */
  readonly inOrder: readonly string[];
  /** `SERVER:TYPE:u|t:NAME`, each once, sorted. */
  readonly asked: readonly string[];
  /** `SERVER:u|t:HEX`, each question as it came but for its number, each once, sorted. */
  readonly questions: readonly string[];
}

const RCODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;
const TYPES = { A: 1, AAAA: 28 } as const;

/** A process that looks names up, one after the other. */
export class Sandbox {
  /** Of its servers' addresses. */
  readonly prefix: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  constructor(holder: number, root: string, prefix: string) {
    this.prefix = prefix;
    const inside = ["-t", String(holder), "-n", "chroot", root, "/client", prefix];
    this.#child = spawn("nsenter", inside, {
      stdio: ["pipe", "pipe", "ignore"],
      env: { PATH: process.env.PATH },
    });
    this.#reader = createInterface({ input: this.#child.stdout! });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  async look(one: LabCase): Promise<Observed> {
    this.#child.stdin!.write(caseText(one, this.prefix));
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`the sandbox died of case ${one.id}: ${JSON.stringify(one)}`);
    const [id, error = "", ms, addresses = "-", asked = "-", questions = "-"] = value.split(" ");
    if (id !== String(one.id)) throw new Error(`not an answer to case ${one.id}: ${value}`);
    const list = (text: string) => (text === "-" ? [] : text.split(","));
    const inOrder = [...new Set(list(addresses).map(plainAddress))];
    return {
      error,
      tookMs: Number(ms),
      addresses: inOrder.toSorted(),
      inOrder,
      asked: list(asked).toSorted(),
      questions: list(questions).toSorted(),
    };
  }

  end(): void {
    this.#child.kill("SIGKILL");
    this.#reader.close();
  }
}

function caseText(one: LabCase, prefix: string): string {
  const block = (word: string, text: string) => `${word} ${Buffer.byteLength(text)}\n${text}`;
  const family = { any: 0, inet: 4, inet6: 6 }[one.family];
  const rows = one.rows.map(({ server, name, type, heard }) => {
    const reply = heard === "nothing" ? { rcode: "NOERROR" as const, addresses: undefined } : heard;
    const { rcode, addresses, afterMs = 0, udp = -1 } = { afterMs: undefined, udp: undefined, ...reply };
    const numbers = [server, TYPES[type], RCODES[rcode], afterMs, udp, addresses?.length ?? -1];
    return `answer ${[...numbers, name, ...(addresses ?? [])].join(" ")}\n`;
  });
  return [
    `case ${one.id} ${family} ${one.name}\n`,
    block("resolv", withServers(one.resolvConf, prefix)),
    block("hosts", one.hosts),
    ...Object.entries(one.files ?? {}).map(([path, text]) => block(`file ${path}`, text)),
    ...Object.entries(one.env ?? {}).map(([key, value]) => `env ${key}=${value}\n`),
    `tcp ${one.tcp.map((mode) => mode[0]).join(" ")}\n`,
    ...rows,
    "go\n",
  ].join("");
}

/** The sandboxes of every libc, `each` of them; to be ended. */
export async function buildLookupLab(folder: string, each: number): Promise<LookupLab> {
  const source = join(import.meta.dirname, "lookup-lab/client.c");
  const programs = { musl: join(folder, "client.musl"), glibc: join(folder, "client.glibc") };
  execFileSync("musl-gcc", ["-O1", "-o", programs.musl, source]);
  execFileSync("gcc", ["-O1", "-o", programs.glibc, source]);
  const holder = spawn("unshare", ["-n", "sleep", "infinity"], { stdio: "ignore" });
  // Until unshare has become sleep, the process is still in our own network.
  while (readFileSync(`/proc/${holder.pid}/comm`, "utf8").trim() !== "sleep") await wait(5);
  const ip = (text: string) =>
    execFileSync("nsenter", ["-t", String(holder.pid), "-n", "ip", ...text.split(" ")]);
  ip("link set lo up");
  // What is sent into it is lost, and nobody is told.
  ip("link add lost type veth peer name nobody");
  ip("link set lost arp off up");
  ip("link set nobody arp off up");
  const sandboxes = new Map<string, Sandbox[]>();
  let network = 0;
  for (const libc of [...Object.keys(MUSLS), "glibc"]) {
    const root = join(folder, libc);
    mkdirSync(join(root, "etc"), { recursive: true });
    if (libc === "glibc") glibcRoot(root, programs.glibc);
    else muslRoot(root, programs.musl, MUSLS[libc]!);
    const all = Array.from({ length: each }, (_, i) => {
      const own = join(folder, `${libc}-${i}`);
      linkTree(root, own);
      network++;
      return new Sandbox(holder.pid!, own, `127.${1 + (network >> 8)}.${network & 255}`);
    });
    sandboxes.set(libc, all);
  }
  return {
    sandboxes,
    drop: (address) => {
      const route = `unicast ${address}/32 dev lost table local`;
      ip(`route add ${route}`);
      return () => ip(`route del ${route}`);
    },
    end: () => {
      for (const sandbox of [...sandboxes.values()].flat()) sandbox.end();
      holder.kill("SIGKILL");
    },
  };
}

/** The sandboxes by libc. */
export interface LookupLab {
  readonly sandboxes: ReadonlyMap<string, readonly Sandbox[]>;
  /** Loses all that is sent to an address, as a policy of a network plugin does, until what it returns is called. */
  readonly drop: (address: string) => () => void;
  readonly end: () => void;
}

function muslRoot(root: string, program: string, alpine: string): void {
  const archive = join(CORPUS, "alpine", `alpine-minirootfs-${alpine}-x86_64.tar.gz`);
  execFileSync("tar", ["-xzf", archive, "-C", root, "./lib/ld-musl-x86_64.so.1"]);
  copyFileSync(program, join(root, "client"));
}

function glibcRoot(root: string, program: string): void {
  copyFileSync(program, join(root, "client"));
  const libraries = execFileSync("ldd", [program], { encoding: "utf8" }).matchAll(/(\/\S+) \(0x/g);
  for (const [, library = ""] of libraries) {
    mkdirSync(join(root, library, ".."), { recursive: true });
    copyFileSync(library, join(root, library));
    chmodSync(join(root, library), 0o755);
  }
  // As Debian has both.
  writeFileSync(join(root, "etc/nsswitch.conf"), "hosts: files dns\n");
  writeFileSync(join(root, "etc/host.conf"), "multi on\n");
}

function linkTree(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isDirectory()) linkTree(join(from, entry.name), join(to, entry.name));
    else linkSync(join(from, entry.name), join(to, entry.name));
  }
}
