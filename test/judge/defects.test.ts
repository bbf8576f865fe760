/** A defect of ours costs the answer it happens to: the others stand, and the exit code says it. */
import { describe, expect, it } from "vitest";
import type { ImagePorts } from "../../src/image/ports.ts";
import { ImageReads } from "../../src/image/reads.ts";
import type { Source } from "../../src/image/source/source.ts";
import { DEFECT, ISSUES } from "../../src/model/defect.ts";
import type { Image } from "../../src/model/oci.ts";
import { exitCode } from "../../src/judge/exit-code.ts";
import { CONTAINER_RULES } from "../../src/rules/index.ts";
import { scan } from "../../src/judge/judge.ts";
import { HOMEPAGE } from "../../src/model/program.ts";
import { alpine, config, layerFacts } from "../support/file-system.ts";
import { cluster, image, onMusl, workload } from "../support/profiles.ts";

const DIFF_ID = `sha256:${"0".repeat(64)}` as const;
const LAYER = { diffId: DIFF_ID, mediaType: "", blob: { kind: "read", facts: () => FACTS } } as const;
const FACTS = layerFacts(DIFF_ID, alpine("1.2.5"));
const good: Image = { reference: "good", config: config({ cmd: ["/bin/sh"] }), layers: [LAYER] };

/** A reader that breaks on one layer as a programming error would. */
const broken = { ...LAYER, diffId: `sha256:${"1".repeat(64)}` } as const;
const reader: ImagePorts["reader"] = {
  read: async (layer) => {
    if (layer.diffId === broken.diffId) throw new TypeError("x is undefined");
    return { facts: FACTS, verified: "stored-digest" };
  },
};

function reads(images: Readonly<Record<string, () => readonly Image[]>>): ImageReads {
  const source: Source = {
    scheme: "test",
    guess: async () => true,
    open: async ({ reference }) => ({
      images: (images[reference] as () => readonly Image[])(),
      diagnostics: [],
      close: async () => {},
    }),
  };
  const ports = { sources: [source], registries: [], reader, signal: new AbortController().signal };
  return new ImageReads(ports, "all");
}

const throws = () => {
  throw new RangeError("too deep");
};

describe("a defect while an image is read", () => {
  it.each([
    ["its opening", { bad: throws }, "too deep"],
    ["one of its layers", { bad: () => [{ ...good, reference: "bad", layers: [broken] }] }, "x is undefined"],
    [
      "what starts in it",
      {
        bad: () => [
          {
            ...good,
            reference: "bad",
            config: {
              ...good.config,
              get cmd() {
                return throws();
              },
            },
          },
        ],
      },
      "too deep",
    ],
  ])("costs %s alone", async (_, bad, words) => {
    const images = reads({ ...bad, good: () => [good] });
    const workloads = [workload("bad"), workload("good")];
    const request = { workloads, clusters: [cluster("NXDOMAIN")], containersNamed: true };
    const report = await scan(request, (all) => images.read(all));
    const paired = report.judgements.filter(({ verdict }) => verdict.ruleId === "musl-paired-lookup");
    expect(paired.map((one) => [one.workload?.name, one.verdict.outcome])).toEqual([
      ["bad", "unknown"],
      ["good", "affected"],
    ]);
    const told = [report, ...report.images].flatMap(({ diagnostics }) => diagnostics);
    const [defect] = told.filter(({ code }) => code === DEFECT);
    expect(defect?.message).toMatch("bad: this is a defect of muslgate");
    expect(defect?.message).toContain(words);
    expect(defect?.hint).toContain(ISSUES);
    expect(exitCode(report, "error", false)).toBe(1);
    expect(exitCode(report, "never", false)).toBe(4);
  });

  it("stops the run where the user called wrongly or stopped it", async () => {
    const stopped = AbortSignal.abort(new Error("stopped"));
    const ports = { sources: [], registries: [], reader, signal: stopped };
    await expect(new ImageReads(ports, "all").read([workload("x")])).rejects.toThrow("stopped");
  });
});

describe("a defect of a rule", () => {
  const request = {
    workloads: [workload("one"), workload("two")],
    clusters: [cluster("NODATA")],
    containersNamed: true,
  };
  const read = async () =>
    request.workloads.map(({ image: name }) => ({
      profiles: [image(onMusl("1.2.2"), name)],
      diagnostics: [],
    }));

  it("costs one verdict of one workload", async () => {
    const [real] = CONTAINER_RULES as [(typeof CONTAINER_RULES)[0]];
    const rule = {
      ...real,
      check: (context: Parameters<typeof real.check>[0]) =>
        context.image?.reference === "one" ? throws() : real.check(context),
    };
    const report = await scan(request, read, { containers: [rule], clusters: [] });
    expect(report.judgements.map(({ verdict }) => verdict.outcome)).toEqual(["unknown", "not-affected"]);
    expect(report.judgements[0]?.verdict.summary).toMatch(
      /one on the cluster is not known: this is a defect/,
    );
    expect(report.diagnostics.map(({ code }) => code)).toEqual([DEFECT]);
    expect(exitCode(report, "error", false)).toBe(4);
    expect(exitCode(report, "error", true)).toBe(4);
  });

  it("costs one verdict of one cluster", async () => {
    const rule = { ...CONTAINER_RULES[0]!, checkCluster: throws };
    const report = await scan(request, read, { containers: CONTAINER_RULES, clusters: [rule] });
    expect(report.judgements.filter(({ verdict }) => verdict.outcome === "unknown")).toHaveLength(1);
    expect(exitCode(report, "error", false)).toBe(4);
  });
});

it("is reported where the project is", () => {
  expect(ISSUES).toBe(`${HOMEPAGE}/issues`);
});
