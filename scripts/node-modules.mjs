// Node's modules, loaded when something of them is called. Must change nothing but when they are loaded.

/**
 * A plugin of the bundler. An import reads all that a module of Node exports, and reading some of it loads more: on Node 24
 * `node:fs` brings streams and the history of a REPL along, and `node:crypto` the keys of Web Crypto.
 */
export function nodeModules() {
  return {
    name: "node-modules",
    resolveId: {
      filter: { id: /^\0?node:/ },
      handler: (id, importer) =>
        id.startsWith("\0") ? id : /[\\/]src[\\/]/.test(importer ?? "") ? `\0${id}` : null,
    },
    load: {
      filter: { id: /^\0node:/ },
      handler: (id) => ({ code: calledLate(...id.slice(1).split("#")), moduleSideEffects: false }),
    },
  };
}

/**
 * The same exports, each a module of its own, so that it lies where it is used. A function is fetched by its first call;
 * classes, objects and functions with functions of their own, such as `realpathSync.native`, are read where the file that
 * imports them is loaded.
 */
function calledLate(id, name) {
  const load = `process.getBuiltinModule("${id}")`;
  const all = process.getBuiltinModule(id);
  if (name === undefined)
    return ["default", ...Object.keys(all).filter((one) => /^[A-Za-z]\w*$/.test(one) && one !== "default")]
      .map((one) => `export { ${one} } from "\0${id}#${one}";`)
      .join("\n");
  if (name === "default") return `export default /* @__PURE__ */ (() => ${load})();`;
  return isPlain(name, all[name])
    ? `let ${name}$ = (...given) => (${name}$ = ${load}.${name})(...given); export { ${name}$ as ${name} };`
    : `const ${name}$ = /* @__PURE__ */ (() => ${load}.${name})(); export { ${name}$ as ${name} };`;
}

function isPlain(name, value) {
  return typeof value === "function" && /^[a-z]/.test(name) && Object.keys(value).length === 0;
}
