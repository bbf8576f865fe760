/** Carries the fact cache from one workflow run to the next. Must never fail a run, nor be loaded where it is off. */
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { messageOf } from "../model/error.ts";
import { printable } from "../report/text.ts";

/** The part of @actions/cache that is used. */
export interface CacheService {
  isFeatureAvailable(): boolean;
  restoreCache(paths: string[], primaryKey: string, restoreKeys?: string[]): Promise<string | undefined>;
  saveCache(paths: string[], key: string): Promise<number>;
}

/** What the cache's keys are made of, and where words about it go. */
export interface CarriedCache {
  readonly folder: string;
  /** Form of the facts: entries of another are of no use. */
  readonly schema: string;
  readonly info: (text: string) => void;
}

/**
 * Restores the folder and returns what saves it after the run. The key names the folder's content: entries of the
 * service never change, so a run that learnt nothing saves nothing.
 */
export async function carryCache(
  service: CacheService,
  { folder, schema, info }: CarriedCache,
): Promise<() => Promise<void>> {
  const prefix = `muslgate-facts-${createHash("sha256").update(schema).digest("hex").slice(0, 12)}-`;
  const keyNow = () => prefix + contentKey(folder);
  const attempt = async (what: string, action: () => Promise<void>) => {
    try {
      await action();
    } catch (error) {
      info(printable(`The fact cache was not ${what}: ${messageOf(error)}`));
    }
  };
  if (!service.isFeatureAvailable()) {
    info("This runner has no cache service: layers are read anew.");
    return async () => {};
  }
  let restored: string | undefined;
  await attempt("restored", async () => {
    restored = await service.restoreCache([folder], keyNow(), [prefix]);
  });
  return () =>
    attempt("saved", async () => {
      const key = keyNow();
      if (key !== restored && !key.endsWith(EMPTY)) await service.saveCache([folder], key);
    });
}

const EMPTY = "empty";

/** Names are digests of what they hold: together they are the content. */
function contentKey(folder: string): string {
  try {
    const names = readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .sort();
    return names.length === 0
      ? EMPTY
      : createHash("sha256").update(names.join("\n")).digest("hex").slice(0, 32);
  } catch {
    return EMPTY;
  }
}
