/** Opens the stores that a merge is from, and closes them after it. Must open no registry unless one is a store. */
import type { Report } from "../model/report.ts";
import type { Settings } from "../settings/settings.ts";
import { merge } from "./merge.ts";
import { openStore } from "./open-store.ts";
import { openOutside, SCHEMA } from "./outside.ts";
import type { NamedPlan } from "./plan-file.ts";
import { isUnread, type Store } from "./store.ts";

/** The report on a plan from stores as they were written. Rejects with MuslgateError. */
export async function mergeStores(
  written: readonly string[],
  { run, plan }: NamedPlan,
  settings: Settings,
  env: NodeJS.ProcessEnv,
): Promise<Report> {
  const part = { run, layers: plan.layers, schema: SCHEMA };
  const registries = async () => (await openOutside(settings, env)).registry;
  const stores: Store[] = [];
  try {
    for (const one of written) stores.push(await openStore(one, env, part, registries).catch(unopened(one)));
    return await merge(plan, stores, {
      signal: new AbortController().signal,
      now: () => Date.now(),
      limits: settings.limits,
    });
  } finally {
    for (const one of stores) one.close?.();
  }
}

/** Stands for a store that cannot be opened: whatever it might have is not known. */
function unopened(name: string): (error: unknown) => Store {
  return (error) => {
    if (!isUnread(error)) throw error;
    const refuse = () => Promise.reject(error);
    return { name, get: refuse, add: refuse };
  };
}
