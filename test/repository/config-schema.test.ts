import { Ajv2020 } from "ajv/dist/2020.js";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
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
});
