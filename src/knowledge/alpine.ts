/** Which musl goes with an Alpine release, and with its compiler, for what names only these. Must hold data, and how to look it up. */
import type { Citation } from "./citation.ts";
import type { MuslBounds } from "./rust.ts";

/** The first release with a musl that fails a lookup for one failed half, 1.2.2; 3.12 has 1.1.24. */
export const ALPINE_WITH_STRICT_MUSL = {
  release: [3, 13],
  citation: {
    source:
      "measured: package databases and loaders of Alpine 3.12.12 and 3.13.12; Alpine 3.13.0 release notes",
    confidence: "measured",
    checked: "2026-11-24",
  },
} as const satisfies { readonly release: readonly [number, number]; readonly citation: Citation };

/**
 * The newest musl of each Alpine release that was looked at, oldest first. One that is not here has what its neighbours
 * have, where these have the same.
 */
export const ALPINE_MUSL = {
  releases: [
    ["3.6.5", "1.1.16-r15"],
    ["3.7.3", "1.1.18-r3"],
    ["3.8.5", "1.1.19-r11"],
    ["3.9.6", "1.1.20-r5"],
    ["3.10.9", "1.1.22-r4"],
    ["3.11.13", "1.1.24-r3"],
    ["3.12.12", "1.1.24-r10"],
    ["3.13.12", "1.2.2-r1"],
    ["3.14.10", "1.2.2-r4"],
    ["3.15.11", "1.2.2-r9"],
    ["3.16.9", "1.2.3-r3"],
    ["3.17.10", "1.2.3-r5"],
    ["3.18.9", "1.2.4-r2"],
    ["3.19.4", "1.2.4_git20230717-r4"],
    ["3.20.3", "1.2.5-r0"],
    ["3.21", "1.2.5-r9"],
    ["3.23.4", "1.2.5-r23"],
    ["3.24.0", "1.2.6-r2"],
  ],
  citation: {
    source:
      "measured up to 3.20.3 (package databases); from 3.21 on package URLs in public lists of parts; 3.22 was not seen",
    confidence: "likely",
    checked: "2026-11-25",
  },
} as const satisfies {
  readonly releases: readonly (readonly [string, string])[];
  readonly citation: Citation;
};

/** The compilers of some releases, and the musl these had. */
export interface AlpineCompiler {
  /** Major versions of GCC as `.comment` gives them in `GCC: (Alpine 9.3.0) 9.3.0`, both ends inclusive. */
  readonly from: number;
  readonly to: number;
  readonly releases: string;
  readonly musl: MuslBounds;
  readonly citation: Citation;
}

const MEASURED: Citation = {
  source:
    "measured: .comment of the loaders of Alpine 3.6.5 (GCC 6.3.0), 3.12.12 (9.3.0) and 3.13.12 (10.2.1_pre1); their package databases",
  confidence: "measured",
  checked: "2026-11-24",
};

/** Likely, not certain: between two releases Alpine's edge had other pairs. */
export const ALPINE_COMPILERS: readonly AlpineCompiler[] = [
  // GCC 9 stays open: edge had musl 1.2.1 while it may still have built with 9.3.0, and unknown is never a pass.
  // 3.9 had GCC 8.2.0 and 8.3.0, 3.10 8.3.0, 3.11 9.2.0 and 9.3.0 (public build logs); all before musl 1.2.
  { from: 3, to: 8, releases: "3.10 or older", musl: { below: "1.2.0" }, citation: MEASURED },
  {
    from: 10,
    to: 10,
    releases: "3.13, 3.14 or 3.15",
    musl: { atLeast: "1.2.2", below: "1.2.3" },
    citation: {
      source:
        "measured for 3.13.12 and 3.15.11; public build logs: v3.13 gcc 10.2.1_pre1-r3 with musl-dev 1.2.2-r0, v3.14 10.3.1_git20210424-r2 with 1.2.2-r3, v3.15 10.3.1_git20211027-r0 with 1.2.2-r7",
      confidence: "documented",
      checked: "2026-11-24",
    },
  },
  { from: 11, to: 11, releases: "newer than 3.15", musl: { atLeast: "1.2.2" }, citation: MEASURED },
  {
    from: 12,
    to: 99,
    releases: "3.17 or newer",
    musl: { atLeast: "1.2.3" },
    citation: {
      source:
        "public build logs: v3.17 libgcc 12.2.1_git20220924-r4 with musl 1.2.3-r5, v3.18 12.2.1_git20220924-r10",
      confidence: "documented",
      checked: "2026-11-24",
    },
  },
];

/**
 * The releases and the musl that go with the compilers named in a `.comment` section; nothing when another
 * distribution's compiler had a part in it too, or Alpine compilers of different ages.
 */
export function alpineMusl(comments: readonly string[]): AlpineCompiler | undefined {
  const compilers = comments.filter((text) => text.startsWith("GCC: ("));
  const found = new Set(
    compilers.map((text) => {
      const major = Number(/^GCC: \(Alpine (\d{1,3})\./.exec(text)?.[1] ?? Number.NaN);
      return ALPINE_COMPILERS.find(({ from, to }) => major >= from && major <= to);
    }),
  );
  return found.size === 1 ? [...found][0] : undefined;
}
