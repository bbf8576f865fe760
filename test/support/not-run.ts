/** Says at the end of a run which suites were not run and what was missing. Must not count what somebody filtered out. */
import type { Reporter, TestModule } from "vitest/node";

/** A reporter of vitest's that stands before the default one, whose summary comes last. */
export default class NotRun implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = modules.flatMap((module) =>
      [...module.children.allTests("skipped")].flatMap((test) => {
        const { missing } = test.meta();
        return missing === undefined ? [] : [`  ${test.name} (missing ${missing.join(", ")})`];
      }),
    );
    if (lines.length > 0) console.log(["", "Not run here:", ...lines.toSorted(), ""].join("\n"));
  }
}
