/** The Corefiles that were given of one cluster. Must not find any. */
import type { ClusterProfileInput } from "./input.ts";
import { asOneFile } from "./corefiles/assumed-base.ts";
import type { CorefileInputs } from "./corefiles/collected.ts";
import { readCorefileInput } from "./corefiles/find.ts";

/** All files together; nothing where none is given. Throws as readCorefileInput does. */
export function givenCorefiles({
  inputs,
  corefiles = [],
}: Pick<ClusterProfileInput, "inputs" | "corefiles">): CorefileInputs | undefined {
  if (inputs !== undefined || corefiles.length === 0) return inputs;
  return asOneFile(corefiles.map(({ file, text }) => readCorefileInput(file, text)));
}
