import fc from "../support/property.ts";
import { describe, expect, it } from "vitest";
import { clipped, code, fenced, literal, literalKeepingCode } from "../../src/report/markdown-text.ts";

describe("literal", () => {
  it.each([
    ["@team/ops", "@<!-- -->team/ops"],
    ["fixes #12", "fixes \\#<!-- -->12"],
    ["other/repo#12", "other/repo\\#<!-- -->12"],
    ["GH-12", "GH-<!-- -->12"],
    ["5http://evil.example", "5http<!-- -->://evil.example"],
    ["_https://evil.example", "\\_https<!-- -->://evil.example"],
    ["ftp://evil.example www.evil.example", "ftp<!-- -->://evil.example www<!-- -->.evil.example"],
    ["[a](b) <img src=x>", "\\[a\\](b) &lt;img src=x&gt;"],
    ["a\u202eb\nc", "a\\\\u\\{202e\\}b c"],
  ])("%s", (given, expected) => {
    expect(literal(given)).toBe(expected);
  });
});

describe("fenced", () => {
  it("cannot be left, is no command, keeps tabs", () => {
    expect(fenced("diff", "+ a\tb\n```\n````\n::error::x\n  ::warning::y\n\u202e\n")).toBe(
      "`````diff\n+ a\tb\n```\n````\n\\u{3a}:error::x\n  \\u{3a}:warning::y\n\\u{202e}\n`````",
    );
    expect(fenced("x\n# y", "a")).toBe("```\na\n```");
  });
  it("whatever the text", () => {
    const text = fc.stringMatching(/^[`~\n\ta:]{0,60}$/);
    fc.assert(
      fc.property(text, (given) => {
        const lines = fenced("yaml", given).split("\n");
        const fence = lines.at(-1) ?? "";
        expect(lines[0]).toBe(`${fence}yaml`);
        for (const line of lines.slice(1, -1)) expect(line.trim().startsWith(fence)).toBe(false);
      }),
    );
  });
});

describe("literalKeepingCode", () => {
  it("keeps code as code, and nothing else", () => {
    expect(literalKeepingCode("Set `rcode NOERROR` and *go* `")).toBe("Set `rcode NOERROR` and \\*go\\* \\`");
    expect(literalKeepingCode("`a\u202eb`")).toBe("`a\\u{202e}b`");
  });
});

describe("clipped", () => {
  it("says that there was more, and cuts no character", () => {
    expect(clipped("abc", 3)).toBe("abc");
    expect(clipped("abcd", 3)).toBe("ab…");
    expect(clipped("a😀bc", 3)).toBe("a…");
    expect(code(clipped("``", 1))).toBe("`…`");
  });
});
