import { readFileSync } from "node:fs";
import fc from "../support/property.ts";
import { describe, expect, it } from "vitest";
import { readCorefileInput } from "../../src/cluster/corefiles/find.ts";
import { answer } from "../../src/corefile/answer.ts";
import { Budget, COREFILE_LIMITS, type CorefileLimit } from "../../src/corefile/budget.ts";
import { effectiveCorefile } from "../../src/corefile/effective.ts";
import { parseCorefile } from "../../src/corefile/parser.ts";
import { REPRESENTATIVE_RELEASES } from "../../src/knowledge/coredns.ts";
import { explain } from "../../src/explain/explain.ts";

const times = (count: number, text: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join("");
const DENY = "  template IN AAAA {\n    rcode NXDOMAIN\n  }\n";
const FORWARD = "  forward . 192.0.2.9\n";

function read(text: string) {
  const budget = new Budget();
  const { corefile, diagnostics } = parseCorefile(text, { budget });
  return { budget, effective: effectiveCorefile(corefile, diagnostics, { budget }) };
}

const explained = (text: string) =>
  explain(readCorefileInput("Corefile", text), { names: [], type: "AAAA" })[0]!;

describe("a hostile Corefile", () => {
  it.each<[string, CorefileLimit, string]>([
    [
      "one line of a million words",
      "corefileWords",
      `. {\n  template IN AAAA ${"a ".repeat(1_000_000)}\n}\n`,
    ],
    [
      "a large snippet in many blocks",
      "corefileWords",
      `(a) {\n${"  rewrite name a.test b.test\n".repeat(1_000)}}\n${times(900, (i) => `z${i}.test {\n  import a\n}\n`)}`,
    ],
    ["a snippet that imports itself", "corefileImports", "(a) {\n  import a\n}\n. {\n  import a\n}\n"],
    ["20,000 server blocks", "corefileBlocks", times(20_000, (i) => `z${i}.test {\n${FORWARD}}\n`)],
    [
      "networks that end inside an octet",
      "corefileZones",
      `${times(2_000, () => "0.0.0.0/1 10.0.0.0/9 2001:db8::/33 ")}{\n${DENY}}\n`,
    ],
    [
      "such networks as arguments",
      "corefileZones",
      `. {\n  template IN AAAA ${times(2_000, (i) => `${i % 256}.0.0.0/1 `)}{\n  rcode NXDOMAIN\n  }\n}\n`,
    ],
    [
      "hundreds of zones on thousands of addresses",
      "corefileListeners",
      `${times(300, (i) => `z${i}.test `)}{\n  bind ${times(30_000, (i) => `10.${i >> 8}.${i & 255}.1 `)}\n${DENY}}\n`,
    ],
    [
      "3,000 large patterns",
      "corefilePatterns",
      `. {\n${times(3_000, (i) => `  template IN AAAA {\n    match (a|b|c|d){1,300}x${i}\n    fallthrough\n  }\n`)}${FORWARD}}\n`,
    ],
    [
      "patterns that try everything",
      "corefileWitnesses",
      `${times(300, (i) => `z${i}.example.test `)}{\n${times(60, (i) => `  rewrite name regex (.?){200}(.?){200}x${i} y.test\n`)}${FORWARD}}\n`,
    ],
    [
      "policies that ask on and on",
      "corefileSteps",
      `. {\n  acl {\n${times(40, () => "    allow net 10.0.0.0/8\n")}  }\n  template IN AAAA {\n    answer "{{ .Name }} 60 IN CNAME x.{{ .Name }}"\n  }\n${FORWARD}}\n`,
    ],
  ])("of %s ends in the budget: %s", (_, limit, text) => {
    const { diagnostics, zones } = explained(text);
    const told = diagnostics.filter(({ code }) => code === "corefile-too-large");
    expect(told.map(({ message, weight }) => [message.includes(`(${limit})`), weight])).toEqual([
      [true, "gap"],
    ]);
    expect(zones.filter(({ answer: { kind } }) => kind === "unknown")).not.toHaveLength(
      zones.length === 0 ? 1 : 0,
    );
  });

  /** Steps that the questions about a Corefile take. */
  function steps(text: string): number {
    const { budget, effective } = read(text);
    for (const zone of new Set(effective.zones.map((served) => served.zone))) {
      expect(answer(effective, zone === "." ? "example.test." : `name.${zone}`, "AAAA").kind).not.toBe(
        "unknown",
      );
    }
    return budget.spent("corefileSteps");
  }

  it.each<[string, (count: number) => string]>([
    [
      "addresses of one bind",
      (n) => `. {\n  bind ${times(n, (i) => `10.0.${i >> 8}.${i & 255} `)}\n${DENY}}\n`,
    ],
    [
      "blocks on an address each",
      (n) => times(n, (i) => `. {\n  bind 10.0.${i >> 8}.${i & 255}\n${DENY}}\n`),
    ],
    ["zones of one block", (n) => `${times(n, (i) => `z${i}.test `)}{\n${DENY}}\n`],
    ["blocks of a zone each", (n) => times(n, (i) => `z${i}.test {\n${DENY}}\n`)],
    ["rewrites", (n) => `. {\n${times(n, (i) => `  rewrite name regex ^a${i}[.]test b.test\n`)}${DENY}}\n`],
  ])("of many %s is answered in steps linear in their number", (_, text) => {
    const [once, twice] = [steps(text(300)), steps(text(600))];
    expect(once).toBeGreaterThan(0);
    expect(twice).toBeLessThanOrEqual(2.1 * once);
  });

  it("compiles equal patterns once", () => {
    const stanza = "  template IN AAAA {\n    match (a|b|c|d){1,300}x\n    fallthrough\n  }\n";
    const { budget, effective } = read(`. {\n${stanza.repeat(3_000)}${FORWARD}}\n`);
    expect(answer(effective, "example.com.", "AAAA").kind).toBe("passed-on");
    expect(budget.spent("corefilePatterns")).toBeLessThan(5_000);
  });

  it("repeats no more than a sentence of what is written", () => {
    const long = "x".repeat(500_000);
    const texts = [
      `. {\n  template IN AAAA ${`${"y".repeat(60)}. `.repeat(2_000)}. {\n    rcode NXDOMAIN\n  }\n}\n`,
      `. {\n  template ${long}\n}\n`,
      `. {\n  forward . /${long} 192.0.2.9\n}\n`,
      `. {\n  rewrite name exact ${long} y\n  forward . 192.0.2.9 ${long}\n}\n`,
      `. {\n  rewrite name suffix test. ${long}\n${FORWARD}}\n`,
      `. {\n  hosts ${long}\n}\n`,
      `. {\n  file ${long}\n}\n`,
      `. {\n  acl {\n    ${long}\n  }\n}\n`,
      `. {\n  errors\n  ${long}\n}\n`,
      `. {\n  import ${long}\n}\n`,
      `(${long}) {\n}\n(${long}) {\n}\n. {\n  errors\n}\n`,
      `${long} {\n  errors\n}\n`,
      `. {\n  template IN AAAA {\n    match ${long}[\n  }\n${FORWARD}}\n`,
      `. {\n  template IN AAAA {\n    match ${long}\n  }\n${FORWARD}}\n`,
    ];
    for (const text of texts) {
      const { zones, diagnostics } = explained(text);
      const said = [
        ...zones.flatMap(({ answer: found }) => [found.because, found.detail ?? ""]),
        ...diagnostics.map(({ message }) => message),
      ];
      expect(said.filter((one) => one.length > 2_000).map((one) => one.slice(0, 80))).toEqual([]);
    }
  });
});

describe("releases that agree", () => {
  it("are answered as each would be alone", () => {
    const directive = fc.constantFrom(
      "forward . 192.0.2.9",
      "template IN AAAA {\n rcode NXDOMAIN\n}",
      "template IN AAAA {\n match ^x\n rcode NXDOMAIN\n}",
      "template IN HTTPS {\n}",
      "acl {\n filter type AAAA\n}",
      "acl {\n drop type AAAA\n}",
      "rewrite rcode exact example.test. NXDOMAIN NOERROR",
      "rewrite stop cname exact a. b.",
      "dns64 {\n allow_ipv4\n}",
      "dns64",
      "minimal",
      "local",
      "view v {\n expr true\n}",
      "bind 10.0.0.1",
      "cache",
    );
    const zone = fc.constantFrom(".", "example.test", "Example.test", "test");
    const block = fc
      .tuple(zone, fc.array(directive, { maxLength: 4 }))
      .map(([key, directives]) => `${key} {\n${directives.join("\n")}\n}\n`);
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 3 }), (blocks) => {
        const text = blocks.join("");
        const together = read(text).effective;
        for (const release of REPRESENTATIVE_RELEASES) {
          const alone = read(text).effective;
          expect(answer(together, "example.test", "AAAA", release)).toEqual(
            answer(alone, "example.test", "AAAA", release),
          );
        }
      }),
      { numRuns: 200 },
    );
  });
});

it("says every bound in docs/limits.md", () => {
  const rows = readFileSync("docs/limits.md", "utf8");
  for (const [name, most] of Object.entries(COREFILE_LIMITS)) {
    expect(rows).toContain(`| \`${name}\` | ${most.toLocaleString("en")} |`);
  }
});
