/** `muslgate fleet read`: one shard of a plan is read into a store. Must judge nothing. */
import { openStore } from "../fleet/open-store.ts";
import { openOutside, SCHEMA } from "../fleet/outside.ts";
import { loadShard } from "../fleet/plan-file.ts";
import { readShard } from "../fleet/read-shard.ts";
import { shardOf } from "../fleet/shard-word.ts";
import type { Store } from "../fleet/store.ts";
import { EXIT } from "../judge/exit-code.ts";
import { remark, write } from "../publish/terminal.ts";
import { printable } from "../report/text.ts";
import type { Written } from "../settings/settings.ts";
import { saidBy, settingsOf } from "../settings/states.ts";
import { spelt } from "./spelt.ts";

/** Its own flags. */
export interface ReadFlags {
  readonly shard?: string;
  readonly store: string;
}

/** Reads it and returns the exit code: 3 where a layer could not be read, so that whoever runs it tries again. Rejects with MuslgateError. */
export async function readCommand(
  plan: string,
  { shard, store: written }: ReadFlags,
  options: Written,
): Promise<number> {
  const { run, number, shards, layers } = await loadShard(
    plan,
    SCHEMA,
    (all) => shardOf(shard, process.env, all) ?? 0,
  );
  if (number === 0) {
    await write(process.stdout, `nothing to do: the plan has ${shards} shards\n`);
    return EXIT.clean;
  }
  const settings = settingsOf(saidBy(options, process.env, spelt));
  const { registry, reader } = await openOutside(settings, process.env);
  let store: Store | undefined;
  try {
    const part = { run, layers, schema: SCHEMA, shard: number };
    store = await openStore(written, process.env, part, async () => registry);
    const counts = await readShard(layers, {
      store,
      reader,
      layer: registry.layer,
      schema: SCHEMA,
      signal: new AbortController().signal,
      tell: (line) => remark(`muslgate: ${printable(line)}\n`),
    });
    await store.save?.();
    const { read, known, failed } = counts;
    const unread = failed === 0 ? "" : `, ${failed} could not be read`;
    await write(
      process.stdout,
      `shard ${number}/${shards} of ${run}: ${read} layers read, ${known} were known${unread}\n`,
    );
    return failed === 0 ? EXIT.clean : EXIT.unreadable;
  } finally {
    store?.close?.();
  }
}
