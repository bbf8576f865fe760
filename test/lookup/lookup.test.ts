import { describe, expect, it } from "vitest";
import { RESOLVER_GENERATIONS } from "../../src/knowledge/musl.ts";
import { compareLibcs } from "../../src/lookup/comparison.ts";
import { generationOf, lookup } from "../../src/lookup/lookup.ts";
import { effectOf } from "../../src/lookup/pair.ts";
import type { Question, Reply } from "../../src/lookup/question.ts";
import { glibcConfig, muslConfig, podResolvConf, type PodDns } from "../../src/lookup/resolv-conf.ts";
import { waysOf } from "../../src/lookup/ways.ts";

const V4: Reply = { rcode: "NOERROR", addresses: ["192.0.2.1"] };
const DENIED: Reply = { rcode: "NXDOMAIN", addresses: [] };
const question: Question = {
  name: "db",
  family: "inet",
  resolvConf: "nameserver 10.0.0.10\nsearch a.example b.example\n",
  hosts: "",
  answers: (_, name) => (name === "db.b.example" ? V4 : DENIED),
};
const newest = RESOLVER_GENERATIONS.at(-1)!;

describe("a lookup's trace", () => {
  it("says which name was asked of whom, what was heard, and what ended the search", () => {
    expect(lookup(question, newest)).toEqual([
      {
        addresses: ["192.0.2.1"],
        tookMs: 0,
        steps: [
          {
            name: "db.a.example",
            asked: [{ server: "10.0.0.10", type: "A", over: "udp" }],
            heard: { A: DENIED },
            tookMs: 0,
            goesOn: true,
            because: "there is no such name",
          },
          {
            name: "db.b.example",
            asked: [{ server: "10.0.0.10", type: "A", over: "udp" }],
            heard: { A: V4 },
            tookMs: 0,
            goesOn: false,
            because: "it has an address",
          },
        ],
      },
    ]);
  });
  it("is not known where an answer is not, and known where the search ends before it", () => {
    const answers: Question["answers"] = (_, name) => (name === "db.b.example" ? "unknown" : DENIED);
    for (const libc of [newest, "glibc"] as const) {
      expect(lookup({ ...question, answers }, libc).map(({ error }) => error)).toEqual(["unknown"]);
      expect(effectOf(lookup({ ...question, answers }, libc))).toBe("unknown");
    }
    const first: Question["answers"] = (_, name) => (name === "db.a.example" ? V4 : "unknown");
    for (const libc of [newest, "glibc"] as const)
      expect(effectOf(lookup({ ...question, answers: first }, libc))).toBe("resolves");
  });
  it("does not choose between servers that race, and gives up where there are too many ways", () => {
    const servers = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];
    const resolvConf = [
      ...servers.map((server) => `nameserver ${server}`),
      `search ${Array.from({ length: 12 }, (_, i) => `${i}.example`).join(" ")}`,
      "",
    ].join("\n");
    const answers: Question["answers"] = (server, _, type) => ({
      ...V4,
      addresses: type === "A" ? [server.replace(/^10/, "192")] : [],
    });
    const ways = lookup({ ...question, family: "any", resolvConf, answers }, newest);
    expect(ways.flatMap(({ addresses }) => addresses).toSorted()).toEqual([
      "192.0.0.1",
      "192.0.0.2",
      "192.0.0.3",
    ]);
    const truncated: Question["answers"] = () => ({ ...DENIED, udp: 0 });
    const [way, ...others] = lookup({ ...question, family: "any", resolvConf, answers: truncated }, newest);
    expect(others).toEqual([]);
    expect(way?.error).toBe("unknown");
  });
});

describe("generations", () => {
  it.each([
    ["1.1.12", undefined],
    ["1.1.13", "1.2.0 and older"],
    ["1.2.0", "1.2.0 and older"],
    ["1.2.1", "1.2.1 to 1.2.3"],
    ["1.2.3", "1.2.1 to 1.2.3"],
    ["1.2.4_git20230717", "1.2.4 and newer"],
    ["1.2.6", "1.2.4 and newer"],
    ["latest", undefined],
  ])("of %s", (version, name) => {
    expect(generationOf(version)?.name).toBe(name);
  });
  it("that do the same are told together, glibc never", () => {
    expect(compareLibcs(question).map(({ libcs }) => libcs)).toEqual([
      RESOLVER_GENERATIONS.map(({ name }) => `musl ${name}`),
      ["glibc 2.36"],
    ]);
  });
});

describe("resolv.conf", () => {
  it.each([
    ["options foondots:3 ndots:x\n", 3, 1],
    ["options ndots:16 attempts:11 timeout:61\n", 15, 15],
    ["options\tndots:2", 2, 2],
    ["option ndots:2\n", 1, 1],
  ])("%j has ndots %i in musl, %i in glibc", (text, musl, glibc) => {
    expect(muslConfig(text).ndots).toBe(musl);
    // A word that is no number is 0 there, and `ndots:x` comes last.
    expect(glibcConfig(text).ndots).toBe(text.includes("ndots:x") ? 0 : glibc);
  });
  it("has three servers in both, and the loopback where it has none", () => {
    const four = [1, 2, 3, 4].map((i) => `nameserver 10.0.0.${i}\n`).join("");
    expect(muslConfig(four).servers).toEqual(glibcConfig(four).servers);
    expect(muslConfig(four).servers).toHaveLength(3);
    expect(muslConfig("nameserver none\n").servers).toEqual(["127.0.0.1"]);
  });

  const pod: PodDns = {
    policy: "ClusterFirst",
    namespace: "shop",
    clusterDomain: "cluster.local",
    clusterServers: ["10.96.0.10"],
    node: { servers: ["192.0.2.53"], searches: ["corp.example"], options: ["ndots:3", "rotate"] },
  };
  it.each<[string, Partial<PodDns>, string]>([
    [
      "ClusterFirst",
      {},
      "search shop.svc.cluster.local svc.cluster.local cluster.local corp.example\nnameserver 10.96.0.10\noptions ndots:5\n",
    ],
    [
      "ClusterFirst on the host's network",
      { hostNetwork: true },
      "search corp.example\nnameserver 192.0.2.53\noptions ndots:3 rotate\n",
    ],
    [
      "ClusterFirstWithHostNet on the host's network",
      { policy: "ClusterFirstWithHostNet", hostNetwork: true, node: { servers: [], searches: [] } },
      "search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n",
    ],
    [
      "None with all in dnsConfig",
      {
        policy: "None",
        config: { nameservers: ["9.9.9.9"], searches: ["."], options: [{ name: "use-vc" }] },
      },
      "search .\nnameserver 9.9.9.9\noptions use-vc\n",
    ],
    [
      "dnsConfig behind the policy's, each once",
      {
        config: {
          nameservers: ["10.96.0.10", "8.8.8.8"],
          searches: ["cluster.local", "lan"],
          options: [{ name: "ndots", value: "1" }],
        },
      },
      "search shop.svc.cluster.local svc.cluster.local cluster.local corp.example lan\nnameserver 10.96.0.10\nnameserver 8.8.8.8\noptions ndots:1\n",
    ],
  ])("of a pod: %s", (_, change, written) => {
    expect(podResolvConf({ ...pod, ...change })).toBe(written);
  });
});

describe("ways", () => {
  it("are all followed, each once", () => {
    const seen = waysOf(100, (choose) => {
      const first = choose(2);
      return first === 0 ? [first] : [first, choose(3), choose(1)];
    });
    expect(seen).toEqual([[0], [1, 0, 0], [1, 1, 0], [1, 2, 0]]);
    expect(waysOf(3, (choose) => [choose(2), choose(2)])).toBeUndefined();
  });
});
