/** Brackets the version of a musl that is linked into a static program. Must not claim more than its traces carry. */
import { alpineMusl } from "../../knowledge/alpine.ts";
import { type MuslBounds, rustMusl } from "../../knowledge/rust.ts";
import type { MuslVersion } from "../../model/image-profile.ts";
import type { ElfFact } from "../../model/layer-facts.ts";
import { orderMusl, parseMusl } from "../../version/musl.ts";

/** musl's table of getaddrinfo errors got EAI_NODATA's text with it (musl 85050ac5). */
const NO_DATA_FROM = "1.2.4";

/** The bounds, and what says so. Both bounds are absent when nothing tells the version. */
export function staticMuslVersion(elf: ElfFact): MuslVersion {
  const certain = fromErrorTexts(elf);
  const likely = fromToolchain(elf);
  // What the program itself carries beats what its compiler usually comes with.
  if (likely === undefined || !overlap(certain, likely)) return certain;
  const atLeast = later(certain.atLeast, likely.atLeast);
  const below = earlier(certain.below, likely.below);
  const told = [certain, likely].filter((one) => one.atLeast !== undefined || one.below !== undefined);
  // What a compiler usually comes with makes no bound surer.
  const isNarrower = atLeast !== certain.atLeast || below !== certain.below;
  return {
    ...(atLeast !== undefined && { atLeast }),
    ...(below !== undefined && { below }),
    confidence: isNarrower ? "likely" : certain.confidence,
    because: told.map(({ because }) => because).join("; "),
  };
}

/** `1.2.4 or newer`, `1.2.3 to before 1.2.4`, ... */
export function boundsText({ atLeast, below }: MuslBounds): string {
  if (atLeast !== undefined)
    return below === undefined ? `${atLeast} or newer` : `${atLeast} to before ${below}`;
  return below === undefined ? "of unknown version" : `older than ${below}`;
}

function fromErrorTexts({ linked }: ElfFact): MuslVersion {
  if (linked?.muslNoData === true) {
    return {
      atLeast: NO_DATA_FROM,
      confidence: "measured",
      because: `it has the message for EAI_NODATA, which is there from ${NO_DATA_FROM} on (musl 85050ac5)`,
    };
  }
  if (linked?.muslNoData === false) {
    return {
      below: NO_DATA_FROM,
      confidence: "measured",
      because: `it lacks the message for EAI_NODATA, which is there from ${NO_DATA_FROM} on (musl 85050ac5)`,
    };
  }
  return { confidence: "likely", because: "nothing in it tells the version" };
}

/** Rust's own targets bring their musl along; without Rust, Alpine's compiler tells the release it was built on. */
function fromToolchain({ rustc, comments }: ElfFact): MuslVersion | undefined {
  const alpine = comments.some((text) => text.startsWith("GCC: (Alpine "));
  if (rustc === undefined) {
    const built = alpineMusl(comments);
    return built && { ...built.musl, because: `it was likely built on Alpine ${built.releases}` };
  }
  // Alpine's Rust links Alpine's musl, Zig's linker its own: which one it was is open then.
  if (alpine || comments.some((text) => text.toLowerCase().includes("zig"))) return undefined;
  const shipped = rustMusl(rustc);
  // Stripped of its compilers' names it may be a distribution's, and an older musl would clear it.
  if (shipped?.musl.atLeast === undefined && !comments.some((text) => text.startsWith("GCC: (")))
    return undefined;
  return shipped && { ...shipped.musl, because: `it is likely the musl that Rust ${shipped.version} ships` };
}

function compare(a: string, b: string): number {
  const [x, y] = [parseMusl(a), parseMusl(b)];
  return x === undefined || y === undefined ? 0 : orderMusl(x, y);
}

function later(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compare(a, b) >= 0 ? a : b;
}

function earlier(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compare(a, b) <= 0 ? a : b;
}

function overlap(a: MuslBounds, b: MuslBounds): boolean {
  const atLeast = later(a.atLeast, b.atLeast);
  const below = earlier(a.below, b.below);
  return atLeast === undefined || below === undefined || compare(atLeast, below) < 0;
}
