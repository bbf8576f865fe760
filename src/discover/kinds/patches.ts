/** Tells by a patch's text what it changes. Must not apply it. */
import { itemsAt, valueAt, type YamlNode, type YamlText } from "../../yaml/nodes.ts";

/** Texts of patches that stand in the kustomization itself, or in what GitOps objects say in its stead. */
export function inlinePatches(root: YamlNode | undefined): readonly InlineText[] {
  return [
    ...itemsAt(root, "patchesStrategicMerge").flatMap((text) =>
      text.kind === "text" && text.text.includes("\n") ? [{ text }] : [],
    ),
    ...["patches", "patchesJson6902"].flatMap((key) =>
      itemsAt(root, key).flatMap((one) => {
        const [text, target] = [valueAt(one, "patch"), valueAt(one, "target")];
        return text?.kind === "text" ? [{ text, target }] : [];
      }),
    ),
  ];
}

/** A patch's text, and what chooses its objects. */
interface InlineText {
  readonly text: YamlText;
  readonly target?: YamlNode;
}

/** Whether a patch changes whose DNS pods ask; options of dnsConfig do not. */
export function changesDns(text: string): boolean {
  return /\b(?:dnsPolicy|nameservers|hostNetwork)\b/.test(text) || RESOLV_CONF.test(text);
}

/** The file in a pod; what a Corefile hands questions on by is CoreDNS's own. */
const RESOLV_CONF = /(?<!\bforward[ \t][^\n\\]{0,200})\/etc\/resolv\.conf/;

/** Whether a patch in the kustomization changes which image or program runs, or whose DNS it asks. */
export function changesPods(text: string): boolean {
  return (
    changesMoreThanImages(text) ||
    changesDns(text) ||
    DNS.test(text) ||
    /\b(?:image|command|args)["']?\s*:/.test(text)
  );
}

const DNS = /\bdns(?:Policy|Config)\b|\bhostAliases\b/;

/** Whether a patch changes whose DNS pods ask in a way that is not applied: dnsPolicy and dnsConfig of a PodSpec are. */
function changesDnsUnapplied(text: string): boolean {
  const isTakenOut =
    DNS.test(text) && /\$(?:patch|retainKeys|deleteFromPrimitiveList)\b|\bdns\w+["']?:\s*null\b/.test(text);
  return isTakenOut || /\bhostNetwork\b/.test(text) || RESOLV_CONF.test(text);
}

/** Whether a patch's text changes pods by a JSON pointer, or changes whose DNS they ask in other ways: neither is applied. */
function changesMoreThanImages(text: string): boolean {
  if (changesDnsUnapplied(text)) return true;
  // One more argument, `args/-`, starts nothing else.
  return [...text.matchAll(/\bpath["']?\s*:\s*["']?(\/[^"'\s,}]+)/g)].some((match) =>
    /\/(?:image|args|command(?:\/\d+)?|(?:c|initC)ontainers(?:\/(?:\d+|-))?)$/.test(match[1] ?? ""),
  );
}

/** Whether a patch changes more than what is applied from it, of so many containers and DNS settings that were read of it. */
export function changesUnapplied(text: string, containers: number, dns: number): boolean {
  if (dns === 0 && DNS.test(text)) return true;
  return changesMoreThanImages(text) || (containers === 0 && /\b(?:command|args)["']?\s*:/.test(text));
}

/** Where in a pod's lists of containers something stands. */
interface PodPart {
  /** Empty for what concerns the pod as a whole. */
  readonly list: string;
  readonly index: string;
  readonly rest: readonly string[];
}

const LISTS = new Set(["containers", "initContainers", "ephemeralContainers"]);
/** Fields of a container that have no part in what starts in it, nor in what that finds. */
const WITHOUT_PART =
  /^(?:name|ports|resources|imagePullPolicy|securityContext|terminationMessage\w+|stdin|stdinOnce|tty)$/;

/**
 * What of a pod a pointer into an object is about (kubernetes.io, Workload Resources); nothing where that can change
 * neither how a container starts nor its image.
 */
export function podPart(pointer: readonly string[]): PodPart | undefined {
  const [spec, ...path] = pointer;
  if (spec !== "spec") return undefined;
  for (const key of ["jobTemplate", "template"]) {
    if (path[0] !== key) continue;
    if (path.length < 3) return path[1] === "metadata" ? undefined : { list: "", index: "", rest: [] };
    if (path[1] !== "spec") return undefined;
    path.splice(0, 2);
  }
  const [list = "", index = "", ...rest] = path;
  // One more volume changes none that is mounted.
  if (list === "volumes") return index === "-" ? undefined : { list: "", index: "", rest: [] };
  if (!LISTS.has(list)) return list === "" ? { list, index, rest } : undefined;
  return WITHOUT_PART.test(rest[0] ?? "") ? undefined : { list, index, rest };
}
