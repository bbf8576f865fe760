/** Decides whether NodeLocal DNSCache is on. Must not read any Corefile. */
import { type GkeVersion, orderGke } from "../version/gke.ts";
import { NODE_LOCAL_DEFAULTS, NODE_LOCAL_ON_AUTOPILOT } from "../knowledge/gke.ts";

/** What was decided and why. */
export interface NodeLocalState {
  readonly state: "enabled" | "disabled" | "unknown";
  readonly because: string;
}

/** What is known beforehand. */
export interface NodeLocalInput {
  /** What the user or the cluster's description says; `auto` when neither does, `unknown` when it cannot be read. */
  readonly said: "enabled" | "disabled" | "auto" | "unknown";
  /** Why, where nobody said so outright. */
  readonly because?: string;
  readonly autopilot: boolean | "unknown";
  /** The versions it may be, half-open; absent when nothing is known. */
  readonly versions?: { readonly from: GkeVersion; readonly below: GkeVersion };
  /** A node-local-dns Corefile was given. */
  readonly corefileGiven: boolean;
}

/** Autopilot first, then what was said, then a Corefile at hand, then the version's default. */
export function nodeLocalState(input: NodeLocalInput): NodeLocalState {
  if (input.autopilot === true) return { state: "enabled", because: NODE_LOCAL_ON_AUTOPILOT.text };
  if (input.said === "enabled" || input.said === "disabled") {
    return { state: input.said, because: input.because ?? `NodeLocal DNSCache is said to be ${input.said}` };
  }
  if (input.corefileGiven) {
    return {
      state: "enabled",
      because: "a Corefile of node-local-dns was given, and only NodeLocal DNSCache uses it",
    };
  }
  if (input.said === "unknown") {
    return { state: "unknown", because: "NodeLocal DNSCache is set, but to what could not be read" };
  }
  const { versions } = input;
  if (versions === undefined) {
    return {
      state: "unknown",
      because: "neither a setting nor a version says whether NodeLocal DNSCache is on",
    };
  }
  const defaults = NODE_LOCAL_DEFAULTS.filter(
    ({ range }) =>
      (range.from === undefined || orderGke(range.from, versions.below) < 0) &&
      (range.below === undefined || orderGke(range.below, versions.from) > 0),
  );
  const [first] = defaults;
  if (input.autopilot === "unknown" && first?.state !== "enabled") {
    return {
      state: "unknown",
      because: "it is not known whether the cluster is Autopilot, where it is always on",
    };
  }
  if (first !== undefined && defaults.length === 1) return { state: first.state, because: first.because };
  return { state: "unknown", because: "the default differs between the versions this may be" };
}
