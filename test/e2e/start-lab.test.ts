import { beforeAll, expect, it } from "vitest";
import { startProcessWith } from "../../src/image/entrypoint/follow.ts";
import * as whenNeeded from "../../src/image/entrypoint/when-needed.ts";
import { Overlay } from "../../src/image/overlay.ts";
import type { StartProcess } from "../../src/model/image-profile.ts";
import type { LayerEntry, LayerFacts } from "../../src/model/layer-facts.ts";
import type { ImageConfig } from "../../src/model/oci.ts";
import { factsOf } from "../support/image-files.ts";
import { describeWith } from "../support/parts.ts";
import { randomFrom } from "../support/random-archives.ts";
import { type Chain, type ChainFile, makeChain } from "./start-lab-chains.ts";
import { tricks } from "./start-lab-tricks.ts";
import { buildLab, factsOfRoot, type Lab, layerOf, runChains, type Seen } from "./start-lab-roots.ts";

/** CI asks for 2,000. */
const CHAINS = Number(process.env.MUSLGATE_START_CHAINS ?? 300);
const SEED = Number(process.env.MUSLGATE_START_SEED ?? 20_261_125);

const REPORTS = process.env.MUSLGATE_START_REPORT !== undefined;

type Answer = "clean" | "affected" | "unknown";

function answerOf({ kind, musl }: StartProcess): Answer {
  if (kind === "unknown") return "unknown";
  return musl === undefined ? "clean" : "affected";
}

describeWith(
  { corpus: true, root: true, go: true, programs: ["unshare", "musl-gcc", "gcc", "ldd", "ip", "mount"] },
  `${CHAINS} start chains, executed`,
  () => {
    let lab: Lab;
    let bases: Record<Chain["root"], LayerFacts>;
    beforeAll(() => {
      lab = buildLab();
      bases = { A: factsOfRoot(lab.roots.A), G: factsOfRoot(lab.roots.G) };
    }, 300_000);

    /** The facts of a layer with these files. */
    const filesLayer = (files: readonly ChainFile[]): LayerFacts => {
      const entries: [number, LayerEntry][] = [];
      const kept = files.filter(({ removed }) => removed === undefined);
      for (const [index, { path, text, mode = 0o755, link }] of kept.entries()) {
        const executable = (mode & 0o111) !== 0;
        const bytes = Buffer.from(text);
        const facts = factsOf({ path, size: bytes.length, executable }, bytes);
        if (link !== undefined) entries.push([index, { type: "symlink", target: link }]);
        else if (facts.length > 0 || executable)
          entries.push([index, { type: "file", size: bytes.length, executable, facts }]);
      }
      const removed = files.filter((file) => file.removed);
      return {
        ...layerOf(
          kept.map(({ path }) => path),
          entries,
        ),
        whiteouts: removed.map(({ path }) => path),
      };
    };

    const judge = (chain: Chain): StartProcess => {
      const base = bases[chain.root];
      const replaced = chain.files.flatMap((file) =>
        file.lower === undefined ? [] : [{ ...file, text: file.lower, removed: undefined }],
      );
      const layers = [base, filesLayer(replaced), filesLayer(chain.files)].map((facts, index) => ({
        ref: { index, diffId: facts.diffId },
        facts,
      }));
      const config: ImageConfig = {
        platform: { os: "linux", architecture: "amd64" },
        entrypoint: chain.words,
        cmd: [],
        env: chain.env,
        workingDir: chain.cwd,
        history: [],
        diffIds: [],
      };
      return startProcessWith(whenNeeded, new Overlay(layers), config, {});
    };

    it("none of the tricks is said clean that fails", { timeout: 300_000 }, async () => {
      const chains = tricks();
      const seen = await runChains(lab, chains);
      const wrong: string[] = [];
      const counts: Record<string, number> = {};
      for (const chain of chains) {
        const process = judge(chain);
        const { failed, output } = seen.get(chain.id) as Seen;
        expect(output, chain.id).not.toMatch(/^(?:mount|write|start): /);
        const answer = answerOf(process);
        const key = `${answer}, ${failed ? "failed" : "did not fail"}`;
        counts[key] = (counts[key] ?? 0) + 1;
        if (answer === "clean" && failed) wrong.push(chain.parts.join(", in "));
        if (REPORTS && key !== "affected, failed")
          console.log(
            `TRICK ${key}: ${chain.parts.join(", ")}\n  ${process.kind}: ${process.reason}\n  ${output.slice(0, 200)}`,
          );
      }
      if (REPORTS) console.log(counts);
      expect(wrong).toEqual([]);
    });

    it("none is said clean that fails, and few are said to fail that do not", {
      timeout: CHAINS * 500 + 60_000,
    }, async () => {
      const random = randomFrom(SEED);
      const chains = Array.from({ length: CHAINS }, (_, i) => makeChain(i, random));
      const judged = new Map(chains.map((chain) => [chain.id, judge(chain)]));
      const seen = await runChains(lab, chains);
      const wrong: string[] = [];
      const alarms: string[] = [];
      const open: string[] = [];
      const counts: Record<string, number> = {};
      for (const chain of chains) {
        const process = judged.get(chain.id) as StartProcess;
        const { failed, output } = seen.get(chain.id) as Seen;
        expect(output, chain.id).not.toMatch(/^(?:mount|write|start): /);
        const answer = answerOf(process);
        const key = `${answer}, ${failed ? "failed" : "did not fail"}`;
        counts[key] = (counts[key] ?? 0) + 1;
        const shown = () =>
          `${JSON.stringify({ ...chain, env: chain.env.slice(2) })}\n  ${process.kind}: ${process.reason}\n  ${output.slice(0, 300)}`;
        if (answer === "clean" && failed) wrong.push(shown());
        if (answer === "affected" && !failed) alarms.push(shown());
        if (answer === "unknown") open.push(shown());
      }
      if (REPORTS) {
        console.log(counts);
        for (const one of wrong.toSorted((a, b) => a.length - b.length).slice(0, 12))
          console.log(`WRONG ${one}`);
        for (const one of alarms.toSorted((a, b) => a.length - b.length).slice(0, 12))
          console.log(`ALARM ${one}`);
        for (const one of open) console.log(`OPEN ${one}`);
      }
      expect(wrong.toSorted((a, b) => a.length - b.length)[0]).toBeUndefined();
      expect(alarms.length, alarms.toSorted((a, b) => a.length - b.length)[0]).toBeLessThan(
        Math.max(2, CHAINS * 0.02),
      );
      expect(counts["unknown, failed"] ?? 0).toBeLessThan(CHAINS * 0.1);
    });
  },
);
