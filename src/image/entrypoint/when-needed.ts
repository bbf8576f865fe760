/** What few starts need, loaded when one does: the parser of shells and the readers of supervisors' settings. Must hold no logic. */
export { parse } from "unbash";
export { isQuietSupervisor, supervised } from "./supervisors.ts";
