/** Where GitHub shows the files of a change. Must not ask it. */
import type { WorkflowEvent } from "../github/event.ts";

/** The address of the head's files; nothing where the event names no repository or commit. */
export function blobUrl({ repository, headSha, serverUrl }: WorkflowEvent): string | undefined {
  if (repository === undefined || headSha === undefined) return undefined;
  return `${serverUrl}/${repository.owner}/${repository.name}/blob/${headSha}`;
}
