/** Reads a Helm chart that a registry holds packed (helm.sh, OCI-based registries). Must not unpack it. */
import { MuslgateError } from "../../../model/error.ts";
import { DocumentBudget } from "../../limits.ts";
import { digestOf } from "../../oci/digest.ts";
import { parseManifest } from "../../oci/manifest.ts";
import type { RegistryReference } from "./reference.ts";
import { findManifests, type House, subjectOf } from "./remote-image.ts";

const CONFIG = "application/vnd.cncf.helm.config.v1+json";
/** What `helm push` writes, and what it wrote before Helm 3.7. */
const CONTENT = ["application/vnd.cncf.helm.chart.content.v1.tar+gzip", "application/tar+gzip"];

/** Bytes of a packed chart; Helm itself warns at one. */
const MOST_BYTES = 16 * 2 ** 20;

/** The archive, verified; mirrors first, the registry last of `hosts`. Rejects with MuslgateError. */
export async function readPackedChart(
  house: House,
  hosts: readonly string[],
  reference: RegistryReference,
  signal: AbortSignal,
): Promise<Uint8Array> {
  let failure: unknown;
  for (const [i, host] of hosts.entries()) {
    try {
      const subject = await subjectOf(house, host.toLowerCase(), reference, i === hosts.length - 1)(signal);
      const opening = { subject, spent: new DocumentBudget(house.limits), signal };
      const [found] = await findManifests(house, opening, reference, "all", undefined, 0);
      const { layers } = parseManifest(found!.bytes, house.limits, [CONFIG]);
      const layer = layers.find(({ mediaType }) => CONTENT.includes(mediaType));
      if (layer === undefined)
        throw new MuslgateError("input", "it holds no packed chart", "Push it with helm push.");
      const { digest, size } = layer;
      if (size > MOST_BYTES)
        throw new MuslgateError(
          "limit",
          `the chart has ${size} bytes, more than the ${MOST_BYTES} that are read`,
          "Render it and scan the result.",
        );
      const wanted = { subject, path: `blobs/${digest}`, what: `chart ${digest}`, signal };
      const headers = { "accept-encoding": "identity" };
      const { bytes } = await house.client.document({ ...wanted, headers }, MOST_BYTES);
      if (digestOf(bytes) === digest) return bytes;
      const hint = "Nothing of it was believed. The registry, a mirror or a proxy is damaged.";
      throw new MuslgateError("input", `the chart does not have the digest ${digest}`, hint);
    } catch (error) {
      signal.throwIfAborted();
      failure = error;
    }
  }
  throw failure;
}
