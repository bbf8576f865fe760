/** What YAML and JSON are to their readers: plain nodes with offsets. Must not know how they were written. */

/** A value: a map, a list, or text. Numbers, booleans and null are text as written; nothing is the empty text. */
export type YamlNode = YamlMap | YamlList | YamlText;

/** A map. Keys may come twice where a template chooses between them. */
export interface YamlMap {
  readonly kind: "map";
  readonly entries: readonly YamlEntry[];
  readonly start: number;
  readonly end: number;
}

/** One key of a map. */
export interface YamlEntry {
  readonly key: string;
  readonly value: YamlNode;
  readonly start: number;
  readonly end: number;
  /** True when it came with a merge key (`<<`): the map's own keys go first. */
  readonly merged: boolean;
}

/** A list. */
interface YamlList {
  readonly kind: "list";
  readonly items: readonly YamlNode[];
  readonly start: number;
  readonly end: number;
}

/** A scalar. */
export interface YamlText {
  readonly kind: "text";
  /** Its value; with the template's own text where it is templated. */
  readonly text: string;
  readonly style: "plain" | "quoted" | "block";
  /** It holds `{{ }}`. */
  readonly templated: boolean;
  /** Offsets in the file, without the quotes. */
  readonly start: number;
  readonly end: number;
}

/** A document, and how many nodes it has when every alias is followed. */
export interface SizedNode {
  readonly node: YamlNode;
  readonly size: number;
}
