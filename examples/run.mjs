// `npm start`: builds the example's images, then asks muslgate about them, as a person would on the command line.
import { spawnSync } from "node:child_process";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { IMAGES, writeImages } from "./images.mjs";

const here = (path) => relative(process.cwd(), fileURLToPath(new URL(path, import.meta.url)));
writeImages(here("./images"));
const images = Object.keys(IMAGES).map((name) => here(`./images/${name}.tar`));
const call = [
  "image",
  ...images,
  "--corefile",
  here("./cluster/node-local-dns.yaml"),
  ...process.argv.slice(2),
];
console.log(`$ muslgate ${call.join(" ")}\n`);
const { status } = spawnSync(process.execPath, [here("../dist/cli.js"), ...call], { stdio: "inherit" });
// The example has a problem in it: finding it is how the example succeeds.
process.exitCode = status === 1 ? 0 : (status ?? 4);
