import { describe, expect, it } from "vitest";
import { DETECTORS } from "../../../src/image/detect/index.ts";
import { FactCollection } from "../../../src/image/layer/fact-collection.ts";
import { type PassingBy, TarWalk } from "../../../src/image/layer/tar.ts";
import { DEFAULT_LIMITS, type Limits } from "../../../src/image/limits.ts";
import { MuslgateError } from "../../../src/model/error.ts";
import { unpackNames } from "../../../src/model/layer-names.ts";
import fc from "../../support/property.ts";
import { randomArchive, randomFrom } from "../../support/random-archives.ts";
import { makeTar, pieces } from "../../support/tar.ts";

/** What is gathered of an archive, with or without passing by, and how many entries were passed by. */
function gathered(archive: Uint8Array, piece: number, limits: Limits, passesBy: boolean) {
  const facts = new FactCollection(DETECTORS, limits);
  let passed = 0;
  const passBy: PassingBy = (name, length, mode) => {
    const isPassed = facts.passBy(name, length, mode);
    if (isPassed) passed++;
    return isPassed;
  };
  const walk = new TarWalk((entry) => facts.entry(entry), limits, passesBy ? passBy : undefined);
  let failed: string | undefined;
  try {
    for (const bytes of pieces(archive, piece)) walk.push(bytes);
    walk.end();
  } catch (error) {
    if (!(error instanceof MuslgateError)) throw error;
    failed = error.message;
  }
  const { names, ...result } = facts.result();
  return { passed, all: { failed, entries: walk.entries, names: unpackNames(names), result } };
}

const PIECE = fc.constantFrom(1, 100, 512, 4_096, 10_000_000);

describe("passing files by", () => {
  it("teaches what visiting each teaches, of archives as strange as they come", () => {
    let passed = 0;
    fc.assert(
      fc.property(fc.integer(), PIECE, (seed, piece) => {
        const archive = randomArchive(randomFrom(seed));
        const seen = gathered(archive, piece, DEFAULT_LIMITS, true);
        passed += seen.passed;
        expect(seen.all).toEqual(gathered(archive, piece, DEFAULT_LIMITS, false).all);
      }),
      { numRuns: 500 },
    );
    expect(passed).toBeGreaterThan(50);
  });

  it("teaches the same of names that are clean, or just not", async () => {
    const part = fc.constantFrom(
      "a.css",
      "lib.d",
      ".",
      "..",
      "...",
      "",
      ".wh.a",
      ".wh..wh..opq",
      "..a",
      "run",
      "libx.so",
      "ü.css",
      "x".repeat(70),
    );
    const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
    const member = fc.record({
      name,
      body: fc.constantFrom("", "#!/bin/sh\n", "x".repeat(600)),
      mode: fc.constantFrom(0o644, 0o755),
    });
    let passed = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(member, { maxLength: 12 }),
        PIECE,
        fc.constantFrom(4_096, 80),
        async (members, piece, nameBytes) => {
          const archive = await makeTar(members.filter((one) => one.name !== ""));
          const limits = { ...DEFAULT_LIMITS, nameBytes };
          const seen = gathered(archive, piece, limits, true);
          passed += seen.passed;
          expect(seen.all).toEqual(gathered(archive, piece, limits, false).all);
        },
      ),
      { numRuns: 300 },
    );
    expect(passed).toBeGreaterThan(100);
  });

  it("counts a leading ./ against the bound on names", async () => {
    const limits = { ...DEFAULT_LIMITS, nameBytes: 80 };
    const archive = await makeTar([{ name: `./${"x".repeat(79)}`, body: "" }]);
    expect(gathered(archive, 512, limits, true).all.failed).toMatch(/more than 80 bytes/);
  });
});
