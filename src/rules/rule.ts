/** What a rule is: metadata and a pure function. Must not see bytes, tars, YAML or Corefile trees. */
import type { ClusterProfile } from "../model/cluster-profile.ts";
import type { ImageProfile } from "../model/image-profile.ts";
import type { Level, Verdict } from "../model/report.ts";
import type { Finding, Subject } from "./subject.ts";

/** What every rule says of itself. */
export interface RuleInfo {
  /** Stable kebab-case name; part of SARIF identities. */
  readonly id: string;
  /** Up to some eight words. */
  readonly title: string;
  /** One paragraph that stands alone. */
  readonly description: string;
  /** Why it happens, in Markdown, for the rule's page. */
  readonly explanation: string;
  /** What to change, with something to paste, in Markdown. */
  readonly mend: string;
  /** How to see it on a live cluster, in Markdown. */
  readonly see: string;
  /** The level of what it finds at its worst. */
  readonly level: Level;
  /** Where its claims come from. */
  readonly sources: readonly string[];
}

/** What a rule is asked about. */
export interface RuleContext {
  readonly workload: Subject;
  /** Absent when the image could not be opened; `imageProblem` then says why. */
  readonly image?: ImageProfile;
  readonly imageProblem?: string;
  /** The image of the same container before the change that is looked at, where there was one that could be read. */
  readonly imageBefore?: ImageProfile;
  readonly cluster: ClusterProfile;
  /** Names the container is given, in its environment, its words or a ConfigMap, that lie in a part of the cluster's. */
  readonly usedNames?: readonly string[];
}

/** A rule about a container on a cluster. */
export interface Rule extends RuleInfo {
  /** Nothing where the rule has no say: it is about something that the workload does not have. */
  check(context: RuleContext): Finding | undefined;
}

/** What a rule about clusters is asked about. */
export interface ClusterContext {
  readonly cluster: ClusterProfile;
  /** The same cluster before the change that is looked at, where there is one. */
  readonly before?: ClusterProfile;
  /** The containers that matter were named one by one, so that nothing has to be said on behalf of others. */
  readonly containersNamed: boolean;
}

/** A rule about a cluster, whatever runs there. */
export interface ClusterRule extends RuleInfo {
  /** One verdict for each place; none where all is well. */
  checkCluster(context: ClusterContext): readonly Verdict[];
}
