import { describe, expect, it } from "vitest";
import { boundsText, staticMuslVersion } from "../../../src/image/entrypoint/static-musl.ts";
import { ALPINE_COMPILERS } from "../../../src/knowledge/alpine.ts";
import { RUST_MUSL, RUSTC_COMMITS, rustMusl } from "../../../src/knowledge/rust.ts";
import type { ElfFact } from "../../../src/model/layer-facts.ts";
import { parseMusl } from "../../../src/version/musl.ts";

function elf(muslNoData: boolean | "unknown", rustc?: string, comments: readonly string[] = []): ElfFact {
  return {
    kind: "elf",
    bits: 64,
    endian: "little",
    machine: "amd64",
    type: "executable",
    needed: [],
    comments,
    ...(rustc !== undefined && { rustc }),
    linked: { musl: true, muslNoData, glibc: false },
    traces: [],
  };
}
const bounds = (fact: ElfFact) => {
  const { atLeast, below } = staticMuslVersion(fact);
  return [atLeast, below];
};

describe("the version of a static musl", () => {
  it("by the table of error texts", () => {
    expect(bounds(elf(true))).toEqual(["1.2.4", undefined]);
    expect(bounds(elf(false))).toEqual([undefined, "1.2.4"]);
    expect(bounds(elf("unknown"))).toEqual([undefined, undefined]);
  });

  it.each([
    ["1.70.0", false, [undefined, "1.2.0"]],
    ["1.71.0", false, ["1.2.3", "1.2.4"]],
    ["1.92.0", "unknown", ["1.2.3", "1.2.4"]],
    ["1.93.0", true, ["1.2.5", undefined]],
    ["1.98.1", "unknown", ["1.2.5", undefined]],
    ["90c541806f23a127002de5b4038be731ba1458ca", false, [undefined, "1.2.0"]],
    ["8ede3aae28fe6e4d52b38157d7bfe0d3bceef225", false, ["1.2.3", "1.2.4"]],
  ] as const)("by rustc %s", (rustc, noData, expected) => {
    expect(bounds(elf(noData, rustc, ["GCC: (GNU) 9.4.0"]))).toEqual(expected);
  });

  it("not by a rustc that is not known, nor by a nightly of the release that changed it", () => {
    expect(bounds(elf(false, "0".repeat(40)))).toEqual([undefined, "1.2.4"]);
    expect(bounds(elf("unknown", "1.93.0-nightly"))).toEqual([undefined, undefined]);
    expect(bounds(elf("unknown", "1.94.0-nightly"))).toEqual(["1.2.5", undefined]);
    expect(rustMusl("constructor")).toBeUndefined();
  });

  it("not by an older rustc where nothing tells that the musl is not a distribution's", () => {
    expect(bounds(elf(false, "1.70.0"))).toEqual([undefined, "1.2.4"]);
    expect(bounds(elf("unknown", "1.70.0"))).toEqual([undefined, undefined]);
    // What would fail it is taken without.
    expect(bounds(elf("unknown", "1.71.0"))).toEqual(["1.2.3", "1.2.4"]);
  });

  it("not by rustc where another linker brought its own musl", () => {
    expect(bounds(elf(false, "1.70.0", ["GCC: (Alpine 10.3.1_git20211027) 10.3.1 20211027"]))).toEqual([
      undefined,
      "1.2.4",
    ]);
    expect(
      bounds(elf(false, "1.70.0", ["clang version 19.1.7 (https://github.com/ziglang/zig-bootstrap x)"])),
    ).toEqual([undefined, "1.2.4"]);
  });

  it("is as sure as what narrows it: its own texts are measured, its compiler's release is likely", () => {
    const sure = (fact: ElfFact) => staticMuslVersion(fact).confidence;
    expect([sure(elf(true)), sure(elf(false)), sure(elf("unknown"))]).toEqual([
      "measured",
      "measured",
      "likely",
    ]);
    expect([sure(elf(true, "1.93.0")), sure(elf(false, "1.71.0"))]).toEqual(["likely", "likely"]);
    expect(sure(elf("unknown", "1.93.0"))).toBe("likely");
    // A compiler that its texts speak against takes no part.
    expect(sure(elf(true, "1.70.0"))).toBe("measured");
  });

  it("the program's own texts beat what its compiler usually ships", () => {
    const told = staticMuslVersion(elf(true, "1.70.0"));
    expect(told).toMatchObject({ atLeast: "1.2.4" });
    expect(told.below).toBeUndefined();
    expect(told.because).not.toContain("Rust");
  });

  it.each([
    ["GCC: (Alpine 6.3.0) 6.3.0", [undefined, "1.2.0"]],
    ["GCC: (Alpine 9.3.0) 9.3.0", [undefined, undefined]],
    ["GCC: (Alpine 8.3.0) 8.3.0", [undefined, "1.2.0"]],
    ["GCC: (Alpine 10.2.1_pre1) 10.2.1 20201203", ["1.2.2", "1.2.3"]],
    ["GCC: (Alpine 12.2.1_git20220924-r10) 12.2.1 20220924", ["1.2.3", undefined]],
    ["GCC: (Alpine 15.2.0) 15.2.0", ["1.2.3", undefined]],
    ["GCC: (Debian 12.2.0-14) 12.2.0", [undefined, undefined]],
    ["GCC: (GNU) 9.4.0", [undefined, undefined]],
  ])("by the compiler: %s", (comment, expected) => {
    expect(bounds(elf("unknown", undefined, [comment]))).toEqual(expected);
  });

  it("not by compilers of several distributions or ages", () => {
    const several = (...comments: string[]) => bounds(elf("unknown", undefined, comments));
    expect(several("GCC: (Alpine 9.3.0) 9.3.0", "GCC: (GNU) 9.2.0")).toEqual([undefined, undefined]);
    expect(several("GCC: (Alpine 9.3.0) 9.3.0", "GCC: (Alpine 10.3.1) 10.3.1")).toEqual([
      undefined,
      undefined,
    ]);
    expect(several("GCC: (Alpine 8.2.0) 8.2.0", "GCC: (Alpine 8.3.0) 8.3.0")).toEqual([undefined, "1.2.0"]);
  });

  it("is said in words", () => {
    expect(boundsText({ atLeast: "1.2.4" })).toBe("1.2.4 or newer");
    expect(boundsText({ atLeast: "1.2.3", below: "1.2.4" })).toBe("1.2.3 to before 1.2.4");
    expect(boundsText({ below: "1.2.0" })).toBe("older than 1.2.0");
    expect(boundsText({})).toBe("of unknown version");
    expect(staticMuslVersion(elf(false, "1.71.0")).because).toBe(
      "it lacks the message for EAI_NODATA, which is there from 1.2.4 on (musl 85050ac5); it is likely the musl that Rust 1.71.0 ships",
    );
  });
});

describe("what is known of toolchains", () => {
  it("has versions that can be compared, a source for each, and every release once", () => {
    for (const { musl, citation } of [...RUST_MUSL, ...ALPINE_COMPILERS]) {
      for (const version of [musl.atLeast, musl.below]) {
        if (version !== undefined) expect(parseMusl(version)?.text).toBe(version);
      }
      expect(citation.source).not.toBe("");
    }
    for (const [commit, release] of Object.entries(RUSTC_COMMITS)) {
      expect(commit).toMatch(/^[0-9a-f]{40}$/);
      expect(rustMusl(commit)).toEqual(rustMusl(release));
    }
    expect(RUST_MUSL.map(({ fromMinor }) => fromMinor)).toEqual(
      RUST_MUSL.map(({ fromMinor }) => fromMinor).sort((a, b) => b - a),
    );
  });
});
