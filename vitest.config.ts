import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    reporters: [
      "./test/support/not-run.ts",
      "default",
      ...(process.env.GITHUB_ACTIONS === "true" ? ["github-actions"] : []),
    ],
    // Files share processes, whose modules are read once; what a file changes of its process it puts back. See docs/contributing/tests.md.
    isolate: false,
    // Ends what would never end; no test says how fast anything is.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A golden file that is missing fails; -u writes it.
    update: "none",
    coverage: { include: ["src/**"] },
  },
});
