/** Tells which objects are a cluster's DNS: its Services, what stands behind them, and the ConfigMaps that holds. Must judge no Corefile. */
import { isIP } from "node:net";
import {
  CUSTOM_PARTS,
  DNS_CONFIG_MAPS,
  DNS_IMAGES,
  DNS_NAMESPACE,
  DNS_SERVICES,
  OPENSHIFT_DNS,
} from "../knowledge/dns-objects.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { splitImage } from "../model/image-name.ts";
import { fieldAt, itemsIn, textIn } from "./fields.ts";

/** Whether a container of an object's pods has an image of such a name. */
export function isOf(object: unknown, names: RegExp): boolean {
  return imagesOf(object, names).length > 0;
}

/** The one image of such a name in the DNS's namespace; none where pods and what they are made from differ, as in a rollout. */
export function oneImage(objects: readonly unknown[], names: RegExp): string | undefined {
  const [first, ...others] = new Set(serving(objects).flatMap((one) => imagesOf(one, names)));
  return others.length === 0 ? first : undefined;
}

/** The ConfigMaps that DNS servers mount, whatever they are called. */
export function dnsConfigMaps(objects: readonly unknown[]): readonly string[] {
  const names = serving(objects)
    .filter((one) => isOf(one, DNS_IMAGES))
    .flatMap(configMapsOf);
  return [...new Set(names)].filter((name) => OBJECT_NAME.test(name));
}

/**
 * What stands behind a Service of the DNS and mounts none of its ConfigMaps: another server, or one that has its Corefile
 * from elsewhere; `mounted` are those that DNS servers mount. However a ConfigMap that is there answers, nobody asks it. Nothing
 * where that cannot be told.
 */
export function otherServer(
  objects: readonly unknown[],
  mounted: ReadonlySet<string>,
): Diagnostic | undefined {
  const servers = serving(objects);
  const isKnown = (name: string) => isDnsConfigMap(DNS_NAMESPACE, name, mounted);
  for (const service of objects.filter((one) => isThere(one, "Service") && isDnsService(one))) {
    const selector = Object.entries(fieldAt(service, "spec", "selector") ?? {});
    const behind = servers.filter(
      (one) =>
        selector.length > 0 &&
        selector.every(([key, value]) => fieldAt(metadataOf(one), "labels", key) === value),
    );
    const [first] = behind;
    if (first === undefined || behind.some((one) => configMapsOf(one).some(isKnown))) continue;
    const names = [textIn(service, "metadata", "name"), textIn(first, "kind")?.toLowerCase()];
    return {
      code: "cluster-unread",
      message: `The Service ${names[0]} leads to ${names[1]}/${textIn(first, "metadata", "name")}, which mounts no ConfigMap with a Corefile: how it answers is not known`,
      hint: "Give its Corefile as `corefile`, where it is a CoreDNS.",
      weight: "gap",
      subject: `Service ${names[0]}`,
    };
  }
  return undefined;
}

/** Whether it is an object of such a kind in the DNS's namespace. */
export function isThere(one: unknown, kind: string): boolean {
  return textIn(one, "kind") === kind && textIn(one, "metadata", "namespace") === DNS_NAMESPACE;
}

/** What may serve DNS: pods of its namespace, and what they are made from. */
function serving(objects: readonly unknown[]): readonly unknown[] {
  return objects.filter(
    (one) =>
      /^(?:Deployment|DaemonSet|Pod)$/.test(textIn(one, "kind") ?? "") &&
      textIn(one, "metadata", "namespace") === DNS_NAMESPACE,
  );
}

function metadataOf(object: unknown): unknown {
  return textIn(object, "kind") === "Pod"
    ? fieldAt(object, "metadata")
    : fieldAt(object, "spec", "template", "metadata");
}

function podSpecOf(object: unknown): unknown {
  const isPod = textIn(object, "kind") === "Pod";
  return fieldAt(object, "spec", ...(isPod ? [] : ["template", "spec"]));
}

/** The images of such a name that an object's pods have, or a pod. */
function imagesOf(object: unknown, names: RegExp): readonly string[] {
  return itemsIn(podSpecOf(object), "containers").flatMap((one) => {
    const image = textIn(one, "image");
    return image !== undefined && names.test(splitImage(image).name.split("/").at(-1) ?? "") ? [image] : [];
  });
}

/** Those that its volumes hold, but for the one that every pod has beside its token (ServiceAccount admission). */
function configMapsOf(object: unknown): readonly string[] {
  return itemsIn(podSpecOf(object), "volumes").flatMap((volume) => {
    const sources = itemsIn(volume, "projected", "sources");
    const isToken = sources.some((one) => fieldAt(one, "serviceAccountToken") !== undefined);
    const names = [textIn(volume, "configMap", "name")];
    if (!isToken) for (const one of sources) names.push(textIn(one, "configMap", "name"));
    return names.filter((name) => name !== undefined);
  });
}

/** Whether pods ask at its address. */
export function isDnsService(one: unknown): boolean {
  const [namespace, name = ""] = [textIn(one, "metadata", "namespace"), textIn(one, "metadata", "name")];
  if (namespace === OPENSHIFT_DNS.namespace) return name === OPENSHIFT_DNS.service;
  return namespace === DNS_NAMESPACE && DNS_SERVICES.includes(name);
}

/** One for each family; a headless Service has none. */
export function addressesOf(service: unknown): readonly string[] {
  const all = [fieldAt(service, "spec", "clusterIP"), ...itemsIn(service, "spec", "clusterIPs")];
  return all.filter((one): one is string => typeof one === "string" && isIP(one) !== 0);
}

/** Whether it is the ConfigMap of node-cache. */
export function isNodeLocalConfig(one: unknown): boolean {
  return isThere(one, "ConfigMap") && textIn(one, "metadata", "name") === "node-local-dns";
}

/** Whether a ConfigMap is looked at; `mounted` are those that DNS servers mount. */
export function isDnsConfigMap(namespace: string, name: string, mounted: ReadonlySet<string>): boolean {
  if (namespace === OPENSHIFT_DNS.namespace) return name === OPENSHIFT_DNS.configMap;
  return namespace === DNS_NAMESPACE && (DNS_CONFIG_MAPS.includes(name) || mounted.has(name));
}

/** A pod may name what no object is called, such as a flag of kubectl's (apimachinery pkg/util/validation, IsDNS1123Subdomain). */
const OBJECT_NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;

/**
 * What stands for the ConfigMap coredns-custom where it was asked for and is not there: k3s's and AKS's Corefiles import
 * its keys by patterns, which then match nothing. Nothing where a Corefile imports anything else.
 */
export function emptyParts(objects: readonly unknown[]): readonly unknown[] {
  const own = objects.filter((one) => isThere(one, "ConfigMap"));
  if (own.some((one) => textIn(one, "metadata", "name") === CUSTOM_PARTS)) return [];
  const imports = own.flatMap((one) =>
    [...(textIn(one, "data", "Corefile") ?? "").matchAll(/^[ \t]*import[ \t](.*)$/gm)].map(
      ([, pattern = ""]) => pattern.trim(),
    ),
  );
  const isOfParts = (pattern: string) => /^(?:[\w./-]*\/)?custom\/\*\.?(?:server|override)$/.test(pattern);
  if (imports.length === 0 || !imports.every(isOfParts)) return [];
  const none = `# There is no ConfigMap ${CUSTOM_PARTS}.\n`;
  const metadata = { name: CUSTOM_PARTS, namespace: DNS_NAMESPACE };
  return [{ kind: "ConfigMap", metadata, data: { "none.override": none, "none.server": none } }];
}
