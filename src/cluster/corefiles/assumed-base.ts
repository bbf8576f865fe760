/** Puts parts of a Corefile into what all providers' Corefiles have in common, where the Corefile itself is not in sight. Must not judge it. */
import { COMMON_BASE } from "../../providers/common-base.ts";
import { pinnedTo } from "../../text/source.ts";
import { type CorefileInputs, isOnNodes } from "./collected.ts";

/** The same with a Corefile that imports the parts; as given where there are none, or a Corefile that may import them. */
export function withAssumedBase(inputs: CorefileInputs): CorefileInputs {
  const corefiles = inputs.corefiles.filter(({ assumed }) => assumed !== true);
  const [part] = inputs.extras;
  if (part === undefined || corefiles.some(({ role }) => !isOnNodes(role))) return { ...inputs, corefiles };
  const source = pinnedTo(part.source, COMMON_BASE);
  return {
    ...inputs,
    corefiles: [...corefiles, { source, role: "cluster-dns", addon: "none", assumed: true }],
  };
}
