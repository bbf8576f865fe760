/** Starts the HCL parser from the files that the build lays beside the bundle. Must not be loaded before it is needed. */
import { readFileSync } from "node:fs";
import type { HclReader } from "../../text/hcl-syntax.ts";
import type { HclValuesReader } from "../../yaml/hcl-values.ts";

/** Beside the bundle; what runs from its sources takes those of the last build. */
const FOLDER = new URL(import.meta.url.endsWith(".ts") ? "../../../dist/" : "./", import.meta.url);

/** The reader of Terraform's files. Rejects where the two `.wasm` files are missing. */
export async function hclReader(): Promise<HclReader & HclValuesReader> {
  const { loadHcl } = await import("./hcl.ts");
  return loadHcl({
    runtime: readFileSync(new URL("web-tree-sitter.wasm", FOLDER)),
    grammar: readFileSync(new URL("tree-sitter-hcl.wasm", FOLDER)),
  });
}
