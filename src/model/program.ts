/** The program's own name and version, once. Must match package.json; a test compares them. */

/** As package.json has it. */
export const VERSION = "0.1.0";

/** Where people read about it and report defects. */
export const HOMEPAGE = "https://github.com/muslgate/muslgate";
