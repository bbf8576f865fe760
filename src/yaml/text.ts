/** Writes YAML. Must not read any. */
import { stringify } from "yaml";

/** A value as kubectl prints it: keys in order, no line broken, nothing said by an alias. */
export function yamlText(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false, sortMapEntries: true });
}
