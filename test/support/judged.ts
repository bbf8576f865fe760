/** What one rule says of the containers of files, on the clusters that the files describe. Must not judge otherwise than a run does. */
import { foundClusters } from "../../src/cluster/found.ts";
import type { DiscoverOptions } from "../../src/discover/search.ts";
import type { ImageProfile, StartProcess } from "../../src/model/image-profile.ts";
import type { Verdict } from "../../src/model/report.ts";
import type { Rule } from "../../src/rules/rule.ts";
import { readSettings } from "../../src/settings/settings.ts";
import { found } from "../discover/tree.ts";
import { cluster, image, onMusl } from "./profiles.ts";
import { checked } from "./checked.ts";

/** A process that resolves with glibc. */
export const GLIBC: StartProcess = { kind: "uses-glibc", reason: "It is linked to glibc.", chain: [] };

/** The ConfigMap of a cluster's CoreDNS. */
export function corednsMap(corefile: string): string {
  const text = corefile.replace(/^/gm, "    ");
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: coredns, namespace: kube-system}\ndata:\n  Corefile: |\n${text}\n`;
}

/** Verdicts of a rule in the order of the containers; `process` is absent where no image could be read. */
export async function judged(
  rule: Rule,
  files: Readonly<Record<string, string>>,
  process: StartProcess | "unread" = onMusl("1.2.5"),
  options: DiscoverOptions = {},
): Promise<readonly Verdict[]> {
  const { workloads, clusterFiles, unread } = await found(files, options);
  const { profiles } = await foundClusters(clusterFiles, readSettings({}), unread);
  const profile: ImageProfile | undefined = process === "unread" ? undefined : image(process);
  const context = { image: profile, imageProblem: "the registry refused it" };
  return workloads
    .flatMap((workload) =>
      (profiles.length === 0 ? [cluster("NODATA")] : profiles).map((on) =>
        checked(rule, { workload, cluster: on, ...context }),
      ),
    )
    .filter((verdict) => verdict !== undefined);
}
