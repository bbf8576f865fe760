import { describe, expect, it } from "vitest";
import { clusterProfile } from "../../src/cluster/profile.ts";
import type { AnswerKind } from "../../src/model/dns.ts";
import type { ImageProfile, StartProcess } from "../../src/model/image-profile.ts";
import type { Workload } from "../../src/model/workload.ts";
import { pairedLookup } from "../../src/rules/musl-paired-lookup.ts";
import { containers } from "../../src/report/arrange.ts";
import { cellWords } from "../../src/report/words.ts";
import { cluster, image, onMusl, report, workload } from "../support/profiles.ts";
import { checked } from "../support/checked.ts";

function judge(process: StartProcess, on = cluster("NXDOMAIN")) {
  return checked(pairedLookup, { workload: workload(), image: image(process), cluster: on });
}
const gke122 = (nodeLocalDns: "auto" | "disabled") =>
  clusterProfile({ gkeVersion: "1.22.6-gke.1000", nodeLocalDns, autopilot: false });
const glibc: StartProcess = { kind: "uses-glibc", reason: "It is linked to glibc.", chain: [] };
const unknown: StartProcess = { kind: "unknown", reason: "The entry point is missing.", chain: [] };

describe("musl-paired-lookup", () => {
  it.each([
    ["NXDOMAIN", "1.2.0", "not-affected", "resolves"],
    ["NXDOMAIN", "1.2.1", "affected", "fails"],
    ["NXDOMAIN", "1.2.1_pre20200101", "not-affected", "resolves"],
    ["NXDOMAIN", "1.2.4_git20230717", "affected", "fails"],
    ["SERVFAIL", "1.1.24", "affected", "resolves-slowly"],
    ["SERVFAIL", "1.2.2", "affected", "fails-slowly"],
    ["REFUSED", "1.2.2", "affected", "fails-slowly"],
    ["NOTIMP", "1.2.5", "affected", "fails-slowly"],
    ["no-reply", "1.2.5", "affected", "fails-slowly"],
    ["other-rcode", "1.2.5", "affected", "fails-slowly"],
    ["NODATA", "1.2.5", "not-affected", "resolves"],
    ["address", "1.2.5", "not-affected", "resolves"],
    ["passed-on", "1.2.5", "not-affected", "resolves"],
    ["unknown", "1.2.5", "unknown", "unknown"],
    ["unknown", "1.1.24", "unknown", "unknown"],
  ] as const)("AAAA answered %s, musl %s: %s, names %s", (kind, version, outcome, effect) => {
    const verdict = judge(onMusl(version), cluster(kind));
    expect(verdict.outcome).toBe(outcome);
    expect(verdict.names).toEqual({ internal: effect, external: effect });
  });

  it("says which names fail when only one zone denies", () => {
    const inside = judge(onMusl("1.2.2"), cluster("NXDOMAIN", "passed-on"));
    expect(inside.names).toEqual({ internal: "fails", external: "resolves" });
    expect(inside.summary).toContain("cluster-internal names (Services) fail");
    const outside = judge(onMusl("1.2.2"), cluster("passed-on", "NXDOMAIN"));
    expect(outside.summary).toContain("names outside the cluster fail");
    expect(judge(onMusl("1.2.2")).summary).toContain("all names fail");
  });

  it("is a warning where names only take long, an error where they fail", () => {
    expect(judge(onMusl("1.1.24"), cluster("SERVFAIL")).level).toBe("warning");
    expect(judge(onMusl("1.2.2"), cluster("SERVFAIL")).level).toBe("error");
  });

  it("leaves other resolvers alone, whatever lies beside them", () => {
    expect(judge(glibc).outcome).toBe("not-affected");
    expect(judge({ kind: "own-resolver", reason: "It is pure Go.", chain: [] }).outcome).toBe("not-affected");
  });

  it("needs no image to be known where no answer is an error", () => {
    expect(judge(unknown, cluster("NODATA")).outcome).toBe("not-affected");
    expect(judge(unknown, cluster("NXDOMAIN")).outcome).toBe("unknown");
  });

  it("judges by bounds where the version is not exact", () => {
    const bounds = (musl: object) =>
      judge({
        kind: "is-musl",
        musl: { because: "strings", ...musl },
        reason: "It is static musl of some version.",
        chain: [],
      });
    expect(bounds({ atLeast: "1.2.4" }).outcome).toBe("affected");
    expect(bounds({ below: "1.2.1" }).outcome).toBe("not-affected");
    expect(bounds({ atLeast: "1.1.0", below: "1.2.4" }).outcome).toBe("unknown");
    expect(bounds({ exact: "no version" }).outcome).toBe("unknown");
  });

  it.each([
    ["NXDOMAIN", "unknown"],
    ["SERVFAIL", "unknown"],
    ["no-reply", "unknown"],
    ["unknown", "unknown"],
    ["NODATA", "not-affected"],
    ["address", "not-affected"],
    ["passed-on", "not-affected"],
  ] as const)("needs the image it could not read only where AAAA is answered %s: %s", (kind, outcome) => {
    for (const on of [cluster(kind), cluster(kind, "NODATA"), cluster("passed-on", kind)]) {
      const verdict = checked(pairedLookup, {
        workload: workload(),
        imageProblem: "no such file",
        cluster: on,
      });
      expect(verdict.outcome).toBe(outcome);
      expect(verdict.summary).toContain(outcome === "unknown" ? "no such file" : "was not read");
    }
  });

  it("needs no cluster where the image cannot be hit", () => {
    for (const process of [glibc, { ...glibc, kind: "own-resolver" as const }])
      expect(judge(process, cluster("unknown")).outcome).toBe("not-affected");
  });

  it("says what the cluster is taken to be, to whom it would matter", () => {
    const on = gke122("auto");
    const said = (process: StartProcess) => judge(process, on);
    expect(on.diagnostics.map(({ code }) => code)).toEqual(["node-local-taken-off"]);
    expect(said(onMusl("1.2.5"))).toMatchObject({
      outcome: "not-affected",
      providedThat: "NodeLocal DNSCache is off",
    });
    expect(said(onMusl("1.2.5")).summary).toContain(
      "on GKE 1.22.6-gke.1000 while NodeLocal DNSCache is off: ",
    );
    expect(said(unknown).providedThat).toBe("NodeLocal DNSCache is off");
    expect([glibc, onMusl("1.1.24")].map((process) => said(process).providedThat)).toEqual([
      undefined,
      undefined,
    ]);
    expect(judge(onMusl("1.2.5"), gke122("disabled")).providedThat).toBeUndefined();
    const [container] = containers(report([image(onMusl("1.2.5"))], on));
    expect(container && cellWords(container, 0)).toBe("all resolve while NodeLocal DNSCache is off");
  });

  it("gives a first answer where no cluster is known", () => {
    const nowhere = cluster("unknown", "unknown", { basis: "nothing" });
    const strict = judge(onMusl("1.2.5"), nowhere);
    expect(strict).toMatchObject({ outcome: "unknown", onDenial: "fails" });
    expect(strict.summary).toContain("resolves with musl 1.2.5: it fails on any cluster that denies AAAA.");
    expect(strict.remedies.map(({ id }) => id)).toEqual(["say-the-cluster"]);
    const old = judge(onMusl("1.1.24"), nowhere);
    expect(old).toMatchObject({ outcome: "unknown", onDenial: "resolves", because: strict.because });
    expect(judge(glibc, nowhere).outcome).toBe("not-affected");
    expect(judge(unknown, nowhere).onDenial).toBeUndefined();
    const at = { file: "main.tf", line: 1, column: 1, endLine: 1, endColumn: 2 };
    const versionless = judge(onMusl("1.2.5"), { ...nowhere, name: "shop", at });
    expect(versionless.onDenial).toBe("fails");
    expect(versionless.summary).toMatch(
      /denies AAAA\. How shop answers is not known: the answer is unknown\.$/,
    );
  });

  it("passes a pod that does not ask the cluster's DNS", () => {
    const context = {
      workload: workload("a", { usesClusterDns: false }),
      image: image(onMusl("1.2.2")),
      cluster: cluster("NXDOMAIN"),
    };
    expect(checked(pairedLookup, context).outcome).toBe("not-affected");
  });

  it("is as sure as the weakest part", () => {
    expect(judge(onMusl("1.2.2")).confidence).toBe("measured");
    expect(judge(onMusl("1.2.2"), cluster("NXDOMAIN", "NXDOMAIN", { confidence: "likely" })).confidence).toBe(
      "likely",
    );
    expect(judge(onMusl("1.2.2", { kind: "mixed" })).confidence).toBe("likely");
    const bounded = (confidence?: "measured" | "likely") =>
      judge(
        onMusl("1.2.5", { kind: "is-musl", musl: { atLeast: "1.2.4", confidence, because: "its texts" } }),
      );
    expect(
      [bounded("measured"), bounded("likely"), bounded()].map((one) => [one.outcome, one.confidence]),
    ).toEqual([
      ["affected", "measured"],
      ["affected", "likely"],
      ["affected", "likely"],
    ]);
    const guessed = { musl: { exact: "1.2.2", confidence: "likely", because: "the tag says so" } } as const;
    expect(judge(onMusl("1.2.2", guessed)).confidence).toBe("likely");
    expect(judge(glibc, cluster("NXDOMAIN", "NXDOMAIN", { confidence: "documented" })).confidence).toBe(
      "documented",
    );
  });

  it("offers the way out that is open: one's own Corefile, or what GKE leaves", () => {
    const titles = (more: object) =>
      judge(onMusl("1.2.2"), cluster("NXDOMAIN", "NXDOMAIN", more)).remedies.map(({ title }) => title);
    expect(titles({})[0]).toContain("rcode NOERROR");
    expect(titles({ managed: true })[0]).toContain("1.22.7-gke.1500");
    expect(titles({ dualStack: true })[0]).toContain("Take the template out");
    expect(titles({ basis: "gke-version", gkeVersion: "1.22.6-gke.1000" }).join()).toMatch(
      /Upgrade.*Turn NodeLocal.*dnsConfig.*glibc/,
    );
    expect(
      titles({ basis: "gke-version", gkeVersion: "1.22.6-gke.1000", autopilot: true }).join(),
    ).not.toContain("Turn NodeLocal");
  });

  it("adds what the runtime itself can do, where it is known", () => {
    const titles = (runtime: string) =>
      judge(onMusl("1.2.2", { runtime })).remedies.map(({ title }) => title);
    expect(titles("java").at(-1)).toContain("-Djava.net.preferIPv4Stack=true");
    expect(titles("node").at(-1)).toContain("family: 4");
    expect(titles("ruby").at(-1)).toContain("glibc");
  });

  it("points at the line that decides", () => {
    const at = { file: "coredns.yaml", line: 9, column: 5, endLine: 9, endColumn: 20 };
    const where = { file: "deploy.yaml", line: 3, column: 1, endLine: 3, endColumn: 9 };
    const on = cluster("NXDOMAIN", "NXDOMAIN", {
      answers: {
        internal: { kind: "NXDOMAIN", because: "x" },
        external: { kind: "NXDOMAIN", because: "x", at },
      },
    });
    const verdict = checked(pairedLookup, {
      workload: workload("a", { at: where }),
      image: image(onMusl("1.2.2")),
      cluster: on,
    });
    expect(verdict.at).toEqual(at);
    expect(verdict.related).toEqual([where]);
  });

  it("points at the line of the scope that fails, not of the other one", () => {
    const line = (n: number) => ({ file: "Corefile", line: n, column: 1, endLine: n, endColumn: 9 });
    const lines = (internal: AnswerKind, external: AnswerKind) => {
      const on = cluster(internal, external, {
        answers: {
          internal: { kind: internal, because: "Inside.", at: line(4) },
          external: { kind: external, because: "Outside.", at: line(9) },
        },
      });
      const { at, related } = judge(onMusl("1.2.2"), on);
      return [at?.line, ...related.map((place) => place.line)];
    };
    expect(lines("NXDOMAIN", "passed-on")).toEqual([4, 9]);
    expect(lines("unknown", "passed-on")).toEqual([4, 9]);
    expect(lines("passed-on", "NXDOMAIN")).toEqual([9, 4]);
    expect(lines("NXDOMAIN", "SERVFAIL")).toEqual([9, 4]);
  });
});

describe("every rule", () => {
  const kinds: AnswerKind[] = ["NXDOMAIN", "SERVFAIL", "NODATA", "passed-on", "unknown"];
  const processes = [onMusl("1.1.24"), onMusl("1.2.2"), glibc, unknown];
  it("answers in sentences, and never with silence", () => {
    for (const kind of kinds) {
      for (const process of processes) {
        const { summary } = judge(process, cluster(kind));
        expect(summary).toMatch(/^[A-Za-z].*[^.]\.$/);
        expect(summary).not.toMatch(/undefined|\[object| {2}/);
      }
    }
  });
});

const layer = { index: 0, diffId: `sha256:${"0".repeat(64)}` } as const;
const found = (value: string) => ({ value, path: "/lib/x", layer });
const lost = (missing: string | undefined): ImageProfile =>
  image({ kind: "unknown", reason: `The program ${missing} is not in the image`, missing, chain: [] });
const withGlibc = (missing = "gunicorn"): ImageProfile => ({
  ...lost(missing),
  glibc: { library: found("2.41") },
});
const withMusl = (missing: string | undefined = "gunicorn", version = "1.2.5"): ImageProfile => ({
  ...lost(missing),
  musl: { loader: found(version) },
});

function judgeChange(
  now: ImageProfile,
  before: ImageProfile | undefined,
  more: Partial<Workload> = {},
  on = "NXDOMAIN",
) {
  return checked(pairedLookup, {
    workload: workload("python:3.14-alpine", { role: "base image", ...more }),
    image: now,
    imageBefore: before,
    cluster: cluster(on as "NXDOMAIN"),
  });
}

describe("a base that turned from glibc to musl", () => {
  it("hits what is installed on it, likely", () => {
    const verdict = judgeChange(withMusl(), withGlibc());
    expect(verdict).toMatchObject({ outcome: "affected", level: "error", confidence: "likely" });
    expect(verdict.summary).toContain("musl 1.2.5");
    expect(verdict.evidence[0]?.text).toMatch(/had glibc before.*gunicorn is not in it/);
  });

  it.each<[string, ReturnType<typeof judgeChange>]>([
    ["nothing is known of before", judgeChange(withMusl(), undefined)],
    ["it was musl's before", judgeChange(withMusl(), withMusl())],
    ["it had both before", judgeChange(withMusl(), { ...withGlibc(), musl: { loader: found("1.2.5") } })],
    ["it has both now", judgeChange({ ...withMusl(), glibc: { library: found("2.41") } }, withGlibc())],
    ["it was not read whole before", judgeChange(withMusl(), { ...withGlibc(), complete: false })],
    ["the program is in it", judgeChange({ ...withMusl(), process: lost(undefined).process }, withGlibc())],
    ["it is no base image", judgeChange(withMusl(), withGlibc(), { role: "container" })],
    ["the program is copied", judgeChange(withMusl("/app/server"), withGlibc(), { copies: ["/app"] })],
    [
      "the program itself is copied",
      judgeChange(withMusl("/app/server"), withGlibc(), { copies: ["/app/server"] }),
    ],
    ["a folder of PATH is copied", judgeChange(withMusl(), withGlibc(), { copies: ["/usr/local"] })],
    ["anything is copied", judgeChange(withMusl(), withGlibc(), { copies: ["/"] })],
    [
      "a relative program may be copied",
      judgeChange(withMusl("./server"), withGlibc(), { copies: ["/app"] }),
    ],
    [
      "its programs resolve names themselves",
      judgeChange(withMusl(), withGlibc(), { image: "golang:1.24-alpine" }),
    ],
  ])("is not known where %s", (_, { outcome }) => {
    expect(outcome).toBe("unknown");
  });

  it("does not mind what is copied elsewhere, nor a musl and a cluster that go together", () => {
    expect(judgeChange(withMusl(), withGlibc(), { copies: ["/app", "/usr/local/bin2"] }).outcome).toBe(
      "affected",
    );
    expect(judgeChange(withMusl("/server"), withGlibc(), { copies: ["/ser"] }).outcome).toBe("affected");
    expect(judgeChange(withMusl("gunicorn", "1.1.24"), withGlibc()).outcome).toBe("unknown");
    expect(judgeChange(withMusl(), withGlibc(), {}, "NODATA").outcome).toBe("not-affected");
    expect(judgeChange(withMusl(), withGlibc(), {}, "unknown").outcome).toBe("unknown");
  });
});
