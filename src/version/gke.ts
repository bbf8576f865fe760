/** GKE's versions and the aliases users write for them. Must not know what any version does. */
import type { Order } from "./range.ts";

/** `1.22.6-gke.1000`. The build number is a number: `gke.300` comes before `gke.1000`. */
export interface GkeVersion {
  readonly text: string;
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly build: number;
}

/**
 * What a user wrote for a GKE version. An alias names several builds (FACTS 1.5): `1.22` is some patch of
 * that minor, `1.22.6` some build of that patch, `latest` and `-` say nothing.
 */
export type GkeVersionInput =
  | { readonly kind: "exact"; readonly version: GkeVersion }
  | { readonly kind: "alias"; readonly text: string; readonly from: GkeVersion; readonly below: GkeVersion }
  | { readonly kind: "unknown"; readonly text: string; readonly because: string }
  | { readonly kind: "not-gke"; readonly text: string; readonly because: string }
  | { readonly kind: "malformed"; readonly text: string };

const PATTERN = /^v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,6})(?:-gke\.(\d{1,12}))?)?$/;

/** Reads what a user, gcloud or kubectl calls a GKE version; total. */
export function parseGke(written: string): GkeVersionInput {
  const text = written.trim();
  if (text === "latest" || text === "-" || text === "") {
    return {
      kind: "unknown",
      text,
      because: "it names whatever version is newest, or the default, at the time",
    };
  }
  const match = PATTERN.exec(text);
  if (match === null) return { kind: "malformed", text };
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const patch = match[3] === undefined ? undefined : Number(match[3]);
  const build = match[4] === undefined ? undefined : Number(match[4]);
  // Google Distributed Cloud counts patches in hundreds and looks the same otherwise
  // (cloud.google.com, bare-metal version history: 1.28.300-gke.131).
  if (patch !== undefined && patch >= 100 && patch % 100 === 0 && major === 1 && minor >= 28) {
    return {
      kind: "not-gke",
      text,
      because: "patch numbers in hundreds are Google Distributed Cloud's, not GKE's",
    };
  }
  if (patch === undefined) {
    return { kind: "alias", text, from: gke(major, minor, 0, 0), below: gke(major, minor + 1, 0, 0) };
  }
  if (build === undefined) {
    return { kind: "alias", text, from: gke(major, minor, patch, 0), below: gke(major, minor, patch + 1, 0) };
  }
  return { kind: "exact", version: gke(major, minor, patch, build) };
}

/** A GKE version from its numbers. */
export function gke(major: number, minor: number, patch: number, build: number): GkeVersion {
  return { text: `${major}.${minor}.${patch}-gke.${build}`, major, minor, patch, build };
}

/** Orders GKE versions by their four numbers. */
export const orderGke: Order<GkeVersion> = (a, b) =>
  a.major - b.major || a.minor - b.minor || a.patch - b.patch || a.build - b.build;
