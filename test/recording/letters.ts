/** The letters of recordings, and the model's answers in them. Must not ask anything. */
import type { Answer } from "../../src/model/dns.ts";

/** The model's answer in the recorder's letters; `+` for what another server decides. */
export function letter({ kind, detail }: Answer, started: boolean): string {
  if (!started) return "X";
  switch (kind) {
    case "NXDOMAIN":
      return "N";
    case "SERVFAIL":
      return "S";
    case "REFUSED":
      return "R";
    case "NOTIMP":
      return "I";
    case "no-reply":
      return "-";
    case "NODATA":
      return detail === undefined ? "0" : "w";
    case "address":
      return detail?.includes("records in an answer") ? "w" : "a";
    case "passed-on":
      return "+";
    case "other-rcode":
      return "o";
    default:
      return "?";
  }
}

/** Whether that is what was recorded. */
export function agrees(ours: string, recorded: string): boolean {
  if (ours === "+") return recorded.endsWith("+");
  if (ours === "o") return recorded.startsWith("o");
  return recorded.replace("+", "") === ours;
}
