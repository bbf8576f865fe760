import fc from "../support/property.ts";
import { describe, expect, it } from "vitest";
import { yamlBudget } from "../../src/yaml/budget.ts";
import { jsonNodes } from "../../src/yaml/json-nodes.ts";
import { readYaml } from "../../src/yaml/nodes.ts";

const RUNS = Number(process.env.MUSLGATE_RUNS ?? 400);

/** As JSON that may have too many tokens is read: by YAML's parser, whose bound it does not meet. */
const byYaml = (text: string) => readYaml(text, { ...yamlBudget(), tokens: 2 * text.length - 1 });

/** Whether a text is read as JSON; it is then what YAML's reader makes of it. */
function isQuick(text: string): boolean {
  if (jsonNodes(text) === undefined) return false;
  expect(readYaml(text)).toEqual(byYaml(text));
  return true;
}

const usual = fc.constantFrom("", "", " ", "\n", "\n  ", "  \n", "\n\n", " \n \n  ");
const odd = fc.constantFrom("\t", "\n\t", "\r\n", "\r", "\u2028");
const blanks = fc.oneof({ weight: 60, arbitrary: usual }, { weight: 1, arbitrary: odd });
const piece = fc.oneof(
  fc.string({ unit: "binary", maxLength: 4 }).map((text) => JSON.stringify(text).slice(1, -1)),
  fc.constantFrom("}}", "#", " # ", ": ", "---", "...", "- ", "%", "&a", "*a", "!!x", "|", "'", "?"),
  fc.constantFrom(
    "\\/",
    "\\u0041",
    "\\ud83d\\ude00",
    "\\ud83d",
    "\\u2028",
    "\\n",
    "\\\\",
    '\\"',
    "\\b\\f\\r\\t",
    "\u0085",
    "\u2029",
    "\ufeff",
  ),
);
const string = fc
  .array(fc.oneof({ weight: 60, arbitrary: piece }, { weight: 1, arbitrary: fc.constantFrom("{{", "<<") }), {
    maxLength: 3,
  })
  .map((all) => `"${all.join("")}"`);
const plain = fc.constantFrom(
  "0",
  "-0",
  "1.5E+3",
  "1e-9",
  "-12.25",
  "true",
  "false",
  "null",
  "12345678901234567890",
);

/** Texts of JSON, blank where it may be blank; a few are spoilt by what stands between. */
const { json } = fc.letrec<{ json: string; value: string; list: string; map: string; entry: string }>(
  (tie) => ({
    value: fc.oneof({ maxDepth: 5, depthSize: "small" }, string, plain, tie("list"), tie("map")),
    entry: fc
      .tuple(
        blanks,
        string,
        fc.constantFrom(...Array(20).fill(""), " ", " ", "\n"),
        blanks,
        tie("value"),
        blanks,
      )
      .map(([a, key, b, c, value, d]) => `${a}${key}${b}:${c}${value}${d}`),
    list: fc
      .tuple(blanks, fc.array(fc.tuple(blanks, tie("value"), blanks), { maxLength: 4 }))
      .map(([blank, all]) =>
        all.length === 0 ? `[${blank}]` : `[${all.map((one) => one.join("")).join(",")}]`,
      ),
    map: fc
      .tuple(blanks, fc.array(tie("entry"), { maxLength: 4 }))
      .map(([blank, all]) => (all.length === 0 ? `{${blank}}` : `{${all.join(",")}}`)),
    json: fc.tuple(blanks, fc.oneof(tie("list"), tie("map")), blanks).map((all) => all.join("")),
  }),
);

describe("JSON as nodes", () => {
  it("is what YAML's reader makes of it, offsets and all", () => {
    let quick = 0;
    fc.assert(
      fc.property(json, (text) => {
        if (isQuick(text)) quick++;
      }),
      { numRuns: RUNS },
    );
    expect(quick).toBeGreaterThan(RUNS / 10);
  });

  it("is left to YAML's reader where a character of it is missing or too many", () => {
    fc.assert(
      fc.property(json, fc.nat(), fc.constantFrom("", "]", "}", ",", '"', "a", "\\"), (text, at, put) => {
        const place = at % text.length;
        const spoilt = text.slice(0, place) + put + text.slice(place + 1);
        if (isQuick(spoilt)) expect(() => JSON.parse(spoilt)).not.toThrow();
      }),
      { numRuns: RUNS },
    );
  });

  it.each([
    [
      "as kubectl prints it",
      JSON.stringify({ kind: "List", items: [{ a: [1, true, null, ""] }, {}] }, null, 4),
    ],
    ["without blanks", JSON.stringify({ kind: "List", items: [{ a: "x\n" }], b: [] })],
    ["with keys that come twice", '{"a": 1, "a": 2}\n'],
  ])("is read without YAML's parser %s", (_, text) => {
    expect(isQuick(text)).toBe(true);
  });

  it.each([
    ["that is none", '{"a": 1,}'],
    ["of one word", '"a"'],
    ["with a template", '{"a": "{{ .Values.a }}"}'],
    ["with a merge key", '{"<<": {"a": 1}}'],
    ["with tabs", '{\t"a": 1}'],
    ["that nests deeply", "[".repeat(150) + "]".repeat(150)],
    ["that no stack holds", "[".repeat(1e5) + "]".repeat(1e5)],
  ])("leaves a text %s alone", (_, text) => {
    expect(jsonNodes(text)).toBeUndefined();
  });

  it("goes no further than the nodes that may be kept", () => {
    const text = JSON.stringify(Array.from({ length: 50 }, () => ({ a: [1, { b: "" }] })));
    for (let most = 1; most <= 250; most++) expect(jsonNodes(text, most)?.size).toBe(most + 1);
    expect(jsonNodes(text, 251)?.size).toBe(251);
  });

  it("counts against the same bounds of nodes", () => {
    const text = JSON.stringify(Array.from({ length: 50 }, () => ({ a: 1 })));
    for (const nodes of [100, 101, 102]) {
      const budget = () => ({ ...yamlBudget(), nodes });
      expect(readYaml(text, budget())).toEqual(readYaml(text, { ...budget(), tokens: 2 * text.length - 1 }));
      expect(readYaml(text, budget()).documents).toHaveLength(nodes < 101 ? 0 : 1);
    }
  });
});
