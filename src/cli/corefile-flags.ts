/** The flags of the command `corefile`, and what they ask for. Must not read the Corefile. */
import type { ExplainOptions } from "../explain/explain.ts";
import type { QueryType } from "../model/dns.ts";
import { MuslgateError } from "../model/error.ts";
import { parseCoreDns } from "../version/coredns.ts";
import { chosen } from "./chosen.ts";

/** Its flags, as commander names them. */
export interface CorefileFlags {
  readonly name?: readonly string[];
  readonly type: string;
  readonly coreDnsVersion?: string;
  readonly clusterDomain?: string;
  readonly provider?: string;
  readonly format: string;
  readonly fix?: boolean;
  readonly write?: boolean;
}

const FORMATS = ["table", "json"] as const;
const TYPES: readonly QueryType[] = ["A", "AAAA"];

/** Whether JSON is asked for. Throws MuslgateError `usage`. */
export function isJson({ format }: CorefileFlags): boolean {
  return chosen("--format", format, FORMATS) === "json";
}

/** What is to be explained. Throws MuslgateError `usage`. */
export function optionsFrom({
  name = [],
  type,
  coreDnsVersion,
  clusterDomain,
}: CorefileFlags): ExplainOptions {
  const version = coreDnsVersion === undefined ? undefined : parseCoreDns(coreDnsVersion);
  if (coreDnsVersion !== undefined && version === undefined) {
    throw new MuslgateError(
      "usage",
      `"${coreDnsVersion}" is not a release of CoreDNS`,
      "Write it as its tags are, such as 1.11.3.",
    );
  }
  return { names: name, type: chosen("--type", type, TYPES), domain: clusterDomain, version };
}
