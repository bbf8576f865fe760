/** Starts the HCL parser from the files that the build lays beside the bundle. Must not be loaded before it is needed. */
import { readFileSync } from "node:fs";
import type { HclReader } from "./hcl-syntax.ts";

/** The reader of Terraform's files. Rejects where the two `.wasm` files are missing: outside of a build. */
export async function hclReader(): Promise<HclReader> {
  const { loadHcl } = await import("./hcl.ts");
  return loadHcl({
    runtime: readFileSync(new URL("./web-tree-sitter.wasm", import.meta.url)),
    grammar: readFileSync(new URL("./tree-sitter-hcl.wasm", import.meta.url)),
  });
}
