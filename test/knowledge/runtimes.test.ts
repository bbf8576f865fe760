import { expect, it } from "vitest";
import { RUNTIMES, runtimeOf } from "../../src/knowledge/runtimes.ts";

it.each([
  ["node", "node"],
  ["nodejs", "node"],
  ["python3.12", "python"],
  ["pypy3", "python"],
  ["java", "java"],
  ["ruby3.2", "ruby"],
  ["php-fpm82", "php"],
  ["php8.2", "php"],
  ["dotnet", "dotnet"],
  ["nginx-debug", "nginx"],
  ["node_exporter", undefined],
  ["javac", undefined],
  ["busybox", undefined],
])("%s is %s", (program, runtime) => {
  expect(runtimeOf(program)?.name).toBe(runtime);
});

it("each says where what is known of it comes from", () => {
  for (const { name, citation } of RUNTIMES) {
    expect(citation.source, name).not.toBe("");
    expect(citation.checked, name).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  }
});
