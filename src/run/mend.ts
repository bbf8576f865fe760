/** What would mend the findings of a run, gathered from all who know a way. Must change no file. */
import { baseImagePatches } from "../mend/base-image-patches.ts";
import { corefilePatches } from "../mend/corefile-patches.ts";
import { dnsConfigPatches } from "../mend/dns-config-patches.ts";
import type { Report } from "../model/report.ts";
import type { Images } from "./ports.ts";
import type { Survey } from "./survey.ts";

/** The report with patches; `text` gives a file as it is now. */
export async function mend(
  report: Report,
  { clusters }: Survey,
  text: (file: string) => Promise<string | undefined>,
  images: Pick<Images, "read">,
): Promise<Report> {
  const corefiles = corefilePatches(report, clusters.corefiles);
  const bases = await baseImagePatches(report, text, (all) => images.read(all));
  // Where a file's image can be changed its pods need not be.
  const mended = new Set(bases.map(({ file }) => file));
  const pods = (await dnsConfigPatches(report, text)).filter(({ file }) => !mended.has(file));
  return { ...report, patches: [...corefiles, ...bases, ...pods] };
}
