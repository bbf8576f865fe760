import fc from "../support/property.ts";
import { describe, expect, it } from "vitest";
import { asItIs, inert, inertJson } from "../../src/publish/workflow-commands.ts";

/** A line as a runner looks at it (actions/runner, src/Runner.Common/ActionCommand.cs). */
function commandsIn(text: string): string[] {
  return text.split(/\r\n|\r|\n/).filter((line) => {
    const trimmed = line.replace(/^[\s\u0085]+/, "");
    return (trimmed.startsWith("::") && trimmed.indexOf("::", 2) > 2) || line.includes("##[");
  });
}

const line = fc
  .array(
    fc.constantFrom(
      "::",
      ":",
      "error",
      "##[",
      "#",
      "[",
      " ",
      "\t",
      "\n",
      "\r",
      "\u2028",
      "\u0085",
      "\u001b[1m",
      "x",
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

describe("words on their way out", () => {
  it("hold no line that a runner takes for a command, and are not changed otherwise", () => {
    fc.assert(
      fc.property(line, (text) => {
        expect(commandsIn(inert(text))).toEqual([]);
        if (!/::|##\[/.test(text)) expect(inert(text)).toBe(text);
      }),
    );
  });

  it("show what stood there", () => {
    expect(inert("  ::error::x\na ::b\n##[error]c\n\u001b[1m::d::")).toBe(
      "  \\u{3a}:error::x\na ::b\n\\u{23}#[error]c\n\u001b[1m\\u{3a}:d::",
    );
  });

  it("mean the same as JSON", () => {
    fc.assert(
      fc.property(fc.array(line), (texts) => {
        const json = JSON.stringify(texts, undefined, 2);
        expect(commandsIn(inertJson(json))).toEqual([]);
        expect(JSON.parse(inertJson(json))).toEqual(texts);
      }),
    );
  });

  it("stand between commands that stop all others where no byte may change, and only there", () => {
    const patch = "--- a/hosts\n+++ b/hosts\n@@ -1,2 +1,2 @@\n ::1 localhost\n-a\n+b\n";
    expect(asItIs(patch, "s")).toBe(`::stop-commands::muslgate-s\n${patch}::muslgate-s::\n`);
    expect(asItIs(" ::1", "s")).toBe("::stop-commands::muslgate-s\n ::1\n::muslgate-s::\n");
    expect(asItIs("-a\n+::b\n", "s")).toBe("-a\n+::b\n");
  });

  it("are looked through once, however many blanks they start with", () => {
    const text = " \u2028\t".repeat(200_000);
    expect(inert(text)).toBe(text);
  });
});
