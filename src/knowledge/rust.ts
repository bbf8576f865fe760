/** Which musl Rust's own `*-linux-musl` targets link into programs. Must hold data only. */
import type { Citation } from "./citation.ts";

/** From a release of Rust on, the musl of its targets. */
export interface RustMusl {
  /** Major and minor of the first release. */
  readonly from: readonly [number, number];
  readonly musl: string;
  readonly citation: Citation;
}

/**
 * Newest first. Older releases shipped 1.1.24, but a program may have been built with a distribution's Rust and
 * its musl instead: what would clear a program is not concluded from its compiler.
 */
export const RUST_MUSL: readonly RustMusl[] = [
  {
    from: [1, 93],
    musl: "1.2.5",
    citation: {
      source:
        "https://github.com/rust-lang/compiler-team/issues/887, https://github.com/rust-lang/rust/pull/142682",
      confidence: "documented",
      checked: "2026-11-24",
    },
  },
  {
    from: [1, 71],
    musl: "1.2.3",
    citation: {
      source: "https://blog.rust-lang.org/2023/05/09/Updating-musl-targets.html",
      confidence: "documented",
      checked: "2026-11-24",
    },
  },
];
