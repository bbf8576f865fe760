/** Gathers the layers of all images, packs them, and has images name them by number. Must be the same whatever order images came in. */
import { parseReference } from "../image/source/registry/reference.ts";
import type { Digest } from "../model/digest.ts";
import { bySize, pack } from "./pack.ts";
import type { PlannedLayer, PlannedReference } from "./plan.ts";
import type { Recorded } from "./recorded.ts";

/** Each layer once, largest first, with the repository whose name comes first. */
export function layersOf(
  recorded: readonly Recorded[],
  shards: number,
): { readonly layers: readonly PlannedLayer[]; readonly references: readonly PlannedReference[] } {
  const known = new Map<Digest, Omit<PlannedLayer, "shard">>();
  for (const { reference, bare, images } of recorded) {
    const from = repositoryOf(bare, reference);
    if (from === undefined) continue;
    for (const { digest, size, isThere } of images.flatMap((image) => image.layers)) {
      const before = known.get(digest);
      if (before === undefined || (isThere && (before.from === "" || from < before.from)))
        known.set(digest, { digest, size, from: isThere ? from : "" });
    }
  }
  const sorted = [...known.values()].toSorted(bySize);
  const there = sorted.filter(({ from }) => from !== "");
  const numbers = pack(there, shards);
  const shardOf = new Map(there.map(({ digest }, i) => [digest, numbers[i] as number]));
  const layers = sorted.map((one) => ({ ...one, shard: shardOf.get(one.digest) ?? 0 }));
  const indexOf = new Map(layers.map(({ digest }, i) => [digest, i]));
  const references = recorded.map(({ images, bare: _bare, ...one }) => ({
    ...one,
    images: images.map(({ digest, config, layers: own }) => ({
      digest,
      config,
      layers: own.map((layer) => indexOf.get(layer.digest) as number),
    })),
  }));
  return { layers, references };
}

function repositoryOf(bare: string, written: string): string | undefined {
  try {
    const { registry, repository } = parseReference(bare, written);
    return `${registry}/${repository}`;
  } catch {
    return undefined;
  }
}
