/** A registry on loopback that serves images of OCI layouts on disk. Must answer as the distribution specification says. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sendBytes, sendJson, startServer, type TestServer } from "./faulty-registry.ts";

/** Starts it with layouts' folders by `name:tag`, of which each has one image; more may be added. */
export function startLayoutRegistry(layouts: ReadonlyMap<string, string>): Promise<TestServer> {
  return startServer((seen, response) => {
    const [, name, kind, what = ""] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/?]+)/.exec(seen.url) ?? [];
    if (seen.url === "/v2/") return void sendJson(response, 200, {});
    const own = layouts.get(`${name}:${what}`);
    const index = own === undefined ? undefined : JSON.parse(readFileSync(join(own, "index.json"), "utf8"));
    const digest: string = kind === "manifests" ? (index?.manifests[0].digest ?? what) : what;
    const path = [...layouts.values()]
      .map((folder) => join(folder, "blobs", digest.replace(":", "/")))
      .find((one) => /^sha256:[0-9a-f]{64}$/.test(digest) && existsSync(one));
    if (path === undefined) return void sendJson(response, 404, { errors: [{ code: "MANIFEST_UNKNOWN" }] });
    const type =
      kind === "manifests" ? "application/vnd.oci.image.manifest.v1+json" : "application/octet-stream";
    sendBytes(seen, response, readFileSync(path), type);
  });
}
