/** Puts reports beside each other: clusters one after the other, and each image once. Must judge nothing. */
import type { ImageProfile } from "../model/image-profile.ts";
import type { Judgement, Report } from "../model/report.ts";

/** Them as one, but for what each says besides. */
export function sideBySide(reports: readonly Report[]): Pick<Report, "images" | "clusters" | "judgements"> {
  const images: ImageProfile[] = [];
  const places = new Map<ImageProfile, number>();
  const clusters: Report["clusters"][number][] = [];
  const judgements: Judgement[] = [];
  for (const report of reports) {
    const first = clusters.length;
    for (const cluster of report.clusters) clusters.push(cluster);
    const indices = report.images.map((image) => {
      const place = places.get(image) ?? images.push(image) - 1;
      places.set(image, place);
      return place;
    });
    for (const one of report.judgements) {
      const image = one.image === undefined ? undefined : indices[one.image];
      judgements.push({ ...one, cluster: first + one.cluster, image });
    }
  }
  return { images, clusters, judgements };
}
