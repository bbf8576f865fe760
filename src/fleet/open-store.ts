/** Opens the store that a word names. Must load no client that it does not need. */
import { clearParts, folderStore, type Store } from "./store.ts";

/** A folder, or a bucket as `s3://BUCKET/PREFIX`. Rejects with MuslgateError (`usage`). */
export async function openStore(written: string, _env: NodeJS.ProcessEnv, shard?: number): Promise<Store> {
  if (shard !== undefined) clearParts(written, shard);
  return folderStore(written, shard);
}
