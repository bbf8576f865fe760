/** Brackets the version of a musl that is linked in. Must not conclude more than the program's own marks tell. */
import { ALPINE_COMPILERS } from "../../knowledge/alpine.ts";
import { RUST_MUSL } from "../../knowledge/rust.ts";
import type { MuslVersion } from "../../model/image-profile.ts";
import type { ElfFact } from "../../model/layer-facts.ts";
import { type ApkVersion, orderApk, parseApk } from "../../version/apk.ts";
import { type MuslRelease, orderMusl, parseMusl } from "../../version/musl.ts";
import { inRange } from "../../version/range.ts";

/** The version of the musl in a static program, as bounds. */
export function staticMusl(elf: ElfFact): MuslVersion {
  const own = fromTable(elf);
  const maker = fromAlpine(elf.comments) ?? fromRust(elf.rustc);
  if (own === undefined || maker === undefined)
    return own ?? maker ?? { because: "nothing in it tells the version" };
  const atLeast = further(own.atLeast, maker.atLeast, 1);
  const below = further(own.below, maker.below, -1);
  // What is in the program itself beats what its compiler usually goes with.
  if (atLeast !== undefined && below !== undefined && orderMusl(read(atLeast), read(below)) >= 0) return own;
  return {
    ...(atLeast === undefined ? {} : { atLeast }),
    ...(below === undefined ? {} : { below }),
    because: `${own.because}, and ${maker.because}`,
  };
}

/** The bounds in words: `1.2.3 or newer, older than 1.2.4`. */
export function boundsText({ atLeast, below }: MuslVersion): string {
  const parts = [
    ...(atLeast === undefined ? [] : [`${atLeast} or newer`]),
    ...(below === undefined ? [] : [`older than ${below}`]),
  ];
  return parts.length === 0 ? "of unknown version" : parts.join(", ");
}

function fromTable({ linked }: ElfFact): MuslVersion | undefined {
  const noData = linked?.muslNoData;
  if (noData === undefined || noData === "unknown") return undefined;
  const because = `it ${noData ? "has" : "lacks"} the message for EAI_NODATA, which is there from 1.2.4 on (musl 85050ac5)`;
  return noData ? { atLeast: "1.2.4", because } : { below: "1.2.4", because };
}

/** Only where every object was made by Alpine's compilers is the C library Alpine's too. */
function fromAlpine(comments: readonly string[]): MuslVersion | undefined {
  const compilers: ApkVersion[] = [];
  for (const comment of comments) {
    if (!comment.startsWith("GCC: ")) continue;
    const version = /^GCC: \(Alpine ([^)]{1,64})\)/.exec(comment)?.[1];
    const parsed = version === undefined ? undefined : parseApk(version);
    if (parsed === undefined) return undefined;
    compilers.push(parsed);
  }
  const known = ALPINE_COMPILERS.find(
    ({ gcc }) => compilers.length > 0 && compilers.every((one) => inRange(orderApk, gcc, one)),
  );
  return (
    known && {
      ...known.musl,
      because: `it was built on Alpine with GCC ${compilers.map(({ text }) => text).join(" and ")}`,
    }
  );
}

function fromRust(rustc: string | undefined): MuslVersion | undefined {
  const match = /^(\d{1,4})\.(\d{1,4})\./.exec(rustc ?? "");
  if (match === null) return undefined;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const known = RUST_MUSL.find(({ from }) => major > from[0] || (major === from[0] && minor >= from[1]));
  return (
    known && {
      atLeast: known.musl,
      because: `it was built with Rust ${rustc}, whose musl targets bring ${known.musl}`,
    }
  );
}

function further(a: string | undefined, b: string | undefined, direction: 1 | -1): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return orderMusl(read(a), read(b)) * direction >= 0 ? a : b;
}

function read(text: string): MuslRelease {
  return parseMusl(text) as MuslRelease;
}
