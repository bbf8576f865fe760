/** Opens the store that a word names. Must load no client that it does not need. */
import { tmpdir } from "node:os";
import { MuslgateError } from "../model/error.ts";
import type { RegistrySource } from "../image/source/registry/registry-source.ts";
import type { RunPart } from "./oci-store.ts";
import { clearParts, folderStore, type Store } from "./store.ts";

/**
 * A folder, a bucket as `s3://BUCKET/PREFIX`, or a repository as `oci://REGISTRY/REPOSITORY`; `part` is the run's, and its
 * `shard` where that one is to write. Rejects with MuslgateError (`usage`) for any other address.
 */
export async function openStore(
  written: string,
  env: NodeJS.ProcessEnv,
  part: RunPart,
  registries: () => Promise<RegistrySource>,
): Promise<Store> {
  if (written.startsWith("oci://")) {
    const { ociStore } = await import("./oci-store.ts");
    return ociStore(written, part, await registries(), env.TMPDIR || tmpdir());
  }
  if (written.startsWith("s3://")) {
    const { s3Ports, s3Store } = await import("./s3-store.ts");
    return s3Store(written, s3Ports(env));
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//.test(written))
    throw new MuslgateError(
      "usage",
      `the store is "${written}"`,
      "Name a folder, a bucket as s3://BUCKET/PREFIX, or a repository as oci://REGISTRY/REPOSITORY.",
    );
  const { shard } = part;
  if (shard !== undefined) clearParts(written, shard);
  return folderStore(written, shard);
}
