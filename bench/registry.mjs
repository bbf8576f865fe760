// A registry on loopback that serves OCI layouts of a folder and answers late; prints its address. Must not be reached from elsewhere.
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const [folder, milliseconds = "0"] = process.argv.slice(2);

/** `/v2/LAYOUT/manifests/TAG` and `/v2/LAYOUT/blobs/DIGEST`, each after so many milliseconds. */
const server = createServer((request, response) => {
  setTimeout(() => answer(request.url ?? "", response), Number(milliseconds));
});

function answer(url, response) {
  const found = /^\/v2\/([\w-]+)\/(manifests|blobs)\/(?:sha256:)?(\w+)$/.exec(url);
  const layout = found && join(folder, found[1]);
  if (!found || !existsSync(layout)) return response.writeHead(url === "/v2/" ? 200 : 404).end();
  const [entry] = JSON.parse(readFileSync(join(layout, "index.json"), "utf8")).manifests;
  const isManifest = found[2] === "manifests";
  const file = join(layout, "blobs/sha256", isManifest ? entry.digest.slice(7) : found[3]);
  response.writeHead(200, {
    "content-length": statSync(file).size,
    ...(isManifest ? { "content-type": entry.mediaType, "docker-content-digest": entry.digest } : {}),
  });
  createReadStream(file, { highWaterMark: 2 ** 18 }).pipe(response);
}

server.listen(0, "127.0.0.1", () => console.log(`127.0.0.1:${server.address().port}`));
