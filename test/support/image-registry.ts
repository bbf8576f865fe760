/** A registry on loopback that serves images made in memory. Must answer as the distribution specification says. */
import { type ExampleImage, ociLayout } from "../../examples/images.mjs";
import { type Seen, sendBytes, sendJson, startServer, type TestServer } from "./faulty-registry.ts";

/** Starts it with images by `name:tag`. `before` sees each request first. */
export async function startImageRegistry(
  images: Readonly<Record<string, ExampleImage>>,
  before: (seen: Seen) => void = () => {},
): Promise<TestServer> {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, string>();
  for (const [reference, image] of Object.entries(images)) {
    for (const { name, body = "" } of ociLayout(reference, image)) {
      if (name.startsWith("blobs/"))
        blobs.set(name.replace(/^blobs\/sha256\//, "sha256:"), Buffer.from(body));
      if (name !== "index.json") continue;
      const [entry] = JSON.parse(String(body)).manifests as [{ digest: string }];
      manifests.set(reference, entry.digest);
    }
  }
  return startServer((seen, response) => {
    before(seen);
    const [, name, kind, what] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/?]+)/.exec(seen.url) ?? [];
    const digest = kind === "manifests" ? (manifests.get(`${name}:${what}`) ?? what) : what;
    const bytes = blobs.get(digest ?? "");
    if (seen.url === "/v2/") return void sendJson(response, 200, {});
    if (bytes === undefined) return void sendJson(response, 404, { errors: [{ code: "MANIFEST_UNKNOWN" }] });
    const type =
      kind === "manifests" ? "application/vnd.oci.image.manifest.v1+json" : "application/octet-stream";
    sendBytes(seen, response, bytes, type);
  });
}
