/** The examples and exit codes below the help of `muslgate fleet`. Must know no option's meaning. */
import { SCAN_CODES } from "./help.ts";

/** Below the help of `muslgate fleet`. */
export const FLEET = `
Examples:
  $ muslgate fleet plan fleet.yaml --shards 4      what to read: fleet.plan
  $ muslgate fleet read fleet.plan --shard 1/4 --store facts
  $ muslgate fleet merge fleet.plan --store facts --format html > fleet.html

Exit codes:
  0  the step is done, and nothing was found
  1  findings
  2  a wrong call, something named that is not what it should be, or output that is lost
  3  something could not be read: run the step again
  4  a defect of muslgate

Run muslgate fleet STEP --help for its options.`;

/** Of its first step. */
export const FLEET_PLAN = `
Examples:
  $ muslgate fleet plan fleet.yaml
  $ muslgate fleet plan fleet.yaml --shards 16 --out plans/today.plan --format json

Exit codes:
  0  the plan is written; what could not be opened is told
  2  a wrong call, a folder or file that cannot be read, or no cluster that can
  3  no image could be opened
  4  a defect of muslgate`;

/** Of its second step. */
export const FLEET_READ = `
Examples:
  $ muslgate fleet read fleet.plan --store facts
  $ muslgate fleet read fleet.plan --shard 3/16 --store facts
  $ JOB_COMPLETION_INDEX=2 muslgate fleet read fleet.plan --store facts

Exit codes:
  0  the store has every layer of the shard
  2  a wrong call, a plan that is none, or a store that cannot be written or has other facts
  3  a layer could not be read: run it again, what is there is not read again
  4  a defect of muslgate`;

/** Of its third. */
export const FLEET_MERGE = `
Examples:
  $ muslgate fleet merge fleet.plan --store facts
  $ muslgate fleet merge fleet.plan --store shard-1 shard-2 --fail-on-unknown --format markdown
${SCAN_CODES}`;
