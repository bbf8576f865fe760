/** A run over images that the user named. Must print nothing. */
import { noteIn } from "./notes.ts";
import { namedClusters } from "../cluster/named.ts";
import type { ImageReads } from "../image/reads.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { keyOfImage } from "../model/workload-key.ts";
import { named } from "../model/workload-names.ts";
import type { Report } from "../model/report.ts";
import { filesOnDisk } from "../cluster/named-files.ts";
import { corefilePatches } from "../mend/corefile-patches.ts";
import { scan } from "../judge/judge.ts";
import type { Settings } from "../settings/settings.ts";

export async function scanImages(settings: Settings, images: ImageReads): Promise<Report> {
  const linked: Diagnostic[] = [];
  const clusters = await namedClusters(settings, filesOnDisk(noteIn(linked)));
  const workloads = settings.images.map((image) => ({
    image,
    ...named({ key: keyOfImage(image), role: "image" }),
    usesClusterDns: true,
  }));
  const request = { workloads, clusters: clusters.profiles, containersNamed: true };
  const report = await scan(request, (all) => images.read(all));
  const diagnostics = [...linked, ...clusters.diagnostics, ...report.diagnostics];
  return { ...report, diagnostics, patches: corefilePatches(report, clusters.corefiles) };
}
