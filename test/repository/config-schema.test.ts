import { Ajv2020 } from "ajv/dist/2020.js";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { CLUSTER_OPTIONS, MOST_CLUSTERS } from "../../src/settings/cluster-entries.ts";
import { SELECTORS } from "../../src/settings/settings.ts";
import { readConfig } from "../../src/settings/config-file.ts";
import { OPTIONS, type Option } from "../../src/settings/options.ts";

function schemaOf({ kind, choices, description }: Option): object {
  const text = { type: ["string", "number"] };
  const value =
    kind === "switch"
      ? { type: "boolean" }
      : kind === "choice"
        ? { enum: choices }
        : kind === "list"
          ? { anyOf: [text, { type: "array", items: text }] }
          : text;
  return { description, ...value };
}

const chooser = (description: string) => ({ ...OPTIONS.include, description });
const CHOOSERS = {
  workloads: chooser("Who meets it, by globs over files and overlays' folders."),
  namespaces: chooser("Who meets it, by namespace; globs."),
  overlays: chooser("Who meets it, by the overlay, chart or release they come through; names or globs."),
};

/** For editors: made from the same table as the flags and the inputs. */
const SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "muslgate.yaml",
  type: "object",
  additionalProperties: false,
  properties: {
    ...Object.fromEntries(
      Object.entries<Option>(OPTIONS)
        .filter(([, { inFile }]) => inFile === true)
        .map(([name, option]) => [name, schemaOf(option)]),
    ),
    clusters: {
      description: "The clusters the run is about, what is said of each, and who meets it.",
      type: "array",
      maxItems: MOST_CLUSTERS,
      items: {
        type: "object",
        additionalProperties: false,
        required: ["name"],
        properties: {
          name: { description: "What reports call the cluster.", type: ["string", "number"] },
          ...Object.fromEntries(CLUSTER_OPTIONS.map((name) => [name, schemaOf(OPTIONS[name])])),
          ...Object.fromEntries(SELECTORS.map((name) => [name, schemaOf(CHOOSERS[name])])),
        },
      },
    },
    waivers: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["rule", "reason", "expires"],
        properties: {
          rule: { type: "string" },
          image: { type: "string" },
          path: { type: "string" },
          reason: { type: "string" },
          expires: { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}$" },
        },
      },
    },
  },
};

describe("docs/muslgate.schema.json", () => {
  it("is made from the table of options", async () => {
    await expect(`${JSON.stringify(SCHEMA, null, 2)}\n`).toMatchFileSnapshot(
      new URL("../../docs/muslgate.schema.json", import.meta.url).pathname,
    );
  });

  it("takes the README's example, as the program does", () => {
    const example = /```yaml\n(corefile: [\s\S]*?)```/.exec(readFileSync("README.md", "utf8"))?.[1] ?? "";
    const validate = new Ajv2020({ allowUnionTypes: true }).compile(SCHEMA);
    validate(parse(example));
    expect(validate.errors).toBeNull();
    const config = readConfig("muslgate.yaml", example);
    expect(config.options).toEqual({ corefile: "cluster/node-local-dns.yaml", "fail-on": "warning" });
    expect(config.waivers).toMatchObject([{ rule: "musl-paired-lookup", expires: "2027-03-31" }]);
  });

  it("takes the README's clusters, as the program does", () => {
    const example = /```yaml\n(clusters:[\s\S]*?)```/.exec(readFileSync("README.md", "utf8"))?.[1] ?? "";
    const validate = new Ajv2020({ allowUnionTypes: true }).compile(SCHEMA);
    validate(parse(example));
    expect(validate.errors).toBeNull();
    const { clusters } = readConfig("muslgate.yaml", example);
    expect(clusters.map(({ name }) => name)).toEqual(["production", "staging"]);
  });
});
