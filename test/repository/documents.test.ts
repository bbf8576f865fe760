import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { OPTIONS, type Option, OUTPUTS } from "../../src/settings/options.ts";
import { DIAGNOSTIC_CODES } from "../../src/model/diagnostic-codes.ts";
import { rulePage } from "../../src/report/rule-page.ts";
import { RULES } from "../../src/rules/index.ts";
import type { Citation } from "../../src/knowledge/citation.ts";
import { CORE_DNS_FACTS, type CoreDnsFact } from "../../src/knowledge/coredns.ts";
import { NODE_LOCAL_DEFAULTS, STANZA_FACTS } from "../../src/knowledge/gke.ts";
import { PAIR_BEHAVIOURS } from "../../src/knowledge/musl.ts";
import { PLAIN_KINDS, pairLookup } from "../../src/lookup/pair.ts";
import { CORE_DNS_BY_RELEASE, LAST_KNOWN } from "../../src/knowledge/node-cache.ts";
import { PROVIDER_IDS } from "../../src/knowledge/provider-ids.ts";
import { PROVIDERS } from "../../src/knowledge/providers.ts";
import { NEWEST_KNOWN, RELEASE_TABLES } from "../../src/knowledge/releases.ts";
import { VERSION } from "../../src/model/program.ts";

const root = (path: string) => new URL(`../../${path}`, import.meta.url).pathname;

function actionYaml(): string {
  const inputs = Object.entries<Option>(OPTIONS).filter(([, { action }]) => action);
  return [
    "# Made from src/settings/options.ts; `npx vitest run -u` writes it anew.",
    "name: muslgate",
    "description: Will this container still resolve names on that cluster?",
    "author: The muslgate maintainers",
    "branding: { icon: radio, color: purple }",
    "inputs:",
    ...inputs.flatMap(([name, { description, choices, default: always, actionDefault, expression }]) => {
      const initial = actionDefault ?? always;
      const oneOf = choices === undefined ? "" : ` One of ${choices.join(", ")}.`;
      const unset = initial === undefined ? "" : ` Default: ${initial}.`;
      return [
        `  ${name}:`,
        `    description: ${JSON.stringify(description + oneOf + unset)}`,
        ...(expression === undefined ? [] : [`    default: $\{{ ${expression} }}`]),
      ];
    }),
    "outputs:",
    ...Object.entries(OUTPUTS).flatMap(([name, description]) => [
      `  ${name}:`,
      `    description: ${JSON.stringify(description)}`,
    ]),
    "runs: { using: node24, main: dist/action.js }",
    "",
  ].join("\n");
}

function diagnosticsPage(): string {
  const rows = Object.entries(DIAGNOSTIC_CODES).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  return [
    "<!-- Made from src/model/diagnostic-codes.ts; `npx vitest run -u` writes it anew. -->",
    "# Diagnostics",
    "",
    "What could not be known. A diagnostic that leaves a value unknown is a *gap*; one that is only worth knowing is a",
    "*notice*. JSON reports carry the codes below; they stay when the sentences change.",
    "",
    "| code | what it means |",
    "|---|---|",
    ...rows,
    "",
  ].join("\n");
}

function knowledgePage(): string {
  const table = (columns: readonly string[], rows: readonly (readonly string[])[]) => [
    `| ${columns.join(" | ")} |`,
    `|${"---|".repeat(columns.length)}`,
    ...rows.map((row) => `| ${row.join(" | ")} |`),
    "",
  ];
  const cited = ({ source, confidence, checked }: Citation) => `${confidence}, ${checked}: ${source}`;
  const gke = NODE_LOCAL_DEFAULTS.map(({ range, state, because }) => [
    `${range.from?.text ?? ""} up to ${range.below?.text ?? "now"}`.trim(),
    state,
    because,
  ]);
  return [
    "<!-- Made from src/knowledge/; `npx vitest run -u` writes it anew. -->",
    "# What muslgate knows of the world",
    "",
    "Every fact has a source and the day it was last looked at. `npm run facts:age` lists those that are older than 180 days,",
    "and with `-- --network` what has come out since.",
    "",
    "## The newest releases that were looked at",
    "",
    ...table(
      ["what", "release", "looked at"],
      NEWEST_KNOWN.map(({ what, release, checked }) => [what, release, checked]),
    ),
    ...RELEASE_TABLES.flatMap(({ title, columns, rows, citation }) => [
      `## ${title}`,
      "",
      ...table(columns, rows),
      cited(citation),
      "",
    ]),
    "## The CoreDNS inside node-cache",
    "",
    ...table(["node-cache from", "CoreDNS"], CORE_DNS_BY_RELEASE),
    `documented, up to ${LAST_KNOWN}: kubernetes/dns, go.mod at the tags. What later releases hold was not seen, and counts as not known.`,
    "",
    "## What providers set up",
    "",
    ...table(
      ["provider", "its own Corefile", "coredns-custom", "versions", "what is the user's", "source"],
      PROVIDER_IDS.map((id) => {
        const { name, base, readsCustom, versions, own, citation } = PROVIDERS[id];
        const known = base === undefined ? "not known" : `known, port ${base.port}`;
        return [
          `\`${id}\`: ${name}`,
          known,
          readsCustom ? "read" : "not read",
          versions,
          own,
          cited(citation),
        ];
      }),
    ),
    "## What changed in CoreDNS",
    "",
    ...table(
      ["fact", "from", "source"],
      Object.values<CoreDnsFact>(CORE_DNS_FACTS).map(({ text, range, source }) => [
        text,
        range.from?.text ?? "",
        source,
      ]),
    ),
    "## What musl makes of one half that fails",
    "",
    ...table(
      [
        "AAAA is answered",
        ...PAIR_BEHAVIOURS.map(({ range }) =>
          range.from === undefined ? `before ${range.below?.text}` : `from ${range.from.text}`,
        ),
      ],
      PLAIN_KINDS.map((kind) => [
        kind,
        ...PAIR_BEHAVIOURS.map(({ generation }) => pairLookup(generation, "address", kind)),
      ]),
    ),
    ...PAIR_BEHAVIOURS.flatMap(({ citation }) => [cited(citation), ""]),
    "## NodeLocal DNSCache on GKE Standard, where nobody set it",
    "",
    ...table(["version", "it is", "because"], gke),
    "## What GKE's own Corefile does",
    "",
    ...table(
      ["what is held", "confidence", "source"],
      STANZA_FACTS.map(({ text, confidence, source }) => [text, confidence, source]),
    ),
  ].join("\n");
}

/** Every code that stands in a source file as one. */
function codesInSources(folder = "src"): readonly string[] {
  return readdirSync(root(folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return codesInSources(path);
    return path.endsWith("/diagnostic-codes.ts") ? [] : [readFileSync(root(path), "utf8")];
  });
}

describe("documents that are made from the code", () => {
  it("docs/diagnostics.md has every code, in their order, and each is reported somewhere", async () => {
    const codes = Object.keys(DIAGNOSTIC_CODES);
    expect(codes).toEqual(codes.toSorted());
    const sources = codesInSources().join("\n");
    expect(codes.filter((code) => !sources.includes(`"${code}"`))).toEqual([]);
    await expect(diagnosticsPage()).toMatchFileSnapshot(root("docs/diagnostics.md"));
  });

  it("docs/knowledge.md holds the facts as the code has them", async () => {
    await expect(knowledgePage()).toMatchFileSnapshot(root("docs/knowledge.md"));
  });

  it("action.yml has the inputs and outputs of the table", async () => {
    await expect(actionYaml()).toMatchFileSnapshot(root("action.yml"));
  });

  it.each(RULES)("docs/rules has a page for $id", async (rule) => {
    const made = "<!-- Made from src/rules/; `npx vitest run -u` writes it anew. -->";
    await expect(`${made}\n${rulePage(rule)}\n`).toMatchFileSnapshot(root(`docs/rules/${rule.id}.md`));
  });

  it("has no page and no test without a rule, and no rule without a test", () => {
    const ids = RULES.map(({ id }) => id).sort();
    const names = (folder: string, end: string) =>
      readdirSync(root(folder))
        .filter((name) => name.endsWith(end))
        .map((name) => name.slice(0, -end.length))
        .sort();
    expect(names("docs/rules", ".md")).toEqual(ids);
    expect(names("test/rules", ".test.ts")).toEqual(ids);
  });

  it("README names every input, output and flag", () => {
    const readme = readFileSync(root("README.md"), "utf8");
    for (const name of [...Object.keys(OPTIONS), ...Object.keys(OUTPUTS)])
      expect(readme).toContain(`\`${name}\``);
  });

  it("docs/dependencies.md has a line for every dependency, and no other", () => {
    const manifest = JSON.parse(readFileSync(root("package.json"), "utf8"));
    const text = readFileSync(root("docs/dependencies.md"), "utf8");
    const listed = [...text.matchAll(/^\| ([@a-z][^|]*?) \|/gm)]
      .flatMap((match) => (match[1] as string).split(", "))
      .filter((name) => name !== "package");
    expect(listed.sort()).toEqual(Object.keys(manifest.devDependencies).sort());
  });

  it("says one version everywhere", () => {
    expect(JSON.parse(readFileSync(root("package.json"), "utf8")).version).toBe(VERSION);
  });

  it("has every file that a document links to", () => {
    const documents = ["README.md", "CONTRIBUTING.md", "docs/architecture.md"];
    for (const document of documents) {
      const folder = document.includes("/") ? document.slice(0, document.lastIndexOf("/") + 1) : "";
      const links = [...readFileSync(root(document), "utf8").matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
        (match) => folder + match[1],
      );
      expect(links.filter((link) => !existsSync(root(link)))).toEqual([]);
    }
  });
});
