/** The steps that a compiled pattern consists of, and what its assertions ask for. Must not compile or run any. */

/** One step of a compiled pattern. */
export type Step =
  | { readonly op: "char"; readonly test: (code: number) => boolean; next: number }
  | { readonly op: "split"; first: number; second: number }
  | { readonly op: "save"; readonly slot: number; next: number }
  | { readonly op: "assert"; readonly kind: Assertion; next: number }
  | { readonly op: "match" };

/** What holds at a place between two letters. */
export type Assertion = "begin-text" | "end-text" | "begin-line" | "end-line" | "word" | "not-word";

/** What matching is charged to: `corefilePatterns` for steps that are kept, `corefileSteps` for those that are run, `corefileWitnesses` for those walked to find a name. */
export interface Meter {
  /** Throws where nothing is left. */
  spend(what: "corefilePatterns" | "corefileSteps" | "corefileWitnesses", count: number): void;
}

/** Whether a letter is one of `\w`. */
export function wordCode(code: number): boolean {
  return (
    (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95
  );
}

/** What has to come next for an assertion to hold behind a letter (-1 at the start); false where it cannot hold. */
export function holdsNext(kind: Assertion, last: number): "any" | "word" | "other" | "end" | false {
  switch (kind) {
    case "begin-text":
      return last === -1 ? "any" : false;
    case "begin-line":
      return last === -1 || last === 10 ? "any" : false;
    case "end-text":
    case "end-line":
      return "end";
    default:
      return wordCode(last) === (kind === "word") ? "other" : "word";
  }
}
