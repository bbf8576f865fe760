// Loaded before the program: computes for ever as soon as a file is touched whose name has `endless` in it, and says so.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

for (const room of [fs, fs.promises]) {
  for (const [name, own] of Object.entries(room)) {
    if (typeof own !== "function" || /^[A-Z_]/.test(name)) continue;
    const endless = (...given) => {
      if (typeof given[0] === "string" && given[0].includes("endless")) {
        fs.writeSync(2, "computing\n");
        for (;;);
      }
      return own.apply(room, given);
    };
    // `realpath` has a `native` of its own.
    room[name] = Object.assign(endless, own);
  }
}
syncBuiltinESMExports();
