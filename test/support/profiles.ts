/** Profiles for tests of rules and reports, with everything at rest unless a test says otherwise. Must not be used by src. */
import type { ClusterProfile } from "../../src/model/cluster-profile.ts";
import type { Answer, AnswerKind } from "../../src/model/dns.ts";
import type { ImageProfile, StartProcess } from "../../src/model/image-profile.ts";
import type { Report } from "../../src/model/report.ts";
import { keyOfImage } from "../../src/model/workload-key.ts";
import type { Workload } from "../../src/model/workload.ts";
import { CONTAINER_RULES, CLUSTER_RULES } from "../../src/rules/index.ts";
import { checked } from "./checked.ts";

/** An answer, with its kind for a reason. */
export function answer(kind: AnswerKind, at?: Answer["at"]): Answer {
  return { kind, because: `The answer is ${kind}.`, at };
}

/** The part of a cluster's answers that denies AAAA for one zone. */
export function zoneDenied(at?: Answer["at"]) {
  return {
    scope: "external" as const,
    sets: [
      {
        how: "zone" as const,
        zone: "one.example.",
        witness: "a.one.example.",
        says: "names under one.example",
      },
    ],
    aaaa: answer("NXDOMAIN", at),
    a: answer("passed-on"),
  };
}

/** A cluster that answers AAAA so, for Services and for other names. */
export function cluster(
  internal: AnswerKind,
  external: AnswerKind = internal,
  more: Partial<ClusterProfile> = {},
): ClusterProfile {
  return {
    name: "the cluster",
    sources: [],
    autopilot: false,
    managed: false,
    nodeLocalDns: "enabled",
    nodeLocalDnsBecause: "A test says so.",
    domain: "cluster.local",
    basis: "corefile",
    zones: [],
    faults: [],
    answers: { internal: answer(internal), external: answer(external) },
    confidence: "measured",
    evidence: [],
    diagnostics: [],
    ...more,
  };
}

/** A process that resolves with an exact musl. */
export function onMusl(exact: string, more: Partial<StartProcess> = {}): StartProcess {
  return {
    kind: "uses-musl",
    musl: { exact, because: "the loader says so" },
    reason: `It is linked to musl ${exact}.`,
    chain: [{ text: "/bin/app" }, { text: `/lib/ld-musl-x86_64.so.1 ${exact}` }],
    ...more,
  };
}

/** An image whose process is so. */
export function image(process: StartProcess, reference = "shop/api:1.0"): ImageProfile {
  return {
    reference,
    platform: { os: "linux", architecture: "amd64" },
    musl: {},
    glibc: {},
    process,
    resolverConfigs: [],
    complete: true,
    verified: "stored-digest",
    diagnostics: [],
  };
}

/** A workload named after its image. */
export function workload(reference = "shop/api:1.0", more: Partial<Workload> = {}): Workload {
  const key = keyOfImage(reference);
  return { image: reference, key, role: "image", name: reference, usesClusterDns: true, ...more };
}

/** A report of these images on one cluster, judged by the real rules. */
export function report(
  images: readonly ImageProfile[],
  on: ClusterProfile,
  more: Partial<Report> = {},
): Report {
  const judgements = images.flatMap((profile, index) =>
    CONTAINER_RULES.flatMap((rule) => {
      const who = workload(profile.reference);
      const verdict = checked(rule, { workload: who, image: profile, cluster: on });
      return verdict === undefined ? [] : [{ workload: who, image: index, cluster: 0, verdict }];
    }),
  );
  const alone = CLUSTER_RULES.flatMap((rule) =>
    rule.checkCluster({ cluster: on, containersNamed: false }),
  ).map((verdict) => ({
    cluster: 0,
    verdict,
  }));
  return { images, clusters: [on], judgements: [...judgements, ...alone], diagnostics: [], ...more };
}
