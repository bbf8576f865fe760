/** Which musl the standard library of Rust's `*-linux-musl` targets brings along. Must hold data, and how to look it up. */
import parse from "semver/functions/parse.js";
import type { Citation } from "./citation.ts";

/** A musl between two versions (`atLeast` inclusive, `below` exclusive). */
export interface MuslBounds {
  readonly atLeast?: string;
  readonly below?: string;
}

/** A musl by the minor version of Rust 1 from which it is shipped. */
export interface RustMusl {
  /** First `1.N` with it. */
  readonly fromMinor: number;
  readonly musl: MuslBounds;
  readonly citation: Citation;
}

/** Newest first. A program linked by another linker's own musl (Zig) or by a distribution's Rust does not follow it. */
export const RUST_MUSL: readonly RustMusl[] = [
  {
    fromMinor: 93,
    musl: { atLeast: "1.2.5" },
    citation: {
      source: "https://github.com/rust-lang/rust/pull/142682, Rust 1.93.0 release notes",
      confidence: "documented",
      checked: "2026-11-24",
    },
  },
  {
    fromMinor: 71,
    musl: { atLeast: "1.2.3", below: "1.2.4" },
    citation: {
      source:
        "https://github.com/rust-lang/rust/pull/107129, https://github.com/rust-cross/rust-musl-cross/pull/114",
      confidence: "documented",
      checked: "2026-11-24",
    },
  },
  {
    fromMinor: 0,
    musl: { below: "1.2.0" },
    citation: {
      source:
        "https://github.com/rust-lang/rust/pull/107129 (1.1.24 before it), https://github.com/rust-lang/rust/pull/82632 (1.2.2, never merged)",
      confidence: "documented",
      checked: "2026-11-24",
    },
  },
];

/**
 * Releases by the commit that stands in the paths of the standard library, for rustc before it left its version
 * in `.comment`: as `rustc --version --verbose` prints them in public bug reports.
 */
export const RUSTC_COMMITS: Readonly<Record<string, string>> = {
  "897e37553bba8b42751c67658967889d11ecd120": "1.65.0",
  "90743e7298aca107ddaa0c202a4d3604e29bfeb6": "1.66.1",
  d5a82bbd26e1ad8b7401f6a718a9c57c96905483: "1.67.1",
  "2c8cc343237b8f7d5a3c3703e3a87f2eb2c54a74": "1.68.0",
  "9eb3afe9ebe9c7d2b84b71002d44f4a0edac95e0": "1.68.2",
  "84c898d65adf2f39a5a98507f1fe0ce10a2b8dbc": "1.69.0",
  "90c541806f23a127002de5b4038be731ba1458ca": "1.70.0",
  "8ede3aae28fe6e4d52b38157d7bfe0d3bceef225": "1.71.0",
  "5680fa18feaa87f3ff04063800aec256c3d4b4be": "1.72.0",
  a28077b28a02b92985b3a3faecf92813155f1ea1: "1.74.1",
};

/**
 * The musl shipped with a rustc, named by its version (`1.77.2`, `1.94.0-nightly`) or its commit; nothing for a
 * commit that is not known, and for a nightly of just the release that changed it.
 */
export function rustMusl(rustc: string): { readonly version: string; readonly musl: MuslBounds } | undefined {
  const version = Object.hasOwn(RUSTC_COMMITS, rustc) ? (RUSTC_COMMITS[rustc] as string) : rustc;
  const read = parse(version.split(" ", 1)[0]);
  if (read?.major !== 1) return undefined;
  const found = RUST_MUSL.find(({ fromMinor }) => read.minor >= fromMinor);
  if (found === undefined || (read.prerelease.length > 0 && read.minor === found.fromMinor)) return undefined;
  return { version, musl: found.musl };
}
