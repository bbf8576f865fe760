/** What one walk over one layer learnt: small, plain data, kept by its digests. Must hold no file bodies but short scripts. */
import type { Digest } from "./digest.ts";
import type { LayerNames } from "./layer-names.ts";

/** An ELF file's own words (System V gABI): what the kernel and the loader would do with it. */
export interface ElfFact {
  readonly kind: "elf";
  readonly bits: 32 | 64;
  readonly endian: "little" | "big";
  /** OCI architecture name where there is one (`amd64`, `arm64`, ...), else `e_machine` as `em-N`. */
  readonly machine: string;
  readonly type: "executable" | "shared-object" | "other";
  /** PT_INTERP; absent in static programs and in libraries. */
  readonly interpreter?: string;
  /** DT_NEEDED, in order. */
  readonly needed: readonly string[];
  readonly soname?: string;
  /** DT_RPATH and DT_RUNPATH as written. */
  readonly libraryPath?: string;
  /** Names in the table of dynamic symbols that lead to a resolver, or load more code; absent where it was not read. */
  readonly calls?: readonly string[];
  /** Strings of the `.comment` section, such as `GCC: (Alpine 10.3.1) 10.3.1 20210424`. */
  readonly comments: readonly string[];
  /** Go build information (`go version -m`); cgo as the build settings say. */
  readonly go?: {
    readonly version: string;
    readonly cgo: boolean | "unknown";
    readonly main?: string;
    /** Build tags that choose a resolver: `netgo`, `netcgo`. */
    readonly tags?: readonly string[];
    /** GODEBUG as the program's own source sets it (`//go:debug`). */
    readonly godebug?: string;
    /** Modules in it that are bindings to a C library which asks for names of servers. */
    readonly clients?: readonly string[];
    /** Packages whose C functions a static program calls, Go's own `net` among them; absent where their names are not there. */
    readonly withC?: readonly string[];
  };
  /** rustc's version or commit as left in the binary. */
  readonly rustc?: string;
  /** Traces of a C library linked in: only meaningful for programs without an interpreter. */
  readonly linked?: {
    /** musl's own strings are in the file. */
    readonly musl: boolean;
    /**
     * Whether musl's table of getaddrinfo errors has the entry that exists only from 1.2.4 on (EAI_NODATA's
     * text); `unknown` when that table was not linked in.
     */
    readonly muslNoData: boolean | "unknown";
    readonly glibc: boolean;
    /** Another C library, whose resolver has not been measured. */
    readonly other?: "uClibc" | "dietlibc";
    /** No file that a resolver reads is named in it. */
    readonly noResolver?: true;
    /** Besides, nothing in its code starts another program, and it is not packed: it looks up no names. */
    readonly bare?: true;
  };
  /** Other resolvers or runtimes recognised by their strings, such as `c-ares`. */
  readonly traces: readonly string[];
  /** Why not everything could be read, when it could not. */
  readonly partial?: string;
}

/** The C library itself, recognised by its content rather than by its name. */
export interface LibcFact {
  readonly kind: "libc";
  readonly libc: "musl" | "glibc";
  /** As the file carries it (`1.2.4_git20230717`, `2.36`); absent when it could not be found. */
  readonly version?: string;
}

/** A text that starts with `#!`, or a shell script by its name. */
export interface ScriptFact {
  readonly kind: "script";
  /** The words after `#!`: interpreter and at most one argument, as the kernel splits them. */
  readonly interpreter?: string;
  readonly argument?: string;
  /** The text of shell scripts, as far as `truncated` says. */
  readonly text?: string;
  /** Of a text in another language: paths and names by which it may start programs. */
  readonly mentions?: readonly string[];
  readonly truncated: boolean;
}

/** os-release(5), or alpine-release. */
export interface ReleaseFact {
  readonly kind: "release";
  readonly id?: string;
  readonly idLike?: string;
  readonly name?: string;
  readonly version?: string;
}

/** The packages of a database that decide about libc; all others are left out. */
export interface PackagesFact {
  readonly kind: "packages";
  readonly manager: "apk" | "dpkg" | "opkg" | "xbps" | "portage" | "rpm";
  readonly packages: readonly { readonly name: string; readonly version: string }[];
  /** How many packages the database lists in all. */
  readonly total: number;
  /** Why not everything could be read, when it could not. */
  readonly partial?: string;
}

/** Lines of a configuration file that name a resolver of a program's own (nginx `resolver`). */
export interface ConfigFact {
  readonly kind: "config";
  readonly program: "nginx";
  readonly directives: readonly { readonly line: number; readonly text: string }[];
}

/** A small text that decides what starts or how names are resolved: supervisors' programs, nsswitch.conf, package.json. */
export interface TextFact {
  readonly kind: "text";
  readonly text: string;
  readonly truncated: boolean;
}

/** Anything a detector can learn from one file. */
export type FileFact = ElfFact | LibcFact | ScriptFact | ReleaseFact | PackagesFact | ConfigFact | TextFact;

/** A path of a layer that matters later: it taught something, can be executed, or redirects another path. */
export type LayerEntry =
  | {
      readonly type: "file";
      readonly size: number;
      readonly executable: boolean;
      readonly facts: readonly FileFact[];
    }
  | { readonly type: "symlink"; readonly target: string }
  | { readonly type: "hardlink"; readonly target: string }
  /** What a build will leave there is not known; a planned layer alone has such. */
  | { readonly type: "unknown"; readonly because: string };

/** What may come to be in a folder, or below it, beside what is known to be there; a planned layer alone has such. */
export interface Fill {
  /** As paths of layers are written; empty for the root. */
  readonly folder: string;
  /** A clause: `RUN make in line 4 may have put it there`. */
  readonly because: string;
  /** What was there may have been replaced, too: nothing below is known that did not come later. */
  readonly replaces?: boolean;
  /** What every file is that nothing else tells of, where that can be said. */
  readonly as?: { readonly executable: boolean; readonly facts: readonly FileFact[] };
}

/**
 * The facts of one layer. Paths are relative to the root, without leading `/`, `.` or `..` parts. Order matters: a hard
 * link shares what its target is when it is made, and a file of the target's name that follows leaves the link alone.
 */
export interface LayerFacts {
  /** Schema and detector versions, part of the cache key. */
  readonly schema: string;
  /** Digest of the uncompressed tar as read. */
  readonly diffId: Digest;
  /** Bytes of the uncompressed tar. */
  readonly bytes: number;
  /** Headers in the tar. */
  readonly entryCount: number;
  /** About how many bytes of memory names and entries take. */
  readonly keptBytes: number;
  /** Every path but whiteouts, in tar order, as often as it came. A folder's has a `/` before it. */
  readonly names: LayerNames;
  /**
   * What stands at which index of `names`, ascending. A name without an entry, if it is no folder, taught nothing, but
   * hides what was there.
   */
  readonly entries: readonly (readonly [index: number, entry: LayerEntry])[];
  /** Paths removed from lower layers (`.wh.NAME`, without the prefix). */
  readonly whiteouts: readonly string[];
  /** Folders whose lower content is hidden (`.wh..wh..opq`). */
  readonly opaque: readonly string[];
  /** Of a planned layer, beside its names. */
  readonly fills?: readonly Fill[];
}
