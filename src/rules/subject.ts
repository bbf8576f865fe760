/** What rules may know of a container: what makes its class. Must hand them neither a name nor where anything stands. */
import { type Place, placeText, samePlace } from "../model/place.ts";
import { type PodFacts, withPlaces } from "../model/pod.ts";
import type { Verdict } from "../model/report.ts";
import type { Workload } from "../model/workload.ts";
import type { WorkloadKey } from "../model/workload-key.ts";

/** A container as rules see it. Its places are all `Spot`s. */
export interface Subject
  extends Pick<Workload, "usesClusterDns" | "os" | "dnsBecause" | "searches" | "at" | "related"> {
  /** Empty where no lookup hangs on it. */
  readonly key: Pick<WorkloadKey, "namespace">;
  readonly pod?: Omit<PodFacts, "hosts" | "labels">;
  /** Variables of glibc's resolver that it is given. */
  readonly resolverVariables: readonly string[];
  readonly mounts: readonly SeenMount[];
  /** Of a Dockerfile's base image alone. */
  readonly base?: Pick<Workload, "image" | "copies"> & {
    /** The line that names it, in words. */
    readonly source: string;
  };
}

/** A volume. */
export interface SeenMount {
  readonly path: string;
  /** The texts of all its files are known. */
  readonly isKnown: boolean;
}

/** A container's class, and what tells it from others of that class. */
export interface Member {
  readonly subject: Subject;
  /** The same for all of the class. */
  readonly text: string;
  /** The lines of its own that stand at its subject's spots. */
  readonly places: readonly Place[];
}

/** What a rule found of a class. The places may be spots. */
export interface Finding extends Omit<Verdict, "summary"> {
  /** The sentence about a member that is called so. */
  readonly summary: (who: string) => string;
}

/** Stands for a line of a member's: rules say which, and not where it is. */
class Spot implements Place {
  readonly slot: number;

  constructor(slot: number) {
    this.slot = slot;
  }

  get file(): never {
    throw notHere();
  }

  get line(): never {
    throw notHere();
  }

  get column(): never {
    throw notHere();
  }

  get endLine(): never {
    throw notHere();
  }

  get endColumn(): never {
    throw notHere();
  }
}

const notHere = () => new Error("a rule asks where a container stands, and members of a class stand apart");

/** Variables that glibc's resolver reads and musl's does not (resolv.conf(5)). */
const RESOLVER_VARIABLES = ["LOCALDOMAIN", "RES_OPTIONS"];

/** Says which class a container is of. */
export function memberOf(workload: Workload): Member {
  const { usesClusterDns, os, dnsBecause, searches, surroundings, at, related = [], key } = workload;
  const places: Place[] = [];
  const spot = (place: Place) => new Spot(places.push(place) - 1);
  const pod = workload.pod && lookupsOf(workload.pod);
  const { env = {}, mounts = [] } = surroundings ?? {};
  const subject: Subject = {
    usesClusterDns,
    os,
    dnsBecause,
    key: { namespace: pod === undefined && searches === undefined ? "" : key.namespace },
    at: at && spot(at),
    related: related.map(spot),
    searches: searches && { ...searches, at: searches.at && spot(searches.at) },
    pod: pod && withPlaces(pod, spot),
    resolverVariables: RESOLVER_VARIABLES.filter((name) => env[name] !== undefined && env[name] !== ""),
    mounts: mounts.map(({ path, files }) => ({
      path,
      isKnown: files !== undefined && !Object.values(files).includes(undefined),
    })),
    base: workload.role === "base image" ? baseOf(workload) : undefined,
  };
  return { subject, text: JSON.stringify(subject), places };
}

/** What of a pod's decides lookups; nothing where it is all as usual. */
function lookupsOf(all: PodFacts): Subject["pod"] {
  const { resolver, nodeSearches, hostLines, services, dnsEgress, dnsNames } = all;
  const pod = { resolver, nodeSearches, hostLines, services, dnsEgress, dnsNames };
  return Object.values(pod).some((one) => one !== undefined) ? pod : undefined;
}

function baseOf({ image, copies, at }: Workload): Subject["base"] {
  return { image, copies, source: at === undefined ? image : placeText(at) };
}

/** The finding told of a member: with its name, and its lines at their spots. */
export function toldOf(finding: Finding, name: string, { places }: Pick<Member, "places">): Verdict {
  const { summary, at, related } = finding;
  const where = (place: Place) => (place instanceof Spot ? (places[place.slot] as Place) : place);
  const own = at && where(at);
  return {
    ...finding,
    summary: summary(name),
    at: own,
    related: related.map(where).filter((place) => !samePlace(place, own)),
  };
}
