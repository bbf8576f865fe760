/** Takes objects out of what kubectl prints as JSON: one object, a List, or several of them after each other. Must not know what they mean. */
import { MuslgateError, messageOf } from "../model/error.ts";
import { itemsIn, textIn } from "./fields.ts";

/** The most Lists that stand after each other. */
const MOST_DOCUMENTS = 1_000;
/** The deepest List in a List. */
const MOST_NESTING = 4;
/** The deepest value in an object; what a PodSpec may hold stands some twenty deep. */
const MOST_DEPTH = 200;

/** What a text holds. */
export interface Listed {
  /** All objects, Lists opened. */
  readonly objects: readonly unknown[];
  /** The kinds of Lists of which the last page is not there, such as `PodList`. */
  readonly cutShort: readonly string[];
}

/** Reads it. Throws MuslgateError (`input`) for what is no JSON. */
export function listsIn(name: string, text: string): Listed {
  const goesOn = new Map<string, string | undefined>();
  const objects = documentsOf(name, text).flatMap((one) => opened(one, 0, goesOn));
  const cutShort = new Set([...goesOn.values()].flatMap((kind) => kind ?? []));
  return { objects, cutShort: [...cutShort] };
}

function opened(
  value: unknown,
  nesting: number,
  goesOn: Map<string, string | undefined>,
): readonly unknown[] {
  if (Array.isArray(value) && nesting < MOST_NESTING)
    return value.flatMap((one) => opened(one, nesting + 1, goesOn));
  const list = textIn(value, "kind");
  if (list?.endsWith("List") !== true || nesting >= MOST_NESTING) return [value];
  // What the API prints a page at a time says so of each but the last (apimachinery meta/v1 types.go, ListMeta). All pages
  // have one version (kubernetes.io/docs/reference/using-api/api-concepts, "Retrieving large results sets in chunks").
  const which = JSON.stringify([list, textIn(value, "metadata", "resourceVersion")]);
  goesOn.set(which, textIn(value, "metadata", "continue") === undefined ? undefined : list);
  // Items of a PodList have no kind of their own in what the API itself prints.
  const kind = list.slice(0, -"List".length);
  return itemsIn(value, "items").flatMap((one) => {
    const own = textIn(one, "kind") !== undefined || !kind || typeof one !== "object" || one === null;
    return opened(own ? one : { kind, ...one }, nesting + 1, goesOn);
  });
}

function documentsOf(name: string, text: string): readonly unknown[] {
  const parts = partsOf(name, text);
  if (parts.length > MOST_DOCUMENTS)
    throw new MuslgateError("limit", `${name} has more than ${MOST_DOCUMENTS} Lists`, "Give fewer of them.");
  return parts.map((part) => {
    try {
      return JSON.parse(part) as unknown;
    } catch (error) {
      throw new MuslgateError(
        "input",
        `${name} is no JSON: ${messageOf(error)}`,
        "Give what kubectl get … -o json prints.",
        error,
      );
    }
  });
}

/** Where one top-level value ends and the next begins; what stands between them goes with the next, and is refused there. */
function partsOf(name: string, text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  for (let index = start; index < text.length && parts.length <= MOST_DOCUMENTS; index++) {
    const letter = text[index];
    if (letter === '"') index = endOfString(text, index);
    else if (letter === "{" || letter === "[") {
      if (++depth > MOST_DEPTH) throw tooDeep(name);
    } else if (letter === "}" || letter === "]") {
      if (--depth > 0) continue;
      parts.push(text.slice(start, index + 1));
      start = index + 1;
      depth = 0;
    }
  }
  const rest = text.slice(start).trim();
  if (rest !== "" && parts.length <= MOST_DOCUMENTS) parts.push(rest);
  return parts;
}

function tooDeep(name: string): MuslgateError {
  return new MuslgateError(
    "limit",
    `${name} holds values in each other, more than ${MOST_DEPTH} deep`,
    "Give what kubectl get … -o json prints; no object of a cluster is that deep.",
  );
}

/** Where the string that begins at a quote ends; a pattern would need a stack as long as the string. */
function endOfString(text: string, begin: number): number {
  for (let index = begin + 1; index < text.length; index++) {
    const letter = text[index];
    if (letter === "\\") index++;
    else if (letter === '"') return index;
  }
  return text.length;
}
