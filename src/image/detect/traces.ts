/** Looks for the strings a C library or compiler leaves in a static program, in one pass. Must not keep the program. */

/** What a string proves. */
const MARKS = {
  /** musl's gai_strerror table, whose wording no other libc has (musl, src/network/gai_strerror.c). */
  muslTable: "Name does not resolve\0Try again\0Non-recoverable error\0",
  /** Its entry for EAI_NODATA, there from 1.2.4 on (musl 85050ac5). */
  muslNoData: "Name has no usable address\0",
  /** Its table of errno messages, in an order and wording of its own (musl, src/errno/__strerror.h); printf brings it. */
  muslErrors: "Not a tty\0Permission denied\0Operation not permitted\0",
  /** Names of glibc's tunables, linked into every static program from 2.26 on. */
  glibc: "glibc.malloc.",
  rustcVersion: "rustc version ",
  rustcPath: "/rustc/",
} as const;

type Mark = keyof typeof MARKS;
const PATTERNS = Object.entries(MARKS) as [Mark, string][];
const LONGEST = Math.max(...PATTERNS.map(([, text]) => text.length)) + 48;

/** The strings found so far. */
export class Traces {
  readonly #found = new Set<Mark>();
  #rustcVersion: string | undefined;
  #rustcCommit: string | undefined;
  #before: Buffer = Buffer.alloc(0);

  /** The next bytes of the file; what straddles two pieces is found too. */
  push(bytes: Uint8Array): void {
    const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const seam = Buffer.concat([this.#before, piece.subarray(0, LONGEST)]);
    for (const [mark, text] of PATTERNS) {
      if (this.#found.has(mark)) continue;
      const inSeam = this.#before.length === 0 ? -1 : seam.indexOf(text, 0, "latin1");
      const at = inSeam === -1 ? piece.indexOf(text, 0, "latin1") : inSeam;
      if (at === -1) continue;
      this.#found.add(mark);
      if (mark.startsWith("rustc"))
        this.#readRustc((inSeam === -1 ? piece : seam).toString("latin1", at, at + LONGEST));
    }
    const kept = Buffer.concat([this.#before, piece.subarray(-LONGEST)]);
    this.#before = Buffer.from(kept.subarray(-LONGEST));
  }

  /** rustc's version or the commit it was built from. */
  get rustc(): string | undefined {
    return this.#rustcVersion ?? this.#rustcCommit;
  }

  /** Which C library is linked in. */
  get linked(): {
    readonly musl: boolean;
    readonly muslNoData: boolean | "unknown";
    readonly glibc: boolean;
  } {
    const musl = this.#found.has("muslTable");
    const noData = this.#found.has("muslNoData");
    // The new entry stands behind the part that is looked for: without the table its absence says nothing.
    return {
      musl: musl || noData || this.#found.has("muslErrors"),
      muslNoData: noData ? true : musl ? false : "unknown",
      glibc: this.#found.has("glibc"),
    };
  }

  #readRustc(text: string): void {
    this.#rustcVersion ??= /^rustc version (\d+\.\d+\.\d+)/.exec(text)?.[1];
    this.#rustcCommit ??= /^\/rustc\/([0-9a-f]{40})/.exec(text)?.[1];
  }
}
