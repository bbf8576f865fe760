/** Starts the HCL parser from the installed packages. Must not stand in for it. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { loadHcl } from "../../src/cluster/terraform/hcl.ts";

const { resolve } = createRequire(import.meta.url);

/** A reader as the shells make it. */
export function testHclReader() {
  return loadHcl({
    runtime: readFileSync(resolve("web-tree-sitter/web-tree-sitter.wasm")),
    grammar: readFileSync(resolve("@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-hcl.wasm")),
  });
}
