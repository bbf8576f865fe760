/** Puts parts of a Corefile into their provider's, or into what all have in common, where the Corefile itself is not in sight. Must not judge it. */
import { parseCorefile } from "../../corefile/parser.ts";
import { parseKey } from "../../corefile/zones.ts";
import type { ProviderId } from "../../knowledge/provider-ids.ts";
import { PROVIDERS } from "../../knowledge/providers.ts";
import type { Place } from "../../model/place.ts";
import { baseCorefile } from "../../providers/base-corefile.ts";
import { pinnedTo } from "../../text/source.ts";
import { type AssumedBase, type CorefileInputs, type CorefilePart, isOnNodes } from "./collected.ts";

/** What is known of the cluster that the parts are for. */
export interface PartsOf {
  /** What somebody said it is. */
  readonly provider?: ProviderId;
  /** What files near the parts show. */
  readonly shown?: ProviderId;
  /** Without closing dot. */
  readonly domain?: string;
}

/** The same with a Corefile that imports the parts; as given where there are none, or a Corefile that may import them. */
export function withAssumedBase(inputs: CorefileInputs, of: PartsOf = {}): CorefileInputs {
  const corefiles = inputs.corefiles.filter(({ assumed }) => assumed === undefined);
  const [part] = inputs.extras;
  if (part === undefined || corefiles.some(({ role }) => !isOnNodes(role))) return { ...inputs, corefiles };
  const assumed = baseOf(of, inputs.extras);
  const text = baseCorefile(assumed.provider, { domain: of.domain, port: assumed.port });
  const source = pinnedTo(part.source, text);
  return {
    ...inputs,
    corefiles: [...corefiles, { source, role: "cluster-dns", addon: "none", assumed }],
  };
}

/** The same for a Corefile that was put there before it was known whose it is. */
export function rebased(inputs: CorefileInputs, of: PartsOf): CorefileInputs {
  return inputs.corefiles.some(({ assumed }) => assumed) ? withAssumedBase(inputs, of) : inputs;
}

/** A provider's own Corefile without any part; nothing where it is not known. */
export function ownBase(provider: ProviderId, domain: string | undefined): CorefileInputs | undefined {
  const { base, name } = PROVIDERS[provider];
  if (base === undefined) return undefined;
  const file = `the Corefile of ${name}`;
  const place: Place = { file, line: 1, column: 1, endLine: 1, endColumn: 1 };
  // Without parts there is nothing to import.
  const text = baseCorefile(provider, { domain }).replace(/^ *import .*\n/gm, "");
  const source = { file, text, toPlace: () => place, toFileOffset: () => 0 };
  const assumed = { provider, port: base.port, said: true, alone: true } as const;
  return {
    corefiles: [{ source, role: "cluster-dns", addon: "none", assumed }],
    extras: [],
    diagnostics: [],
  };
}

/** Whether parts of the ConfigMap coredns-custom are read by nobody, as far as it is known. */
export function isUnreadCustom({ provider, said }: AssumedBase, parts: readonly CorefilePart[]): boolean {
  if (provider === undefined || !said || PROVIDERS[provider].readsCustom) return false;
  return parts.some(({ configMap }) => configMap.includes("coredns-custom"));
}

/** What files show counts for one that reads parts: somebody wrote these for a Corefile that does. */
function baseOf({ provider, shown }: PartsOf, parts: readonly CorefilePart[]): AssumedBase {
  const reads = shown !== undefined && (PROVIDERS[shown].readsCustom || PROVIDERS[shown].base?.imports);
  const whose = provider ?? (reads ? shown : undefined);
  const port = (whose && PROVIDERS[whose].base?.port) ?? portOf(parts) ?? 53;
  return { provider: whose, port, said: provider !== undefined };
}

/** The port that the server blocks of parts name, where it is one: Gardener's CoreDNS listens on 8053. */
function portOf(parts: readonly CorefilePart[]): number | undefined {
  const keys = parts
    .filter(({ key }) => key.endsWith(".server"))
    .flatMap(({ source }) => parseCorefile(source).corefile.blocks)
    .flatMap((block) => block.keys.map(({ text }) => parseKey(text)));
  const ports = new Set(keys.flatMap((key) => (key.kind === "invalid" ? [] : [key.port])));
  const [only, second] = ports;
  return second === undefined ? only : undefined;
}
