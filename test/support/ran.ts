/** What a run of the program left. Must hold no behaviour. */

/** Exit code (`null`: ended by a signal), standard output and standard error. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
