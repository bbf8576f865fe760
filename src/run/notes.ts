/** What reading named files came upon, as diagnostics. Must not decide what is read. */
import type { Diagnostic } from "../model/diagnostic.ts";

/** Collects what files that options name were not read for. */
export function noteIn(diagnostics: Diagnostic[]): (message: string) => void {
  return (message) => {
    // Many modules may call one folder.
    if (diagnostics.some((known) => known.message === message)) return;
    diagnostics.push({
      code: "link-not-followed",
      message,
      hint: "Name the file it leads to, or what terraform show -json prints.",
      weight: "gap",
    });
  };
}
