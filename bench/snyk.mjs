// Runs snyk-docker-plugin on an image archive, for the comparison in run.mjs: node snyk.mjs FOLDER ARCHIVE.
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, archive] = process.argv.slice(2);
const plugin = createRequire(join(folder, "package.json"))("snyk-docker-plugin");
const { scanResults } = await plugin.scan({
  path: `oci-archive:${archive}`,
  "exclude-base-image-vulns": false,
});
console.log(scanResults.length);
