// Node's modules, loaded when something of them is called. Must change nothing but when they are loaded.

/**
 * A plugin of the bundler. An import reads all that a module of Node exports, and reading some of it loads more: on Node 24
 * `node:fs` brings streams and the history of a REPL along, and `node:crypto` the keys of Web Crypto.
 */
export function nodeModules() {
  return {
    name: "node-modules",
    resolveId: {
      filter: { id: /^node:/ },
      handler: (id, importer) => (/[\\/]src[\\/]/.test(importer ?? "") ? `\0${id}` : null),
    },
    load: {
      filter: { id: /^\0node:/ },
      handler: (id) => ({ code: calledLate(id.slice(1)), moduleSideEffects: false }),
    },
  };
}

/**
 * The same exports. A function is fetched by its first call; classes, objects and functions with functions of their own,
 * such as `realpathSync.native`, are read where the file that imports them is loaded.
 */
function calledLate(id) {
  const load = `process.getBuiltinModule("${id}")`;
  const names = Object.entries(process.getBuiltinModule(id)).flatMap(([name, value]) => {
    if (!/^[A-Za-z]\w*$/.test(name) || name === "default") return [];
    return isPlain(name, value)
      ? `let ${name}$ = (...given) => (${name}$ = ${load}.${name})(...given); export { ${name}$ as ${name} };`
      : `const ${name}$ = /* @__PURE__ */ (() => ${load}.${name})(); export { ${name}$ as ${name} };`;
  });
  return [`export default /* @__PURE__ */ (() => ${load})();`, ...names].join("\n");
}

function isPlain(name, value) {
  return typeof value === "function" && /^[a-z]/.test(name) && Object.keys(value).length === 0;
}
