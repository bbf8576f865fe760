import { describe, expect, it } from "vitest";
import { boundsText, staticMusl } from "../../../src/image/entrypoint/static-musl.ts";
import { elfFact } from "../../support/file-system.ts";

function version(muslNoData: boolean | "unknown", comments: readonly string[] = [], rustc?: string) {
  const { atLeast, below, because } = staticMusl(
    elfFact({ linked: { musl: true, muslNoData, glibc: false }, comments, ...(rustc && { rustc }) }),
  );
  return { atLeast, below, because };
}
const gcc = (text: string) => `GCC: (Alpine ${text}) 0`;
const OLD = gcc("8.3.0");
const NEW = gcc("10.2.1_pre1");

describe("staticMusl", () => {
  it.each([
    ["the table says 1.2.4 or newer", true, [], undefined, "1.2.4", undefined],
    ["the table says older", false, [], undefined, undefined, "1.2.4"],
    ["nothing says anything", "unknown", [], undefined, undefined, undefined],
    ["Alpine 3.13's compiler", "unknown", [NEW], undefined, "1.2.1", undefined],
    ["Alpine 3.16's compiler", false, [gcc("11.2.1_git20220219")], undefined, "1.2.1", "1.2.4"],
    ["Alpine 3.18's compiler", true, [gcc("12.2.1_git20220924-r10")], undefined, "1.2.4", undefined],
    ["Alpine 3.10's compiler", false, [OLD], undefined, undefined, "1.2.1"],
    [
      "Alpine 3.12's compiler, which may be the development branch's",
      false,
      [gcc("9.3.0")],
      undefined,
      undefined,
      "1.2.4",
    ],
    ["compilers of both sides", "unknown", [OLD, NEW], undefined, undefined, undefined],
    [
      "an Alpine compiler beside another",
      "unknown",
      [NEW, "GCC: (GNU) 9.4.0"],
      undefined,
      undefined,
      undefined,
    ],
    ["an Alpine compiler and a linker", "unknown", [NEW, "Linker: LLD 17"], undefined, "1.2.1", undefined],
    ["a version that is none", "unknown", [gcc("new")], undefined, undefined, undefined],
    ["Rust 1.71", false, ["GCC: (GNU) 9.4.0"], "1.71.0", "1.2.3", "1.2.4"],
    ["Rust 1.92", "unknown", [], "1.92.0", "1.2.3", undefined],
    ["Rust 1.93", true, [], "1.93.0", "1.2.5", undefined],
    ["Rust 2.0", true, [], "2.0.0", "1.2.5", undefined],
    // What would clear a program is not concluded from its compiler.
    ["Rust 1.70", false, [], "1.70.0", undefined, "1.2.4"],
    ["a commit of Rust", true, [], "8bab26f4f68e0e26f0bb7960be334d5b520ea452", "1.2.4", undefined],
    // The program's own table beats its compiler.
    ["Rust 1.93 with an older musl", false, [], "1.93.0", undefined, "1.2.4"],
    ["Alpine 3.10's compiler with a newer musl", true, [OLD], undefined, "1.2.4", undefined],
  ] as const)("%s", (_, noData, comments, rustc, atLeast, below) => {
    expect(version(noData, comments, rustc)).toMatchObject({ atLeast, below });
  });

  it("says why, and what", () => {
    expect(version(false, [NEW]).because).toBe(
      "it lacks the message for EAI_NODATA, which is there from 1.2.4 on (musl 85050ac5), and it was built on Alpine with GCC 10.2.1_pre1",
    );
    expect(version("unknown").because).toBe("nothing in it tells the version");
    expect(boundsText({ atLeast: "1.2.3", below: "1.2.4", because: "" })).toBe(
      "1.2.3 or newer, older than 1.2.4",
    );
    expect(boundsText({ because: "" })).toBe("of unknown version");
  });
});
