/** What a patch makes of a container it is put over. Must not know where either comes from. */
import { defined } from "../../model/defined.ts";
import type { Place } from "../../model/place.ts";
import type { Surroundings } from "../../model/surroundings.ts";
import type { Workload } from "../../model/workload.ts";

type Start = Pick<Workload, "command" | "args" | "surroundings">;

/** What a patch makes of how a container starts. */
export function startedBy(workload: Workload, { command, args, surroundings }: Start): Start {
  return defined({
    command,
    args,
    surroundings: surroundings && joined(workload.surroundings ?? {}, surroundings),
  });
}

/** A patch's variables, volumes and hooks go over those of their name; what else it says stands in their place. */
function joined(before: Surroundings, patch: Surroundings): Surroundings {
  const over = <T>(keyOf: (one: T) => string, own: readonly T[] = [], more: readonly T[] = []) => {
    const all = [...new Map([...own, ...more].map((one) => [keyOf(one), one])).values()];
    return all.length === 0 ? undefined : all;
  };
  const mounts = over(({ path }) => path, before.mounts, patch.mounts);
  const besides = over(({ what }) => what, before.besides, patch.besides);
  return {
    ...before,
    ...patch,
    ...((before.env ?? patch.env) !== undefined && { env: { ...before.env, ...patch.env } }),
    ...(mounts && { mounts }),
    ...(besides && { besides }),
  };
}

/** What putting a patch over a container costs, in changes: its variables are copied. */
export function costOf({ surroundings }: Start, patch: Start): number {
  if (patch.surroundings === undefined) return 1;
  const sizes = [surroundings, patch.surroundings].map(
    (one) => Object.keys(one?.env ?? {}).length + (one?.mounts?.length ?? 0),
  );
  return 1 + Math.floor(sizes.reduce((sum, size) => sum + size, 0) / 100);
}

/** The most lines that are named beside the one that decides. */
const MOST_RELATED = 16;

/** Pins a workload to the line that overrides it; where it was becomes related. */
export function moved(workload: Workload, at: Place | undefined): Pick<Workload, "at" | "related"> {
  if (at === undefined) return {};
  const related = workload.at === undefined ? [] : [workload.at];
  return { at, related: [...related, ...(workload.related ?? [])].slice(0, MOST_RELATED) };
}
