import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, it } from "vitest";
import { resolverOptionIgnored } from "../../src/rules/resolver-option-ignored.ts";
import { temporaryFolder } from "../support/folder.ts";
import { GLIBC, judged } from "../support/judged.ts";
import { describeWith, findProgram } from "../support/parts.ts";
import { onMusl } from "../support/profiles.ts";
import type { LabCase, Row } from "./lookup-lab-cases.ts";
import { buildLookupLab, type LookupLab, MUSLS, type Observed } from "./lookup-lab-roots.ts";

/** A setting that musl does not read, a lookup that tells whether it is read, and the setting in a pod. */
interface Setting {
  readonly what: string;
  readonly pod: string;
  readonly name?: string;
  readonly without?: Partial<LabCase>;
  readonly having: Partial<LabCase>;
  /** What musl asks all the same; `SERVER:TYPE:u|t:NAME`. */
  readonly musl: readonly string[];
  /** What glibc asks with it: the control, without which musl's questions prove nothing. */
  readonly glibc?: readonly string[];
  /** glibc does not act on it either, or not in this lookup. */
  readonly glibcToo?: boolean;
}

const NAME = "www.example.com";
const CONF = "nameserver {0}\noptions ndots:1 timeout:1 attempts:1";
const THREE = "nameserver {0}\nnameserver {1}\nnameserver {2}\noptions ndots:1 timeout:1 attempts:1";
const rows = (name: string): readonly Row[] =>
  [0, 1, 2].flatMap((server): readonly Row[] => [
    { server, name, type: "A", heard: { rcode: "NOERROR", addresses: ["127.0.0.1"] } },
    { server, name, type: "AAAA", heard: { rcode: "NOERROR", addresses: ["::1"] } },
  ]);
/** Who asks one after the other waits for the first answer for ever. */
const A_LOST: readonly Row[] = [
  { server: 0, name: NAME, type: "A", heard: "nothing" },
  { server: 0, name: NAME, type: "AAAA", heard: { rcode: "NOERROR", addresses: ["::1"] } },
];
const asks = (over: "t" | "u", name = NAME, servers: readonly number[] = [0]) =>
  servers.flatMap((server) => [`${server}:1:${over}:${name}`, `${server}:28:${over}:${name}`]).toSorted();
const dns = (option: string) => `  dnsConfig: {options: [{name: ${option}}]}\n`;
const pod = (spec: string, container = "") => ({
  "pod.yaml": `apiVersion: v1
kind: Pod
metadata: {name: front, namespace: web}
spec:
${spec}  containers:
    - name: app
      image: shop/front:1.0
${container}`,
});
const option = (what: string, more: Partial<Setting> = {}): Setting => ({
  what,
  pod: pod(dns(what))["pod.yaml"],
  having: { resolvConf: `${CONF} ${what}\n` },
  musl: asks("u"),
  ...more,
});
const variable = (what: string, value: string, more: Partial<Setting>): Setting => ({
  what,
  pod: pod("", `      env: [{name: ${what}, value: '${value}'}]\n`)["pod.yaml"],
  having: { env: { [what]: value } },
  musl: asks("u"),
  ...more,
});
const file = (what: string, text: string, more: Partial<Setting> = {}): Setting => ({
  what,
  pod: pod("", `      volumeMounts: [{name: x, mountPath: ${what}, subPath: x}]\n`)["pod.yaml"],
  having: { files: { [what]: text } },
  musl: asks("u"),
  ...more,
});

/** no-aaaa came with glibc 2.36. */
const [, MINOR = "0"] =
  (findProgram("ldd") && /\b2\.(\d+)$/m.exec(execFileSync("ldd", ["--version"], { encoding: "utf8" }))) || [];
const HAS_NO_AAAA = Number(MINOR) >= 36;

const SETTINGS: readonly Setting[] = [
  option("use-vc", { glibc: asks("t") }),
  ...["single-request", "single-request-reopen"].map((what) =>
    option(what, { without: { rows: A_LOST }, glibc: [`0:1:u:${NAME}`] }),
  ),
  option("rotate", {
    without: { resolvConf: `${THREE}\n` },
    having: { resolvConf: `${THREE} rotate\n` },
    musl: asks("u", NAME, [0, 1, 2]),
  }),
  HAS_NO_AAAA ? option("no-aaaa", { glibc: [`0:1:u:${NAME}`] }) : option("no-aaaa", { glibcToo: true }),
  option("edns0", { glibc: asks("u") }),
  option("trust-ad", { glibc: asks("u") }),
  // glibc maps no address for getaddrinfo, with it or without.
  option("inet6", { glibcToo: true }),
  // glibc refuses such a name before it asks, with it or without.
  option("no-check-names", {
    name: "a*b.example",
    without: { rows: rows("a*b.example") },
    musl: asks("u", "a*b.example"),
    glibcToo: true,
  }),
  variable("RES_OPTIONS", "use-vc", { glibc: asks("t") }),
  variable("LOCALDOMAIN", "corp.example", {
    name: "db",
    without: {
      resolvConf: `search shop.example\n${CONF}\n`,
      rows: [...rows("db.shop.example"), ...rows("db.corp.example")],
    },
    musl: asks("u", "db.shop.example"),
    glibc: asks("u", "db.corp.example"),
  }),
  file("/etc/gai.conf", "precedence ::ffff:0:0/96 100\n", { glibc: asks("u") }),
  file("/etc/nsswitch.conf", "hosts: files\n", { glibc: [] }),
];

/** All that the setting could change. */
const effect = ({ error, inOrder, asked, questions }: Observed) => ({ error, inOrder, asked, questions });

describeWith(
  {
    corpus: true,
    root: true,
    files: ["/lib64/ld-linux-x86-64.so.2"],
    programs: ["unshare", "nsenter", "ip", "chroot", "tar", "gcc", "musl-gcc"],
  },
  "settings that musl does not read, and what it asks with them and without",
  () => {
    const folder = temporaryFolder();
    let lab: LookupLab;
    let id = 0;
    beforeAll(async () => {
      lab = await buildLookupLab(folder.path, 1);
    }, 120_000);
    afterAll(() => lab.end());

    const look = async (libc: string, name: string, more: Partial<LabCase>) =>
      effect(
        await lab.sandboxes.get(libc)![0]!.look({
          id: id++,
          name,
          family: "any",
          resolvConf: `${CONF}\n`,
          hosts: "",
          rows: rows(NAME),
          tcp: ["open", "open", "open"],
          ...more,
        }),
      );

    it.each(SETTINGS)(
      "$what",
      { timeout: 120_000 },
      async ({ what, pod: text, name = NAME, without = {}, having, musl, glibc, glibcToo }) => {
        for (const libc of Object.keys(MUSLS)) {
          const verdicts = await judged(resolverOptionIgnored, { "pod.yaml": text }, onMusl(libc));
          expect(verdicts.map(({ level }) => level)).toEqual(["note"]);
          expect(verdicts[0]?.summary).toContain(`does not read ${what}: the setting has no effect`);
          const before = await look(libc, name, without);
          expect([libc, before.asked]).toEqual([libc, musl]);
          expect([libc, await look(libc, name, { ...without, ...having })]).toEqual([libc, before]);
        }
        expect(await judged(resolverOptionIgnored, { "pod.yaml": text }, GLIBC)).toEqual([]);
        const before = await look("glibc", name, without);
        let after = await look("glibc", name, { ...without, ...having });
        if (glibcToo) {
          expect(after).toEqual(before);
          return;
        }
        // With rotate, glibc begins with a server at random, which may be the first.
        for (let again = 0; again < 64 && JSON.stringify(after) === JSON.stringify(before); again++)
          after = await look("glibc", name, { ...without, ...having });
        expect(after).not.toEqual(before);
        if (glibc !== undefined) expect(after.asked).toEqual(glibc);
      },
    );

    it("says nothing of a pod without one", async () => {
      for (const libc of Object.keys(MUSLS))
        expect(await judged(resolverOptionIgnored, pod(""), onMusl(libc))).toEqual([]);
    });
  },
);
