/** Finds which layers bring the musl that containers resolve with. Must not word them. */
import type { ImageProfile, LayerRef } from "../model/image-profile.ts";
import type { Container } from "./arrange.ts";
import type { Report } from "../model/report.ts";

/** A layer, and who resolves with the musl in it. */
export interface MuslLayer {
  /** Absent for all of which the layer is not known, and for images that are not built yet. */
  readonly layer?: LayerRef;
  /** The distributions of these images: `Alpine Linux 3.13.12`. */
  readonly distributions: ReadonlySet<string>;
  /** Indices into `Report.images`. */
  readonly images: ReadonlySet<number>;
  readonly containers: readonly Container[];
}

/** The layers of these containers by how many containers resolve with their musl, the most first. */
export function muslLayers(report: Report, all: readonly Container[]): readonly MuslLayer[] {
  const found = new Map<
    string,
    { layer?: LayerRef; distributions: Set<string>; images: Set<number>; containers: Container[] }
  >();
  for (const one of all) {
    const profile = one.image === undefined ? undefined : report.images[one.image];
    if (one.image === undefined || profile?.process.musl === undefined) continue;
    const layer = layerOf(profile);
    const key = layer?.diffId ?? "";
    const group = found.get(key) ?? {
      layer,
      distributions: new Set<string>(),
      images: new Set<number>(),
      containers: [],
    };
    found.set(key, group);
    const { name, version = "" } = profile.distribution ?? {};
    if (name !== undefined) group.distributions.add(name.includes(version) ? name : `${name} ${version}`);
    group.images.add(one.image);
    group.containers.push(one);
  }
  return [...found.values()].toSorted((a, b) => b.containers.length - a.containers.length);
}

/** The layer of the musl that the process uses: of a static program its own. */
function layerOf({ process, musl }: ImageProfile): LayerRef | undefined {
  const last = process.chain.findLast(({ layer }) => layer !== undefined)?.layer;
  if (process.kind === "is-musl") return last;
  return musl.loader?.layer ?? musl.package?.layer ?? last;
}
