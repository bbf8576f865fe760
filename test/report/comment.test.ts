import fc from "../support/property.ts";
import { describe, expect, it } from "vitest";
import type { Judgement, Report } from "../../src/model/report.ts";
import { renderComment, renderResolved } from "../../src/report/comment.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { cluster, image, onMusl, report } from "../support/profiles.ts";

const at = { file: "deploy/node-local-dns.yaml", line: 17, column: 11, endLine: 17, endColumn: 25 };
const denied = { kind: "NXDOMAIN", because: "`rcode NXDOMAIN` of the template answers it.", at } as const;
const on = cluster("NXDOMAIN", "NXDOMAIN", {
  name: "deploy/node-local-dns.yaml",
  answers: { internal: denied, external: denied },
});
const RUN = "https://github.com/shop/api/actions/runs/77";

function of(count: number, status: (i: number) => Judgement["status"], more: Partial<Report> = {}): Report {
  const made = report(
    Array.from({ length: count }, (_, i) => image(onMusl("1.2.2"), `shop/app-${i}:1`)),
    on,
  );
  const judgements = made.judgements.map((one, i) => ({ ...one, status: status(i) }));
  return { ...made, judgements, ...more };
}

const patches = [
  {
    file: "deploy/node-local-dns.yaml",
    diff: "--- a/x\n+++ b/x\n@@ -1,1 +1,1 @@\n-\ta\n+\tb\n",
    because: "It answers NODATA",
  },
];

describe("renderComment", () => {
  it("says what is new, what to do, what is fixed and what was there", async () => {
    const both = of(16, (i) => (i < 13 ? "new" : "existing"), {
      fixed: ["shop/old:1 did not resolve."],
      diagnostics: [{ code: "not-followed", message: "m", hint: "h", weight: "gap" }],
    });
    await expect(renderComment({ ...both, patches }, { runUrl: RUN })).toMatchFileSnapshot(
      "./golden/comment.md",
    );
  });

  it("says nothing where nothing is new and nothing gone", () => {
    expect(renderComment(of(2, () => "existing", { fixed: [] }))).toBeUndefined();
    expect(renderComment(report([], on))).toBeUndefined();
    const waived = of(1, () => "new");
    const judgements = waived.judgements.map((one) => ({
      ...one,
      waived: { reason: "x", expires: "2030-01-01" },
    }));
    expect(renderComment({ ...waived, judgements })).toBeUndefined();
  });

  it("takes every finding for new where nothing was compared, without calling it so", () => {
    const text = renderComment(of(1, () => undefined));
    expect(text).toMatch(/^### ❌ muslgate finds 1 container unable to resolve any name\n/);
  });

  it("does not pass what is unknown", () => {
    const unknown = report([image({ kind: "unknown", reason: "It is not there.", chain: [] })], on);
    expect(renderComment(unknown)).toMatch(
      /^### ❔ muslgate does not know whether 1 container resolves names\n/,
    );
  });

  it("calls no change a mend of what is only not known", () => {
    const unknown = report([image({ kind: "unknown", reason: "It is not there.", chain: [] })], on, {
      patches,
    });
    const text = renderComment(unknown) ?? "";
    expect(text.indexOf("#### Not known")).toBeGreaterThan(0);
    expect(text.indexOf("**This change")).toBeGreaterThan(
      text.indexOf("<summary>What could be done</summary>"),
    );
    expect(renderMarkdown(unknown)).toContain("<summary>What could be done</summary>\n\n**This change");
  });

  it("says that findings are gone", () => {
    const text = renderComment(report([], on, { fixed: ["shop/old:1 did not resolve."] }));
    expect(text).toBe(
      "### ✅ This pull request mends a finding\n\n#### No longer so\n\n- shop/old:1 did not resolve.\n",
    );
  });
});

describe("renderResolved", () => {
  it("says what is left, and where", () => {
    expect(renderResolved(report([], on), { runUrl: RUN })).toBe(
      `### ✅ muslgate: resolved\n\nNo finding is left.\n\n[The run with the whole report](${RUN})\n`,
    );
    expect(renderResolved(of(2, () => "existing"))).toContain("Nothing new is left. Known before: 2,");
  });
});

/** Fences that are open at the end, and table or list lines that end within something. */
function openFence(markdown: string): string | undefined {
  let open: string | undefined;
  for (const line of markdown.split("\n")) {
    const fence = /^`{3,}/.exec(line)?.[0];
    if (open === undefined && fence !== undefined) open = fence;
    else if (open !== undefined && line === open) open = undefined;
  }
  return open;
}

describe("a comment that is too long", () => {
  const lines = (count: number) =>
    Array.from({ length: count }, (_, i) => `shop/gone-${i}:1 did not resolve. ü`);

  it("leaves out whole items and counts them", () => {
    const fixed = lines(5000);
    const text =
      renderComment(
        of(3, () => "new", { fixed, patches }),
        { runUrl: RUN },
      ) ?? "";
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_000);
    expect(Buffer.byteLength(text)).toBeGreaterThan(60_000);
    const shown = text.split("\n").filter((line) => line.startsWith("- shop/gone-")).length;
    expect(text).toContain(`Not shown here: ${5000 - shown} of 5000 findings; see the run.`);
    expect(text).toContain(`\n[The run with the whole report](${RUN})\n`);
  });

  it("leaves out a patch that is too large, and shows the one after it", () => {
    const huge = { file: "huge.yaml", diff: "+x\n".repeat(40_000), because: "It is large." };
    const text = renderComment(of(1, () => "new", { patches: [huge, ...patches] })) ?? "";
    expect(text).toContain("Not shown here: 1 of 2 patches; see the run.");
    expect(text).toContain("+\tb");
    expect(openFence(text)).toBeUndefined();
  });

  it("keeps the way out, however long the findings are", () => {
    const made = of(40, () => "new");
    const judgements = made.judgements.map((one, i) => ({
      ...one,
      verdict: { ...one.verdict, summary: "@a<".repeat(5000), at: { ...at, line: i + 1 } },
    }));
    const text = renderComment({ ...made, judgements }) ?? "";
    expect(text).toContain("rcode NOERROR");
    expect(text).toMatch(/Not shown here: \d+ of 40 findings/);
    expect(text.length).toBeLessThanOrEqual(65_000);
  });

  it("fits whatever the room, and closes every fence", () => {
    const counts = { fresh: fc.nat(30), fixed: fc.nat(60), most: fc.integer({ min: 1_500, max: 8_000 }) };
    const diffs = fc.array(fc.stringMatching(/^[-+ `\nü😀]{0,400}$/u), { maxLength: 5 });
    fc.assert(
      fc.property(fc.record(counts), diffs, ({ fresh, fixed, most }, all) => {
        const made = all.map((diff) => ({ file: "a", diff, because: "b" }));
        const text = renderComment(
          of(fresh, () => "new", { fixed: lines(fixed), patches: made }),
          { most, runUrl: RUN },
        );
        expect(Buffer.byteLength(text ?? "")).toBeLessThanOrEqual(most);
        expect(openFence(text ?? "")).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });
});

describe("hostile text in a comment", () => {
  const hostile =
    "x\u001b[2J\r\n::error::pwned `@team` <script>alert(1)</script> [a](http://evil) |\u202eevil #1 ``` GH-2";
  const bad = report(
    [image(onMusl("1.2.2", { reason: hostile }), hostile)],
    cluster("NXDOMAIN", "NXDOMAIN", { name: hostile }),
    {
      fixed: [hostile],
      diagnostics: [{ code: "not-followed", message: hostile, hint: hostile, weight: "gap" }],
    },
  );
  const worse = {
    ...bad,
    judgements: bad.judgements.map((one) => ({
      ...one,
      verdict: {
        ...one.verdict,
        ruleId: hostile,
        at: { ...at, file: hostile },
        remedies: [
          {
            id: "answer-nodata" as const,
            title: hostile,
            cost: hostile,
            preferred: true,
            snippet: { language: hostile, text: hostile },
          },
        ],
      },
    })),
  };
  const text =
    renderComment(
      { ...worse, patches: [{ file: hostile, diff: `${hostile}\n\`\`\`\n@team`, because: hostile }] },
      { runUrl: `https://x/)${hostile}` },
    ) ?? "";

  it("acts nowhere", () => {
    const outsideCode = text
      .replace(/^(`{3,}).*\n[\s\S]*?^\1$/gm, "")
      .replace(/(?<!\\)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, "");
    expect(outsideCode).toContain("pwned");
    expect(outsideCode).not.toMatch(/<script|[^\\]\[a\]\(|@team|http:\/\/evil|#1|GH-2|https:\/\/x/);
    expect(text).not.toMatch(/^\s*::|[\u202e\u001b\r]/m);
    expect(openFence(text)).toBeUndefined();
  });
});
