/** Finds, reads and puts artifacts of one layer in a repository (OCI image and distribution spec 1.1). Must give out no byte whose digest was not checked, nor know what is in one. */
import { MuslgateError } from "../../../model/error.ts";
import { digestOf, verifyDocument } from "../../oci/digest.ts";
import { field, parseDocument } from "../../oci/json-document.ts";
import { type Descriptor, parseManifest } from "../../oci/manifest.ts";
import { readWhole } from "./client.ts";
import type { RegistryReference } from "./reference.ts";
import { type House, subjectOf } from "./remote-image.ts";
import { withRetries } from "./retry.ts";

/** What an artifact is. */
export interface ArtifactKind {
  readonly artifactType: string;
  /** Its layer's. */
  readonly mediaType: string;
  /** Bytes of it that are read at most. */
  readonly most: number;
}

/** Those of one repository. Its methods reject with MuslgateError. */
export interface Artifacts {
  /** The layer of what has the tag; nothing where nothing has it. */
  readonly find: (tag: string) => Promise<Pick<Descriptor, "digest" | "size"> | undefined>;
  /** The layer's bytes. */
  readonly read: (layer: Pick<Descriptor, "digest" | "size">) => Promise<Uint8Array>;
  /** Gives the tag to an artifact with these bytes. */
  readonly push: (tag: string, bytes: Uint8Array) => Promise<void>;
}

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
/** The configuration of what has none (OCI image spec, guidance for an empty descriptor). */
const EMPTY = "application/vnd.oci.empty.v1+json";
const NOTHING = Buffer.from("{}");

/** Opens them: asked is the registry itself, since what a mirror has of a tag may be old. */
export async function openArtifacts(
  { client, policy, limits }: House,
  reference: RegistryReference,
  { artifactType, mediaType, most }: ArtifactKind,
  signal: AbortSignal,
): Promise<Artifacts> {
  const house = { client, policy, limits };
  const subject = await subjectOf(house, reference.registry, reference, true)(signal);

  const upload = (bytes: Uint8Array) =>
    withRetries(policy, signal, async () => {
      const digest = digestOf(bytes);
      const wanted = { subject, path: "blobs/uploads/", what: `an upload of ${digest}`, signal };
      const begun = await client.open({ ...wanted, method: "POST", headers: {}, statuses: [202] });
      begun.discard();
      const at = client.sentOn(begun, wanted.what);
      // What it has already may be signed, as it is written.
      at.search += `${at.search === "" ? "?" : "&"}digest=${encodeURIComponent(digest)}`;
      const headers = { "content-type": "application/octet-stream" };
      const put = { ...wanted, at, method: "PUT", headers, body: bytes, statuses: [201] } as const;
      (await client.open(put)).discard();
    });

  return {
    async find(tag) {
      const what = `manifest ${tag}`;
      const found = await withRetries(policy, signal, async () => {
        const headers = { accept: MANIFEST };
        const asked = { subject, path: `manifests/${tag}`, what, headers, statuses: [200, 404], signal };
        const answer = await client.open(asked);
        try {
          const bytes = await readWhole(answer, limits.documentBytes, what);
          return answer.status === 404 ? undefined : { bytes, told: answer.headers["docker-content-digest"] };
        } catch (error) {
          throw client.later(error, answer.url.host);
        }
      });
      if (found === undefined) return undefined;
      const { bytes, told } = found;
      const type = field(parseDocument(bytes, limits, "manifest"), "artifactType");
      const { layers } = parseManifest(bytes, limits, [EMPTY]);
      const [layer] = layers;
      const differs = typeof told === "string" && told.startsWith("sha256:") && told !== digestOf(bytes);
      if (differs || type !== artifactType || layers.length !== 1 || layer?.mediaType !== mediaType)
        throw new MuslgateError(
          "input",
          `what has the tag ${tag} is not what muslgate puts there`,
          "Find out who may write there, take it away, and read its shard again.",
        );
      if (layer.size > most)
        throw new MuslgateError(
          "limit",
          `what has the tag ${tag} has ${layer.size} bytes, more than the ${most} that are read`,
          "Find out who put it there. A plan with more shards has less in each.",
        );
      return layer;
    },
    async read({ digest, size }) {
      const headers = { "accept-encoding": "identity" };
      const wanted = { subject, path: `blobs/${digest}`, what: `the facts ${digest}`, headers, signal };
      const { bytes } = await client.document(wanted, size);
      verifyDocument(digest, bytes);
      return bytes;
    },
    async push(tag, bytes) {
      await upload(NOTHING);
      await upload(bytes);
      const described = (type: string, of: Uint8Array) => ({
        mediaType: type,
        digest: digestOf(of),
        size: of.length,
      });
      const manifest = {
        schemaVersion: 2,
        mediaType: MANIFEST,
        artifactType,
        config: described(EMPTY, NOTHING),
        layers: [described(mediaType, bytes)],
      };
      const body = Buffer.from(JSON.stringify(manifest));
      const put = {
        subject,
        path: `manifests/${tag}`,
        what: `manifest ${tag}`,
        signal,
        body,
        statuses: [201],
      };
      await withRetries(policy, signal, async () =>
        (await client.open({ ...put, method: "PUT", headers: { "content-type": MANIFEST } })).discard(),
      );
    },
  };
}
