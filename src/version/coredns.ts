/** CoreDNS's own versions (x.y.z), and node-cache's, as semver has them. Must not know what changed between them. */
import parse from "semver/functions/parse.js";

/** `1.9.3`. */
export interface CoreDnsVersion {
  readonly text: string;
  readonly semver: NonNullable<ReturnType<typeof parse>>;
}

/** Reads `1.9.3` or `v1.9.3`; nothing when the text is not a release. */
export function parseCoreDns(text: string): CoreDnsVersion | undefined {
  const semver = parse(text.trim());
  if (semver === null || semver.prerelease.length > 0 || semver.build.length > 0) return undefined;
  return { text: semver.version, semver };
}

/** Orders CoreDNS releases. */
export function orderCoreDns(a: CoreDnsVersion, b: CoreDnsVersion): number {
  return a.semver.compare(b.semver);
}
