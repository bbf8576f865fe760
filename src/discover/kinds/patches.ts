/** Tells by a patch's text what it changes. Must not apply it. */
import { itemsAt, valueAt, type YamlNode, type YamlText } from "../../yaml/nodes.ts";

/** Texts of patches that stand in the kustomization itself, or in what GitOps objects say in its stead. */
export function inlinePatches(root: YamlNode | undefined): readonly YamlText[] {
  const isText = (node: YamlNode | undefined): node is YamlText => node?.kind === "text";
  return [
    ...itemsAt(root, "patchesStrategicMerge")
      .filter(isText)
      .filter(({ text }) => text.includes("\n")),
    ...["patches", "patchesJson6902"].flatMap((key) =>
      itemsAt(root, key)
        .map((patch) => valueAt(patch, "patch"))
        .filter(isText),
    ),
  ];
}

/** Whether a patch changes whose DNS pods ask; options of dnsConfig do not. */
export function changesDns(text: string): boolean {
  return /\b(?:dnsPolicy|nameservers|hostNetwork)\b|\/etc\/resolv\.conf/.test(text);
}

/** Whether a patch in the kustomization changes which image or program runs, or whose DNS it asks. */
export function changesPods(text: string): boolean {
  return changesMoreThanImages(text) || /\b(?:image|command|args)["']?\s*:/.test(text);
}

/** Whether a patch's text changes pods by a JSON pointer, or changes whose DNS they ask: neither is applied. */
function changesMoreThanImages(text: string): boolean {
  if (changesDns(text) || /\bdnsConfig\b/.test(text)) return true;
  // One more argument, `args/-`, starts nothing else.
  return [...text.matchAll(/\bpath["']?\s*:\s*["']?(\/[^"'\s,}]+)/g)].some((match) =>
    /\/(?:image|args|command(?:\/\d+)?|(?:c|initC)ontainers(?:\/(?:\d+|-))?)$/.test(match[1] ?? ""),
  );
}

/** Whether a patch in a file changes more than the images, commands and arguments that are applied from it. */
export function changesUnapplied(text: string, containers: number): boolean {
  return changesMoreThanImages(text) || (containers === 0 && /\b(?:command|args)["']?\s*:/.test(text));
}
