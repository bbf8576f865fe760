import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RESOLVER_GENERATIONS } from "../../src/knowledge/musl.ts";
import { lookup } from "../../src/lookup/lookup.ts";
import type { Way } from "../../src/lookup/question.ts";
import { DIFFERENCES } from "./differences.ts";

const COLUMNS = [...RESOLVER_GENERATIONS, "glibc" as const];

/** What comes of a lookup, in a cell. */
function cell(ways: readonly Way[]): string {
  const texts = ways.map(({ error, addresses, tookMs }) => {
    const late = tookMs > 0 ? ` after ${tookMs / 1000} s` : "";
    if (error !== undefined) return `**${error}**${late}`;
    if (addresses.length > 2) {
      const six = addresses.filter((address) => address.includes(":")).length;
      return [`${addresses.length} addresses`, ...(six > 0 ? [`${six} of them IPv6`] : [])].join(", ") + late;
    }
    return `${addresses.join(", ")}${late}`;
  });
  return [...new Set(texts)].join(" or ");
}

function page(): string {
  const groups = [...new Set(DIFFERENCES.map(({ group }) => group))];
  const head = ["", ...COLUMNS.map((libc) => (libc === "glibc" ? "glibc 2.36" : `musl ${libc.name}`)), ""];
  const tables = groups.flatMap((group) => {
    const rows = DIFFERENCES.filter((one) => one.group === group).map(({ what, question, note = "" }) => [
      what,
      ...COLUMNS.map((libc) => cell(lookup(question, libc))),
      note,
    ]);
    const lines = [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`);
    return [`## ${group}`, "", ...lines, ""];
  });
  const sources = RESOLVER_GENERATIONS.map(({ name, citation }) => `- musl ${name}: ${citation.source}.`);
  return `${[...INTRODUCTION, ...tables, ...GLIBC_ALONE, ...SOURCES, ...sources].join("\n")}\n`;
}

const INTRODUCTION = [
  "<!-- Made by test/lookup/differences.test.ts of what lookup() says; `npx vitest run test/lookup -u` writes it anew. -->",
  "# Where musl and glibc look names up differently",
  "",
  "What `getaddrinfo` comes to with the same `resolv.conf`, the same `/etc/hosts` and the same answers. Every cell is computed",
  "by `src/lookup/`, which follows the sources of both and is held to what real libcs do: random lookups in chroots of Alpine",
  "3.6 to 3.20 and with Debian's glibc 2.36, with addresses, error, time and every question compared. `or` stands where",
  "answers race. Where nothing else is said, the pod's `resolv.conf` is that of ClusterFirst with `ndots:5` in namespace `shop`.",
  "`muslgate lookup NAME` shows the same for a name of your own, question by question.",
  "",
];

/** What test/e2e/options-lab.test.ts sees, which looks at questions and not only at what comes of them. */
const GLIBC_ALONE = [
  "## Settings that glibc alone reads",
  "",
  "Seen in the same chroots, by the server that was asked (`test/e2e/options-lab.test.ts`): with each of these and without,",
  "musl 1.1.16 to 1.2.5 sends the same questions, byte for byte but for their numbers, and hands on the same addresses in the",
  "same order. The rule `resolver-option-ignored` says so of a pod that has one.",
  "",
  "| setting | what it makes of glibc 2.36 | musl all the same |",
  "| --- | --- | --- |",
  "| `use-vc` | asks over TCP | asks over UDP |",
  "| `single-request`, `single-request-reopen` | asks AAAA once A is answered | asks both at once |",
  "| `rotate` | begins with any of the servers | asks all of them at once |",
  "| `no-aaaa`, since 2.36 | asks A alone | asks A and AAAA |",
  "| `edns0`, `trust-ad` | other questions: with OPT, with the bit AD | the same questions |",
  "| `inet6`, `no-check-names` | the same questions and addresses | the same questions and addresses |",
  "| `RES_OPTIONS`, `LOCALDOMAIN` | takes its options, its search list from them | takes both from `resolv.conf` |",
  "| `/etc/gai.conf` | orders addresses by it | orders them as without |",
  "| `/etc/nsswitch.conf` with `hosts: files` | asks no server | asks as without |",
  "",
];

const SOURCES = [
  "## Where this comes from",
  "",
  "musl: `src/network/lookup_name.c`, `res_msend.c`, `res_mkquery.c`, `resolvconf.c`, `dns_parse.c`. glibc 2.36: `resolv/res_query.c`,",
  "`res_send.c`, `res_init.c`, `resolv_conf.c`, `nss_dns/dns-host.c`, `nss/nss_files/files-hosts.c`, `sysdeps/posix/getaddrinfo.c`, with",
  "Debian's updates to 12.14. `LOCALDOMAIN`, `RES_OPTIONS`, `gai.conf` and `nsswitch.conf` are glibc's alone. musl's `1.2.4` as it was",
  "tagged keeps 768 bytes of an answer and reads 63 records; Alpine's 1.2.4 already does as 1.2.5. musl before 1.1.13 has no",
  "search list. 100,000 random lookups in each of musl 1.1.16, 1.1.24, 1.2.2, 1.2.3, 1.2.4, 1.2.4_git20230717, 1.2.5 and glibc 2.36",
  "went as the function says, all of them: outcome, addresses, time, and every question that reached a server. They are made again by",
  "",
  "```sh",
  "for seed in $(seq 2001 2010); do",
  "  MUSLGATE_LOOKUP_CASES=10000 MUSLGATE_LOOKUP_SEED=$seed npx vitest run test/e2e/lookup-lab.test.ts",
  "done",
  "```",
  "",
];

describe("docs/musl-dns.md", () => {
  it("holds what lookup() says", async () => {
    await expect(page()).toMatchFileSnapshot(join(process.cwd(), "docs/musl-dns.md"));
  });
  it("has rows that differ, each told once", () => {
    const same = DIFFERENCES.filter(
      ({ question }) => new Set(COLUMNS.map((libc) => cell(lookup(question, libc)))).size === 1,
    );
    expect(same.map(({ what }) => what)).toEqual(["a search domain has a wildcard address"]);
    expect(new Set(DIFFERENCES.map(({ what }) => what)).size).toBe(DIFFERENCES.length);
  });
});
