// Which files go together into a chunk: what a start loads before it runs. Must not move what is loaded when it is needed.
import { rolldown } from "rolldown";
import { isLate } from "./called-late.mjs";

/**
 * Groups for the bundler. Left to itself it makes a chunk of every set of files that the same entries share, and each of
 * fifty chunks costs a start half a millisecond.
 */
export async function chunkGroups(options) {
  const probe = await rolldown({ ...options, logLevel: "silent" });
  const { output } = await probe.generate({ format: "esm" });
  await probe.close();
  const chunks = new Map(output.filter(({ type }) => type === "chunk").map((one) => [one.fileName, one]));
  const loadedWith = (entries) => {
    const loaded = new Set();
    const waiting = entries.map(({ fileName }) => fileName);
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (loaded.has(name) || !chunks.has(name)) continue;
      loaded.add(name);
      waiting.push(...chunks.get(name).imports);
    }
    return new Set([...loaded].flatMap((name) => Object.keys(chunks.get(name).modules)));
  };
  const all = [...chunks.values()].filter(({ facadeModuleId }) => facadeModuleId !== null);
  const loadedBy = (path) => loadedWith(all.filter(({ facadeModuleId }) => facadeModuleId.endsWith(path)));
  const late = loadedWith(all.filter(({ facadeModuleId }) => isLate(facadeModuleId)));
  const soon = loadedWith(all.filter(({ facadeModuleId }) => !isLate(facadeModuleId)));
  const [cli, commands, scan, action, discover] = [
    "cli.ts",
    "cli/command-line.ts",
    "cli/scan.ts",
    "action.ts",
    "discover/discover.ts",
  ].map((file) => loadedBy(`/src/${file}`));
  const isOf = (set) => (id) => set.has(id) && !/[\\/]src[\\/](?:cli|action)\.ts$/.test(id);
  // A function of Node, fetched when it is called (node-modules.mjs): a line, too little for a chunk of its own.
  const isSmall = (id) => /^\0node:(?:fs|os|timers\/promises)#/.test(id);
  // The first that takes a file has it. What only the command line or only the Action loads stays theirs.
  return [
    { name: "every start", test: isOf(cli) },
    { name: "any command", test: (id) => isOf(both(commands, action))(id) || isSmall(id) },
    // What SARIF, loaded when it is asked for, and the Action's suggestions share is too little for a chunk too.
    {
      name: "any scan",
      test: (id) =>
        isOf(new Set([...both(scan, action), ...both(late, soon)]))(id) ||
        /[\\/]text[\\/]diff-changes\.ts$/.test(id),
    },
    // A group takes along what its files need: what the Action needs without a search must be taken before.
    { name: "search and Action", test: isOf(both(discover, action)) },
    { name: "any search", test: isOf(discover) },
  ];
}

const both = (one, other) => new Set([...one].filter((id) => other.has(id)));
