/** What programs that a build makes will be: the facts that detectors would learn of them. Must not look at commands. */
import { alpineCompiler, LOADERS } from "../../knowledge/loaders.ts";
import type { ElfFact, FileFact } from "../../model/layer-facts.ts";
import { orderMusl, parseMusl } from "../../version/musl.ts";

/** The C library that a stage's own programs and compilers use. */
export interface BuildLibc {
  readonly kind: "musl" | "glibc" | "unknown";
  /** OCI's name. */
  readonly architecture: string;
  /** Of musl, where it is known. */
  readonly version?: string;
  /** Of Alpine, where it is that. */
  readonly release?: string;
}

/** How a program is linked, where that is not as the stage's compiler does by default. */
export interface Linked {
  readonly libc?: "musl" | "glibc";
  readonly static?: boolean;
  readonly go?: ElfFact["go"];
  readonly rustc?: string;
}

const NO_LIBC = { musl: false, muslNoData: "unknown", glibc: false } as const;

/** A program of machine code; nothing where it is not known which C library it will use. */
export function programFacts(own: BuildLibc, how: Linked = {}): readonly FileFact[] | undefined {
  const libc = how.libc ?? own.kind;
  const { go, rustc } = how;
  const base = {
    kind: "elf" as const,
    bits: 64 as const,
    endian: "little" as const,
    machine: own.architecture,
    type: "executable" as const,
    needed: [],
    comments: [],
    traces: [],
    go,
    rustc,
  };
  if (go?.cgo === false) return [{ ...base, linked: NO_LIBC }];
  if (libc === "unknown") return undefined;
  if (how.static !== true) {
    const loader = LOADERS[own.architecture]?.[libc];
    return loader && [{ ...base, interpreter: loader.path, needed: [loader.library] }];
  }
  if (libc === "glibc") return [{ ...base, linked: { ...NO_LIBC, glibc: true } }];
  // Rust brings a musl of its own; else it is the stage's.
  const isOwn = rustc === undefined && own.kind === "musl";
  const compiler = isOwn && own.release !== undefined ? alpineCompiler(own.release) : undefined;
  const muslNoData = isOwn ? hasNoData(own.version) : ("unknown" as const);
  return [
    {
      ...base,
      linked: { musl: true, muslNoData, glibc: false },
      comments: rustc === undefined ? (compiler === undefined ? [] : [compiler]) : ["GCC: (GNU) 11.2.0"],
    },
  ];
}

/** musl's table of errors got one more entry with 1.2.4 (musl 85050ac5). */
function hasNoData(version: string | undefined): boolean | "unknown" {
  const [own, from] = [parseMusl(version ?? ""), parseMusl("1.2.4")];
  return own === undefined || from === undefined ? "unknown" : orderMusl(own, from) >= 0;
}

/** A script that names its interpreter, of a text that need not be known. */
export function scriptFacts(interpreter: string, argument?: string): readonly FileFact[] {
  return [{ kind: "script", interpreter, argument, truncated: false }];
}

/** A program that starts another one and looks up no names. */
export function wrapperFacts({ architecture }: BuildLibc): readonly FileFact[] {
  return [
    {
      kind: "elf",
      bits: 64,
      endian: "little",
      machine: architecture,
      type: "executable",
      needed: [],
      comments: [],
      traces: [],
      linked: { ...NO_LIBC, noResolver: true },
    },
  ];
}
