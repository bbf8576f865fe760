import { describe, expect, it } from "vitest";
import { foundClusters } from "../../src/cluster/found.ts";
import { readSettings } from "../../src/settings/settings.ts";
import { found } from "./tree.ts";

const corefile = (stanza: string) => `.:53 {\n${stanza}    forward . 10.0.0.1\n}\n`;
const DENY = "    template ANY AAAA {\n        rcode NXDOMAIN\n    }\n";
const FINE = DENY.replace("NXDOMAIN", "NOERROR");
const indented = (text: string, by: number) => text.replace(/^(?=.)/gm, " ".repeat(by));
const configMap = (stanza: string, name = "coredns") =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  Corefile: |\n${indented(corefile(stanza), 4)}`;
const json = (stanza: string) =>
  `- op: replace\n  path: /data/Corefile\n  value: |\n${indented(corefile(stanza), 4)}`;

const BASE = {
  "base/coredns.yaml": configMap(DENY),
  "base/kustomization.yaml": "resources: [coredns.yaml]\n",
};
const PATCH = "resources: [../../base]\npatches:\n  - path: corefile.yaml\n";
const TARGET = "    target: {kind: ConfigMap, name: coredns}\n";

/** By file, what AAAA is answered outside, and which files are told to be patched. */
async function judged(files: Readonly<Record<string, string>>) {
  const { clusterFiles, unread } = await found(files);
  const { profiles, diagnostics } = await foundClusters(clusterFiles, readSettings({}), unread);
  return {
    answers: Object.fromEntries(profiles.map(({ name, answers }) => [name, answers.external.kind])),
    patched: diagnostics.filter(({ code }) => code === "corefile-patched").map(({ subject }) => subject),
    gaps: diagnostics.filter(({ weight }) => weight === "gap").map(({ code }) => code),
  };
}

describe("a Corefile that every build patches", () => {
  it.each([
    [
      "a strategic merge patch",
      { "overlays/prod/kustomization.yaml": PATCH, "overlays/prod/corefile.yaml": configMap(FINE) },
      "overlays/prod/corefile.yaml",
    ],
    [
      "one without metadata of its own, by its target",
      {
        "overlays/prod/kustomization.yaml": `${PATCH}${TARGET}`,
        "overlays/prod/corefile.yaml": configMap(FINE, "any"),
      },
      "overlays/prod/corefile.yaml",
    ],
    [
      "a JSON patch",
      { "overlays/prod/kustomization.yaml": `${PATCH}${TARGET}`, "overlays/prod/corefile.yaml": json(FINE) },
      "overlays/prod/corefile.yaml",
    ],
    [
      "an inline patch",
      {
        "overlays/prod/kustomization.yaml": `resources: [../../base]\npatches:\n  - patch: |-\n${indented(configMap(FINE), 6)}`,
      },
      "overlays/prod/kustomization.yaml",
    ],
    [
      "an inline JSON patch",
      {
        "overlays/prod/kustomization.yaml": `resources: [../../base]\npatches:\n  - patch: |-\n${indented(json(FINE), 6)}${TARGET}`,
      },
      "overlays/prod/kustomization.yaml",
    ],
    [
      "an overlay over an overlay",
      {
        "overlays/prod/kustomization.yaml": PATCH,
        "overlays/prod/corefile.yaml": configMap(FINE),
        "overlays/eu/kustomization.yaml": "resources: [../prod]\n",
      },
      "overlays/prod/corefile.yaml",
    ],
    [
      "a component",
      {
        "overlays/prod/kustomization.yaml": "resources: [../../base]\ncomponents: [../../dns]\n",
        "dns/kustomization.yaml": "patches:\n  - path: corefile.yaml\n",
        "dns/corefile.yaml": configMap(FINE),
      },
      "dns/corefile.yaml",
    ],
  ])("is judged as %s leaves it", async (_, files, where) => {
    expect(await judged({ ...BASE, ...files })).toEqual({
      answers: { [where]: "NODATA" },
      patched: ["base/coredns.yaml"],
      gaps: [],
    });
  });

  it("is denying where the patch denies", async () => {
    const said = await judged({
      ...BASE,
      "base/coredns.yaml": configMap(FINE),
      "overlays/prod/kustomization.yaml": PATCH,
      "overlays/prod/corefile.yaml": configMap(DENY),
    });
    expect(said.answers).toEqual({ "overlays/prod/corefile.yaml": "NXDOMAIN" });
  });
});

describe("a Corefile that some build takes in as it stands is judged too", () => {
  it.each([
    ["another overlay", { "overlays/dev/kustomization.yaml": "resources: [../../base]\n" }],
    ["a patch of another ConfigMap", { "overlays/prod/corefile.yaml": configMap(FINE, "other") }],
    [
      "a patch that sets something else",
      { "overlays/prod/corefile.yaml": "kind: ConfigMap\nmetadata: {name: coredns}\ndata: {other: x}\n" },
    ],
    [
      "a file with another Corefile in it",
      { "base/coredns.yaml": `${configMap(DENY)}---\n${configMap(DENY, "second")}` },
    ],
    ["no kustomization that takes it in", { "base/kustomization.yaml": "resources: []\n" }],
  ])("%s", async (_, files) => {
    const said = await judged({
      ...BASE,
      "overlays/prod/kustomization.yaml": PATCH,
      "overlays/prod/corefile.yaml": configMap(FINE),
      ...files,
    });
    expect(said.patched).toEqual([]);
    expect(said.answers["base/coredns.yaml"]).toBe("NXDOMAIN");
  });

  it("and kustomizations that take each other in end", async () => {
    const said = await judged({
      ...BASE,
      "base/kustomization.yaml": "resources: [coredns.yaml, ../other]\n",
      "other/kustomization.yaml": "resources: [../base]\n",
    });
    expect(said.answers["base/coredns.yaml"]).toBe("NXDOMAIN");
  });
});
