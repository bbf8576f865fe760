/** Looks for strings and tables that a C library, a compiler or a runtime leaves in a program, in one pass. Must not keep the program. */

/** What was seen so far. */
export interface Found {
  musl: boolean;
  muslNoData: boolean | "unknown";
  glibc: boolean;
  /** 40 hex digits of rustc's commit, out of the paths of its standard library. */
  rustCommit?: string;
  /** Names a file that a resolver reads: every musl and glibc with a resolver in it does. */
  resolver: boolean;
  /** A C library whose resolver nobody has measured. */
  rare?: "uClibc" | "dietlibc";
  readonly others: Set<string>;
  /** Packages of Go whose C functions are called, by the names that cgo gives these (Go, src/cmd/cgo/out.go). */
  readonly withC: Set<string>;
}

/** Any string looked for, with what must be read behind it, is shorter: so much of a block is seen again with the next. */
export const OVERLAP = 512;

interface Pattern {
  readonly bytes: Buffer;
  /** Notes a hit; false when what follows shows that it is none, and the search goes on. */
  hit(found: Found, block: Buffer, at: number): boolean;
}

/** Packages that are kept, and letters of one. */
const MOST_PACKAGES = 64;
const MOST_LETTERS = 256;
/** In place of a package whose name cannot be read, and of all that are too many. */
const UNREAD_PACKAGE = "whose name could not be read";

/** One entry of musl's address policy: a prefix, its length in whole bytes, mask, precedence and label. */
const policy = (prefix: readonly number[], ...rest: readonly number[]) => [
  ...prefix,
  ...Array.from({ length: 16 - prefix.length }, () => 0),
  ...rest,
];

/** A part of musl's table of getaddrinfo errors (musl, src/network/gai_strerror.c): one array, so never torn apart by a linker. */
const GAI_ERRORS = "Name does not resolve\0Try again\0Non-recoverable error\0";
/** EAI_NODATA's text, which musl 1.2.4 put right behind them (musl 85050ac5). */
const NO_DATA = "Name has no usable address\0";

const PATTERNS: readonly Pattern[] = [
  {
    bytes: Buffer.from(GAI_ERRORS),
    hit(found, block, at) {
      const behind = block.subarray(at + GAI_ERRORS.length, at + GAI_ERRORS.length + NO_DATA.length);
      if (behind.length < NO_DATA.length) return false;
      found.musl = true;
      found.muslNoData = behind.toString("latin1") === NO_DATA;
      return true;
    },
  },
  {
    // musl's texts of errno (musl, src/errno/__strerror.h): no other library has this one for 0.
    bytes: Buffer.from("\0No error information\0"),
    hit: (found) => {
      found.musl = true;
      return true;
    },
  },
  {
    // Two entries of the address policy in musl's getaddrinfo (musl, src/network/lookup_name.c).
    bytes: Buffer.from([...policy([0x20, 0x02], 1, 0xff, 30, 2), ...policy([0x20, 0x01], 3, 0xff, 5, 5)]),
    hit: (found) => {
      found.musl = true;
      found.others.add("musl-getaddrinfo");
      return true;
    },
  },
  ...["glibc-ld.so.cache", "GLIBC_TUNABLES"].map((text) => ({
    bytes: Buffer.from(text),
    hit: (found: Found) => {
      found.glibc = true;
      return true;
    },
  })),
  // musl, src/network/resolvconf.c and lookup_name.c; glibc, resolv/resolv.h and nss/nss_files.
  ...["/etc/resolv.conf", "/etc/hosts"].map((text) => ({
    bytes: Buffer.from(text),
    hit: (found: Found) => {
      found.resolver = true;
      return true;
    },
  })),
  // Texts of errno that are one array each, in the order of their numbers.
  ...(
    [
      // dietlibc 0.34, lib/strerror.c.
      ["Interrupted system call\0I/O error\0No such device or address\0Arg list too long\0", "dietlibc"],
      // uClibc, libc/string/_string_syserrmsgs.c; glibc's may stand so too, and is known by more.
      [
        "Success\0Operation not permitted\0No such file or directory\0No such process\0Interrupted system call\0Input/output error\0No such device or address\0Argument list too long\0",
        "uClibc",
      ],
    ] as const
  ).map(([text, name]) => ({
    bytes: Buffer.from(text),
    hit: (found: Found) => {
      found.rare = name;
      return true;
    },
  })),
  {
    bytes: Buffer.from("/rustc/"),
    hit(found, block, at) {
      const commit = /^[0-9a-f]{40}$/.exec(block.toString("latin1", at + 7, at + 47))?.[0];
      if (commit !== undefined) found.rustCommit = commit;
      return commit !== undefined;
    },
  },
  ...(
    [
      ["c-ares library initialization not yet performed", "c-ares"],
      ["libgcompat.so", "gcompat"],
      // Names in Go's function table, which stays when build information and symbols are stripped.
      ["\0runtime.mallocgc\0", "go"],
      ["\0runtime/cgo.", "go-cgo"],
      ["packed with the UPX executable packer", "upx"],
    ] as const
  ).map(([text, name]) => ({
    bytes: Buffer.from(text),
    hit: (found: Found) => {
      found.others.add(name);
      return true;
    },
  })),
  // In Go's function table, too: `\0PACKAGE._Cfunc_NAME\0`.
  ...["._Cfunc_", "._C2func_"].map((text) => ({
    bytes: Buffer.from(text),
    hit(found: Found, block: Buffer, at: number) {
      // What is cut off at a block's begin was seen whole in the block before.
      if (at < MOST_LETTERS) return false;
      const [, start, path = ""] =
        /(^|\0)([!-~]+)$/.exec(block.toString("latin1", at - MOST_LETTERS, at)) ?? [];
      if (start === undefined) return false;
      const named = path.replaceAll("%2e", ".");
      if (found.withC.has(named)) return false;
      const isRead = start !== "" && /^[\w.~%/+-]+$/.test(path) && found.withC.size < MOST_PACKAGES;
      found.withC.add(isRead ? named : UNREAD_PACKAGE);
      return found.withC.size >= MOST_PACKAGES && found.withC.has(UNREAD_PACKAGE);
    },
  })),
];

/** Looks for the found block by block; consecutive blocks overlap by OVERLAP bytes. */
export class Traces {
  readonly found: Found = {
    musl: false,
    muslNoData: "unknown",
    glibc: false,
    resolver: false,
    others: new Set(),
    withC: new Set(),
  };
  #open: readonly Pattern[] = PATTERNS;

  /** Searches one block; a pattern found once is not looked for again. */
  search(block: Buffer): void {
    this.#open = this.#open.filter((pattern) => {
      for (let at = block.indexOf(pattern.bytes); at >= 0; at = block.indexOf(pattern.bytes, at + 1)) {
        if (pattern.hit(this.found, block, at)) return false;
      }
      return true;
    });
  }
}
