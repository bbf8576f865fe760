import { expect, it } from "vitest";
import { rulePage } from "../../src/report/rule-page.ts";
import { RULES } from "../../src/rules/index.ts";

const fences = (text: string) => [...text.matchAll(/^```(\w+)\n[^`]+\n```$/gm)].map((match) => match[1]);

it.each(RULES)(
  "$id says what to change and how to see it with something to paste, and how to waive",
  (rule) => {
    const page = rulePage(rule);
    const titles = [...page.matchAll(/^## (.*)$/gm)].map((match) => match[1]);
    expect(titles).toEqual(["What to change", "How to see it live", "How to waive it", "Sources"]);
    expect(fences(rule.mend).length).toBeGreaterThan(0);
    expect(fences(rule.see)).toContain("sh");
    expect(page).toContain(`  - rule: ${rule.id}\n`);
  },
);
