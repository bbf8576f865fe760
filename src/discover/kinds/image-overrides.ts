/** The entries of `images` that kustomizations and Flux put over images. Must not look for the workloads they meet. */
import type { Diagnostic } from "../../model/diagnostic.ts";
import { isLiteralImage, joinImage, splitImage } from "../../model/image-name.ts";
import type { Workload } from "../../model/workload.ts";
import type { Source } from "../../text/source.ts";
import { textAt, type YamlNode, type YamlText } from "../../yaml/nodes.ts";
import { imageNotLiteral } from "../gaps.ts";
import { moved } from "./patched.ts";

/** One entry of `images`. */
export interface ImageOverride {
  readonly name: string;
  readonly newName?: YamlText;
  readonly newTag?: YamlText;
  readonly digest?: YamlText;
  readonly tagSuffix?: YamlText;
  readonly file: Source;
}

/** Entries of `images`, of a kustomization or of Flux's Kustomization. */
export function overridesIn(file: Source, items: readonly YamlNode[]): readonly ImageOverride[] {
  return items.flatMap((item) => {
    const name = textAt(item, "name");
    if (name === undefined) return [];
    const [newName, newTag] = [textAt(item, "newName"), textAt(item, "newTag")];
    const [digest, tagSuffix] = [textAt(item, "digest"), textAt(item, "tagSuffix")];
    return [
      {
        name: name.text,
        newName,
        newTag,
        digest,
        tagSuffix,
        file,
      },
    ];
  });
}

/** The image of one entry put over a workload's (sigs.k8s.io/kustomize, api/filters/imagetag). */
export function overridden(workload: Workload, override: ImageOverride, diagnostics: Diagnostic[]): Workload {
  const image = splitImage(workload.image);
  if (image.name !== override.name && workload.image !== override.name) return workload;
  const { newName, newTag, digest, tagSuffix, file } = override;
  const used = [digest, newTag, tagSuffix, newName].filter((node) => node !== undefined);
  const [decisive] = used;
  if (decisive === undefined) return workload;
  const at = file.toPlace(decisive.start, decisive.end);
  const name = newName?.text ?? image.name;
  // A tag or digest drops the other one of the original; both may be given.
  const version =
    newTag !== undefined || digest !== undefined
      ? { tag: newTag?.text, digest: digest?.text }
      : tagSuffix !== undefined
        ? { tag: `${image.tag ?? "latest"}${tagSuffix.text}` }
        : {
            tag: image.tag,
            digest: image.digest,
          };
  const written = joinImage({ name, ...version });
  if (used.some(({ templated }) => templated) || !isLiteralImage(written)) {
    diagnostics.push(imageNotLiteral(written, workload.name, at));
    return workload;
  }
  return { ...workload, image: written, ...moved(workload, at) };
}
