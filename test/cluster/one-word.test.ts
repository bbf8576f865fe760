import { describe, expect, it } from "vitest";
import { clusterProfile } from "../../src/cluster/profile.ts";
import { readCorefileInput } from "../../src/cluster/corefiles/find.ts";
import { foundClusters } from "../../src/cluster/found.ts";
import { witnessNames } from "../../src/cluster/witness-names.ts";
import { explain } from "../../src/explain/explain.ts";
import { scan } from "../../src/judge/judge.ts";
import type { ClusterProfile } from "../../src/model/cluster-profile.ts";
import type { ProbeResult } from "../../src/model/probe.ts";
import { renderProbe } from "../../src/report/probe.ts";
import { readSettings } from "../../src/settings/settings.ts";
import { image, onMusl, workload } from "../support/profiles.ts";

const FORWARD = "    forward . 192.0.2.9\n}\n";
const block = (key: string, ...lines: string[]) =>
  `${key} {\n${lines.map((line) => `    ${line}\n`).join("")}${FORWARD}`;
const DENY = "{\n        rcode NXDOMAIN\n    }";

/** Corefiles, and the names of each that fail in musl 1.2.5 though others do not. */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  ["nothing", block(".:53"), []],
  [
    "a zone of a template",
    block(".:53", `template IN AAAA netflix.com ${DENY}`),
    ["names under netflix.com"],
  ],
  ["a zone of one label", block(".:53", `template IN AAAA corp ${DENY}`), ["names under corp"]],
  [
    "acl of a zone of one label",
    block(".:53", "acl corp {\n        block type AAAA\n    }"),
    ["names under corp"],
  ],
  [
    "a server block",
    `${block(".:53")}${block("hulu.com:53", `template IN AAAA ${DENY}`)}`,
    ["names under hulu.com"],
  ],
  [
    "a pattern",
    block(
      ".:53",
      "template IN AAAA {\n        match ^www[.]\n        rcode NXDOMAIN\n        fallthrough\n    }",
    ),
    ["names that match ^www[.]"],
  ],
  [
    "a pattern where another block has the zone it would be looked for in",
    `${block(".:53", "template IN AAAA {\n        match ^www[.]\n        rcode NXDOMAIN\n        fallthrough\n    }")}${block("example.com:53")}`,
    ["names that match ^www[.]"],
  ],
  ["A of a zone", block(".:53", `template IN A six.example ${DENY}`), ["names under six.example"]],
];

const names = ({ parts = [] }: ClusterProfile) => parts.flatMap(({ sets }) => sets.map(({ says }) => says));

describe("of one Corefile every command says the same", () => {
  it.each(CASES)("%s", async (_, text, failing) => {
    const given = clusterProfile({
      corefiles: [{ file: "Corefile", text }],
      nodeLocalDns: "auto",
      autopilot: false,
    });
    const found = await foundClusters([{ file: "Corefile", text, kind: "corefile" }], readSettings({}));
    const [own] = found.profiles;
    // image and repo.
    expect(names(given).filter((one) => !one.startsWith("cluster-internal "))).toEqual(failing);
    expect(names(own!)).toEqual(names(given));
    expect(own!.answers).toEqual(given.answers);
    const report = await scan(
      { workloads: [workload()], clusters: [given], containersNamed: true },
      async () => [{ profiles: [image(onMusl("1.2.5"))], diagnostics: [] }],
    );
    const verdict = report.judgements.find((one) => one.workload !== undefined)!.verdict;
    expect(verdict.except ?? []).toEqual(failing);
    // corefile.
    const [one] = explain(readCorefileInput("Corefile", text), { names: [], type: "AAAA" });
    const fails = one!.zones.filter(({ effects }) => effects?.strict.startsWith("fails"));
    const told = fails.map(({ subject }) =>
      subject.endsWith(".") ? `names under ${subject.slice(0, -1)}` : subject,
    );
    expect(told.filter((says) => !says.startsWith("cluster-internal "))).toEqual(failing);
    // probe.
    const witnesses = witnessNames(given, 40).names;
    expect(
      [...new Set(witnesses.map(({ part }) => part.says))].filter(
        (says) => !says.startsWith("cluster-internal "),
      ),
    ).toEqual(failing);
  });
});

describe("names to ask a live server for", () => {
  const many = block(
    ".:53",
    ...Array.from({ length: 50 }, (_, i) => `template IN AAAA z${i}.example ${DENY}`),
  );
  const profile = (text: string) =>
    clusterProfile({ corefiles: [{ file: "Corefile", text }], nodeLocalDns: "auto", autopilot: false });

  it("are a zone's own, and a witness of a pattern", () => {
    const of = (i: number) => witnessNames(profile(CASES[i]![1]), 40).names.map(({ name }) => name);
    expect(of(1)).toEqual(["netflix.com"]);
    expect(of(5)[0]).toBe("www.example.com");
  });

  it("are so many at most, and the others are counted", () => {
    const { names: asked, left } = witnessNames(profile(many), 40);
    expect([asked.length, left]).toEqual([40, 10]);
    const open = `${block(".:53")}${block("<zone>:53", `template IN AAAA ${DENY}`)}`;
    expect(witnessNames(profile(open), 40)).toEqual({ names: [], left: 1 });
  });

  it("are told with what they stand for, and say nothing where nobody has them", () => {
    const half = (type: "A" | "AAAA", rcode: "NOERROR" | "NXDOMAIN") => ({
      type,
      kind: rcode === "NXDOMAIN" ? ("NXDOMAIN" as const) : ("NODATA" as const),
      udp: { rcode, addresses: [], truncated: false, afterMs: 1 },
      passedOver: [],
    });
    const result = (a: "NOERROR" | "NXDOMAIN", aaaa: "NOERROR" | "NXDOMAIN" = "NXDOMAIN"): ProbeResult => ({
      name: "www.example.com",
      part: { says: "names that match ^www[.]", a: "passed-on", aaaa: "NXDOMAIN" },
      a: half("A", a),
      aaaa: half("AAAA", aaaa),
      tookMs: 1,
      outcomes: [
        { generation: "1.2.4 and newer", strict: true, effect: "fails", error: "EAI_NONAME", addresses: [] },
      ],
    });
    const text = (...of: Parameters<typeof result>) =>
      renderProbe({ server: "192.0.2.1", timeoutMs: 5000, attempts: 2, results: [result(...of)] }, false);
    expect(text("NOERROR")).toContain("names that match ^www[.]");
    expect(text("NOERROR")).toContain("A passed-on, AAAA NXDOMAIN");
    expect(text("NXDOMAIN")).toContain("Made up, and nobody's");
    expect(text("NOERROR")).not.toContain("Made up");
    const otherwise = "does not answer AAAA as this Corefile does: www.example.com.";
    expect(text("NOERROR", "NOERROR")).toContain(otherwise);
    expect(text("NOERROR")).not.toContain(otherwise);
    expect(text("NXDOMAIN")).not.toContain(otherwise);
  });
});
