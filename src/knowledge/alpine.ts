/** Which musl a compiler of Alpine's goes with, as it signs static programs. Must hold data only. */
import { type ApkVersion, parseApk } from "../version/apk.ts";
import type { Range } from "../version/range.ts";
import type { Citation } from "./citation.ts";

/** Bounds of musl for programs whose every object an Alpine compiler of a range made. */
export interface AlpineCompiler {
  readonly gcc: Range<ApkVersion>;
  /** `atLeast` inclusive, `below` exclusive. */
  readonly musl: { readonly atLeast?: string; readonly below?: string };
  readonly citation: Citation;
}

/**
 * Between the two stands 9.3.0, with which musl 1.1.24 of Alpine 3.12 was built and perhaps 1.2.1 of the
 * development branch: it says nothing.
 */
export const ALPINE_COMPILERS: readonly AlpineCompiler[] = [
  {
    gcc: { below: apk("9.3.0") },
    musl: { below: "1.2.1" },
    citation: {
      source:
        "measured: `.comment` of musl and busybox in Alpine 3.6 (6.3.0, musl 1.1.16) and 3.12 (9.3.0, musl 1.1.24), " +
        "which came out before musl 1.2.1",
      confidence: "measured",
      checked: "2026-11-24",
    },
  },
  {
    gcc: { from: apk("10.2.1_pre1") },
    musl: { atLeast: "1.2.1" },
    citation: {
      source:
        "measured: `.comment` of busybox in Alpine 3.13 (10.2.1_pre1 of 2020-12-03, musl 1.2.2), 3.15, 3.16, 3.17, " +
        "3.18 and 3.19; musl 1.2.1 came out on 2020-08-04",
      confidence: "likely",
      checked: "2026-11-24",
    },
  },
];

function apk(text: string): ApkVersion {
  const parsed = parseApk(text);
  if (parsed === undefined) throw new Error(`not an apk version: ${text}`);
  return parsed;
}
