/** HCL as plain data with places: what its two syntaxes are read into. Must not hold behaviour, nor load a parser. */
import type { Place } from "../model/place.ts";

/** What an attribute is set to, as far as it can be read without running Terraform. */
export type HclExpression =
  | { readonly kind: "scalar"; readonly value: string | boolean | null }
  | { readonly kind: "template"; readonly parts: readonly HclExpression[] }
  | { readonly kind: "list"; readonly items: readonly HclExpression[] }
  | { readonly kind: "object"; readonly entries: ReadonlyMap<string, HclExpression> }
  /** `var.a["b"].c` is `["var", "a", "b", "c"]`. */
  | { readonly kind: "reference"; readonly path: readonly string[] }
  /** Something that has to be run; `what` names it, such as `the function lookup()`. */
  | { readonly kind: "hidden"; readonly what: string };

/** `name = value`. */
export interface HclAttribute {
  readonly value: HclExpression;
  readonly at: Place;
}

/** The inside of a block or a file. Of two attributes of one name the first counts. */
export interface HclBody {
  readonly attributes: ReadonlyMap<string, HclAttribute>;
  readonly blocks: readonly HclBlock[];
  /** Part of it is not HCL: what seems absent may be there. */
  readonly broken: boolean;
}

/** `type "label" { ... }`. */
export interface HclBlock {
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: HclBody;
  /** From its type to its opening brace. */
  readonly at: Place;
}

/** A file as far as it could be read. */
export interface HclFile {
  readonly body: HclBody;
  /** What could not be read, in one clause, and where. */
  readonly problem?: { readonly message: string; readonly at: Place };
}

/** Reads HCL; total. */
export interface HclReader {
  /** Reads one file. `keep` says which top-level blocks matter; the others are left out. */
  read(file: string, text: string, keep: (type: string, labels: readonly string[]) => boolean): HclFile;
}

/** The most UTF-16 units of a file; the parser needs up to 700 bytes for each. */
export const MOST_HCL_LENGTH = 512 * 1024;
