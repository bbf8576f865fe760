/** Says why something was not written on a pull request. Must name the permission that is missing. */
import { refusalOf } from "./github-api.ts";

/** What writing on a pull request takes. */
export const PERMISSION = "permissions: pull-requests: write";

/** One clause that names what is missing; `what` is what was to be written, such as `the comment`. */
export function whyNotWritten(error: unknown, fromFork: boolean, what: string): string {
  const { status, message, limited } = refusalOf(error);
  if (limited) return `GitHub's rate limit leaves no room (${message})`;
  if (status === 401) return `GitHub does not know the token; one with ${PERMISSION} is needed`;
  if (status === 403 && /\blocked\b/i.test(message)) return "the pull request's conversation is locked";
  if (status === 403 || status === 404) {
    return fromFork
      ? `a run for a fork or for Dependabot has a token that only reads: it gets no ${PERMISSION}`
      : `the token may not write ${what}: give the job ${PERMISSION} (GitHub says ${status}: ${message})`;
  }
  return status === undefined
    ? `GitHub could not be reached (${message})`
    : `GitHub refused ${what} (${status}: ${message})`;
}
