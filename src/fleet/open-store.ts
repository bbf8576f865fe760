/** Opens the store that a word names. Must load no client that it does not need. */
import { MuslgateError } from "../model/error.ts";
import { clearParts, folderStore, type Store } from "./store.ts";

/**
 * A folder, or a bucket as `s3://BUCKET/PREFIX`; `shard` where that one is to write. Rejects with MuslgateError (`usage`)
 * for any other address.
 */
export async function openStore(written: string, env: NodeJS.ProcessEnv, shard?: number): Promise<Store> {
  if (written.startsWith("s3://")) {
    const { s3Ports, s3Store } = await import("./s3-store.ts");
    return s3Store(written, s3Ports(env));
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//.test(written))
    throw new MuslgateError(
      "usage",
      `the store is "${written}"`,
      "Name a folder, or a bucket as s3://BUCKET/PREFIX.",
    );
  if (shard !== undefined) clearParts(written, shard);
  return folderStore(written, shard);
}
