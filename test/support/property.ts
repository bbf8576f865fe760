/**
 * fast-check as every test here uses it: the same cases in each run, so that a change is red for what it changed.
 * `MUSLGATE_SEED` (a number, or `random`) looks at others. Must not be used by src.
 */
import fc from "fast-check";

const asked = process.env.MUSLGATE_SEED;
if (asked !== "random") fc.configureGlobal({ seed: asked === undefined ? 20_260_101 : Number(asked) });

export default fc;
