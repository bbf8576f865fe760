/** What files say of clusters' DNS: answers for other names, on their lines, and what is told. Must hold no expectation. */
import { foundClusters } from "../../src/cluster/found.ts";
import { readSettings } from "../../src/settings/settings.ts";
import { found } from "../discover/tree.ts";

/** Searches the files and judges the clusters they set up. */
export async function dnsFound(files: Readonly<Record<string, string>>) {
  const { clusterFiles, unread, diagnostics } = await found(files);
  const clusters = await foundClusters(clusterFiles, readSettings({}), unread);
  const all = [
    ...diagnostics,
    ...clusters.diagnostics,
    ...clusters.profiles.flatMap((one) => one.diagnostics),
  ];
  return {
    answers: clusters.profiles.map(({ answers: { external } }) => {
      const { kind, at } = external;
      const line = at === undefined ? "" : (files[at.file]?.split("\n")[at.line - 1] ?? "").trim();
      return { kind, at: at && `${at.file}:${at.line}`, line };
    }),
    gaps: all
      .filter(({ weight, code }) => weight === "gap" && code !== "not-followed")
      .map(({ code, at }) => `${code} ${at?.file}:${at?.line}`),
    notes: all.filter(({ weight }) => weight === "notice").map(({ code }) => code),
    messages: all.map(({ message, hint }) => `${message}. ${hint}`).join("\n"),
  };
}
