/** How options are written on the command line. Must know no flag's declaration. */
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Report } from "../model/report.ts";
import { OPTIONS, type OptionName } from "../settings/options.ts";

/** What an option is called on the command line; images and the folder are arguments. */
export function spelt(name: OptionName): string {
  return OPTIONS[name].command === "none" ? name : `--${name}`;
}

/** A sentence that names options in backticks, for somebody who writes flags. `cache` is a plugin of CoreDNS too. */
export function withFlags(sentence: string): string {
  return sentence.replace(/`([a-z-]+)`/g, (written, name: string) =>
    Object.hasOwn(OPTIONS, name) && name !== "cache" ? spelt(name as OptionName) : written,
  );
}

/** A report whose hints and ways out name options as flags, for people; programs get them as they are. */
export function reportWithFlags(report: Report): Report {
  const spelled = <T extends { readonly diagnostics: readonly Diagnostic[] }>(one: T): T => ({
    ...one,
    diagnostics: one.diagnostics.map((told) => ({ ...told, hint: withFlags(told.hint) })),
  });
  return {
    ...spelled(report),
    images: report.images.map(spelled),
    clusters: report.clusters.map(spelled),
    judgements: report.judgements.map((judgement) => {
      const { verdict } = judgement;
      const remedies = verdict.remedies.map((one) => ({
        ...one,
        title: withFlags(one.title),
        cost: withFlags(one.cost),
      }));
      return { ...judgement, verdict: { ...verdict, remedies } };
    }),
  };
}
