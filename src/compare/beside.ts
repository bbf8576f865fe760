/** Holds what runs against what runs elsewhere, or what files say: who is on one side alone, and whose image differs. Must judge nothing. */
import { imageInFull, splitImage } from "../model/image-name.ts";
import { placeText } from "../model/place.ts";
import type { Beside } from "../model/report.ts";
import type { Role, Workload } from "../model/workload.ts";

/** What may run in a pod; a build's images, services of compose files and the like do not. */
const OF_PODS: readonly Role[] = ["container", "init container", "ephemeral container"];

/**
 * Compares containers by kind, namespace, name and container; a file that says no namespace may be for any. `other` is what
 * reports call the other side.
 */
export function beside(here: readonly Workload[], there: readonly Workload[], other: string): Beside {
  const own = here.filter(isOfPods);
  const others = there.filter(isOfPods);
  const known = new Map<string, Workload[]>();
  for (const one of others) known.set(keyOf(one), [...(known.get(keyOf(one)) ?? []), one]);
  const found = new Set<Workload>();
  const alone: string[] = [];
  const otherwise: string[] = [];
  for (const one of own) {
    const alike = (known.get(keyOf(one)) ?? []).filter((its) => inOneNamespace(one, its));
    for (const its of alike) found.add(its);
    const [first] = alike;
    if (first === undefined) alone.push(one.name);
    else if (!alike.some((its) => isSameImage(one.image, its.image))) otherwise.push(differs(one, first));
  }
  const missing = others.filter((one) => !found.has(one)).map(nameAndPlace);
  return { other, here: distinct(alone), there: distinct(missing), otherwise: distinct(otherwise) };
}

function isOfPods({ role }: Workload): boolean {
  return OF_PODS.includes(role);
}

function keyOf({ key: { kind, name, container } }: Workload): string {
  return JSON.stringify([kind.toLowerCase(), name, container]);
}

function inOneNamespace({ key: one }: Workload, { key: other }: Workload): boolean {
  return one.namespace === other.namespace || one.namespace === "" || other.namespace === "";
}

/** By digest where both have one, else by tag; what was pulled under another name has no tag to compare. */
function isSameImage(runs: string, said: string): boolean {
  const [one, other] = [splitImage(runs), splitImage(said)];
  if (imageInFull(one.name) !== imageInFull(other.name)) return false;
  if (one.digest !== undefined && other.digest !== undefined) return one.digest === other.digest;
  if (one.tag === undefined && one.digest !== undefined) return true;
  return (one.tag ?? "latest") === (other.tag ?? "latest");
}

function differs(one: Workload, other: Workload): string {
  const says = other.pods === undefined ? `${where(other)} says ${other.image}` : `there ${other.image}`;
  return `${one.name}: ${one.image}, ${says}`;
}

function nameAndPlace(one: Workload): string {
  return one.pods === undefined && one.at !== undefined ? `${one.name}, ${placeText(one.at)}` : one.name;
}

function where({ at, name }: Workload): string {
  return at === undefined ? name : placeText(at);
}

function distinct(all: readonly string[]): readonly string[] {
  return [...new Set(all)];
}
