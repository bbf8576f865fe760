// What of libraries stays out of the bundle because nothing of ours reaches it. Must leave out only what fails loudly where it is reached after all.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Modules instead of others, by a package's main file or a module's own path. */
const INSTEAD = [
  // @actions/http-client and @actions/github take these two of it, no mocks, caches, web sockets or interceptors.
  [/[\\/]undici[\\/]index\.js$/, undiciUsed],
  // The parser for every processor; the one for fast ones reads the same.
  [
    /[\\/]undici[\\/]lib[\\/]llhttp[\\/]llhttp_simd-wasm\.js$/,
    () => 'module.exports = require("./llhttp-wasm.js");',
  ],
  // Commands that are programs of their own are none of ours.
  [
    /[\\/]commander[\\/]lib[\\/]command\.js$/,
    (id) => edited(id, "require('node:child_process')", () => "{}"),
  ],
  // Browsers refuse bytes in base64 that Node reads.
  [
    /[\\/]yaml[\\/]browser[\\/]dist[\\/]schema[\\/]yaml-1\.1[\\/]binary\.js$/,
    (id) =>
      edited(id, /const str = atob\(.*\);/, () => 'return Buffer.from(src, "base64");\nconst str = "";'),
  ],
  // What is asked of GitHub is asked by its route.
  [
    /[\\/]plugin-rest-endpoint-methods[\\/]dist-src[\\/]generated[\\/]endpoints\.js$/,
    () => "export default {};",
  ],
  // @actions/cache writes blocks of one blob and reads them again, with an address that is signed by others.
  [
    /[\\/]storage-blob[\\/]dist[\\/]esm[\\/](?:BlobQueryResponse|BlobLeaseClient|pollers[\\/]\w+|sas[\\/]BlobSASSignatureValues|generated[\\/]src[\\/]operations[\\/](?:service|container|pageBlob|appendBlob))\.js$/,
    hollow,
  ],
];

/** A plugin of the bundler. */
export function leftOut() {
  return {
    name: "left-out",
    resolveId: {
      filter: { id: /^yaml$/ },
      // What Node is given is CommonJS, of which all is loaded, and prints its tokens where a variable LOG_STREAM is set.
      handler: () => fileURLToPath(import.meta.resolve("../node_modules/yaml/browser/dist/index.js")),
    },
    transform: {
      filter: { id: /[\\/]node_modules[\\/]yaml[\\/]/ },
      // It does not say that its modules only define: whoever asks what a node is would be given the parser with it.
      handler: () => ({ moduleSideEffects: false }),
    },
    load: {
      filter: { id: INSTEAD.map(([path]) => path) },
      handler(id) {
        const [, instead] = INSTEAD.find(([path]) => path.test(id));
        return instead(id);
      },
    },
  };
}

function undiciUsed() {
  return `Object.assign(require("./lib/dispatcher/dispatcher.js").prototype, require("./lib/api"));
  module.exports = {
    ProxyAgent: require("./lib/dispatcher/proxy-agent.js"),
    fetch: require("./lib/web/fetch/index.js").fetch,
  };`;
}

/** The same but for one place, which it must have. */
function edited(id, place, instead) {
  const before = readFileSync(id, "utf8");
  const after = before.replace(place, instead);
  if (after === before) throw new Error(`${id} has no ${place}`);
  return after;
}

/** The same exports, empty: an object of one has no methods, and none can be called. */
function hollow(id) {
  const names = readFileSync(id, "utf8").matchAll(/^export (?:class|(?:async )?function|const) (\w+)/gm);
  return [...names].map(([, name]) => `export class ${name} {}`).join("\n");
}
