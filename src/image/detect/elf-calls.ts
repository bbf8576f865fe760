/** Looks for the names of functions that look names up, connect or start programs in a table of dynamic symbols' names. Must not judge them. */
import { CONNECTING_SYMBOL, RESOLVER_SYMBOLS, STARTING_SYMBOLS } from "../../knowledge/tools.ts";

/** Linkers let a name stand for the end of a longer one, so that only its end is looked for: rather one too many. */
const NAMES = [
  ...[...RESOLVER_SYMBOLS, ...STARTING_SYMBOLS].map((name) => ({ name, bytes: Buffer.from(`${name}\0`) })),
  // Names of other functions end so, too.
  { name: CONNECTING_SYMBOL, bytes: Buffer.from(`\0${CONNECTING_SYMBOL}\0`) },
];

/** The names that stand in the table, imported or defined. */
export function callsIn(table: Uint8Array): readonly string[] {
  const bytes = Buffer.from(table.buffer, table.byteOffset, table.byteLength);
  return NAMES.filter((one) => bytes.includes(one.bytes)).map(({ name }) => name);
}
