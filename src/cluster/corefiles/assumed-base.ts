/** Puts parts of a Corefile into their provider's, or into what all have in common, where the Corefile itself is not in sight. Must not judge it. */
import { boundTo } from "../../corefile/effective.ts";
import { parseCorefile } from "../../corefile/parser.ts";
import { parseKey } from "../../corefile/zones.ts";
import type { ProviderId } from "../../knowledge/provider-ids.ts";
import { PROVIDERS } from "../../knowledge/providers.ts";
import type { Place } from "../../model/place.ts";
import { baseCorefile } from "../../providers/base-corefile.ts";
import { pinnedTo } from "../../text/source.ts";
import {
  type AssumedBase,
  type CorefileInput,
  type CorefileInputs,
  type CorefilePart,
  isOnNodes,
} from "./collected.ts";

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
  const text = baseCorefile(assumed.provider, { domain: of.domain, port: assumed.port, bind: assumed.bind });
  const source = pinnedTo(part.source, text);
  return {
    ...inputs,
    corefiles: [...corefiles, { source, role: "cluster-dns", addon: "none", assumed }],
  };
}

/** Several files as if they were one; nothing where there is none. */
export function asOneFile(files: readonly CorefileInputs[]): CorefileInputs | undefined {
  if (files.length === 0) return undefined;
  const kubeDns = files.findLast((one) => one.kubeDns !== undefined)?.kubeDns;
  return withAssumedBase({
    corefiles: files.flatMap(({ corefiles }) => corefiles),
    extras: files.flatMap(({ extras }) => extras),
    siblings: files.flatMap(({ siblings }) => siblings ?? []),
    kubeDns,
    diagnostics: files.flatMap(({ diagnostics }) => diagnostics),
  });
}

/** The same for a Corefile that was put there before it was known whose it is. */
export function rebased(inputs: CorefileInputs, of: PartsOf): CorefileInputs {
  return inputs.corefiles.some(({ assumed }) => assumed) ? withAssumedBase(inputs, of) : inputs;
}

/**
 * The inputs of each cluster that parts are for, each with a Corefile that has them. Two texts of one key are never in one
 * ConfigMap, and a DNS on the nodes has parts of its own; all else in sight is one cluster's.
 */
export function byCluster(inputs: CorefileInputs): readonly CorefileInputs[] {
  const groups: { onNodes: boolean; keys: Set<string>; parts: CorefilePart[] }[] = [];
  for (const part of inputs.extras) {
    const onNodes = /node-?local-?dns/i.test(part.configMap);
    const key = `${part.configMap} ${part.key}`;
    // Of one file the parts stay together as far as they can.
    const last = groups.findLast((one) => one.onNodes === onNodes);
    const group = last?.keys.has(key) === false ? last : { onNodes, keys: new Set<string>(), parts: [] };
    if (group !== last) groups.push(group);
    group.keys.add(key);
    group.parts.push(part);
  }
  // A Corefile that imports nothing is the same with any of them.
  const isImported = inputs.corefiles.some(({ source }) => /\bimport\b/.test(source.text));
  if (groups.length < 2 || !isImported) return [inputs];
  return groups.map(({ parts }) => withAssumedBase({ ...inputs, extras: parts }));
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
  const said = provider !== undefined;
  const own = whose && PROVIDERS[whose].base?.port;
  if (own !== undefined) return { provider: whose, port: own, said };
  const [port = 53, ...others] = portsOf(parts).sort((a, b) => Number(b === 53) - Number(a === 53));
  const bind = whose === undefined ? bindOf(parts) : undefined;
  return { provider: whose, port, bind, ...(others.length > 0 && { otherPorts: others }), said };
}

/** The same base on another port. */
export function onPort(input: CorefileInput, port: number, domain: string): CorefileInput {
  const { assumed, source } = input;
  if (assumed === undefined) return input;
  const text = baseCorefile(assumed.provider, { domain, port, bind: assumed.bind });
  return { ...input, source: pinnedTo(source, text), assumed: { ...assumed, port } };
}

/** Where all server blocks of parts listen, if they say it alike: parts for the cache on the nodes, such as kOps's, do. */
function bindOf(parts: readonly CorefilePart[]): readonly string[] | undefined {
  const bound = blocksOf(parts).map(({ directives }) =>
    boundTo(directives.filter(({ name }) => name.text === "bind")).filter((word) =>
      /^[\w.:%${}-]+$/.test(word),
    ),
  );
  const [first = []] = bound;
  return first.length > 0 && bound.every((one) => one.join(" ") === first.join(" ")) ? first : undefined;
}

const blocksOf = (parts: readonly CorefilePart[]) =>
  parts
    .filter(({ key }) => key.endsWith(".server"))
    .flatMap(({ source }) => parseCorefile(source).corefile.blocks);

/** The ports that the server blocks of parts name: Gardener's CoreDNS listens on 8053. */
function portsOf(parts: readonly CorefilePart[]): number[] {
  const keys = blocksOf(parts).flatMap((block) => block.keys.map(({ text }) => parseKey(text)));
  return [...new Set(keys.flatMap((key) => (key.kind === "invalid" ? [] : [key.port])))];
}
