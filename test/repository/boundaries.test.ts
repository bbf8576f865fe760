import { readdirSync, readFileSync } from "node:fs";
import { join, normalize, posix, relative, sep } from "node:path";
import { describe, expect, it } from "vitest";

/**
 * The floors of the house, the lowest first: a room imports itself and rooms on floors below. Rooms that later work needs
 * have their floor already. docs/architecture.md shows the same table.
 */
const FLOORS: readonly (readonly string[])[] = [
  ["model"],
  ["version", "text"],
  ["knowledge", "tree", "yaml"],
  ["lookup", "providers"],
  ["corefile", "image", "rules", "probe", "compare"],
  ["discover", "settings", "live"],
  ["plan"],
  ["cluster", "judge"],
  ["mend", "report", "explain"],
  ["publish"],
  ["github", "run"],
  ["fleet"],
  ["cli", "action"],
];

/** The two shells stand outside of every room. */
const SHELLS = ["src/action.ts", "src/cli.ts"];

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sources(path) : path.endsWith(".ts") ? [path.split(sep).join("/")] : [];
  });
}

const FILES = sources("src");

/** What a file imports of ours, by `from`, by `import "…"` and by `import()`. */
const IMPORTS = new Map(
  FILES.map((path) => {
    const specifiers = [...readFileSync(path, "utf8").matchAll(/(?:\bfrom|\bimport\(?)\s*"(\.[^"]+)"/g)];
    const imported = specifiers.map(([, to = ""]) => normalize(join(posix.dirname(path), to)));
    return [path, [...new Set(imported.map((to) => to.split(sep).join("/")))]];
  }),
);

function roomOf(path: string): string {
  const [room = "", ...rest] = relative("src", path).split(sep);
  return rest.length === 0 ? "" : room;
}

function floorOf(room: string): number {
  return FLOORS.findIndex((rooms) => rooms.includes(room));
}

/** Files that import each other, each circle once. */
function circles(): readonly string[] {
  const found: string[] = [];
  const state = new Map<string, "open" | "done">();
  const path: string[] = [];
  const visit = (file: string): void => {
    state.set(file, "open");
    path.push(file);
    for (const to of IMPORTS.get(file) ?? []) {
      if (state.get(to) === "open") found.push([...path.slice(path.indexOf(to)), to].join(" > "));
      else if (!state.has(to)) visit(to);
    }
    path.pop();
    state.set(file, "done");
  };
  for (const file of FILES) if (!state.has(file)) visit(file);
  return found;
}

describe("boundaries between rooms", () => {
  it("keeps nothing but the two shells outside of a room", () => {
    expect(FILES.filter((path) => roomOf(path) === "")).toEqual(SHELLS);
  });

  it("has a floor for every room", () => {
    const rooms = [...new Set(FILES.map(roomOf))].filter((room) => room !== "");
    expect(rooms.filter((room) => floorOf(room) < 0)).toEqual([]);
  });

  it("imports only from rooms below", () => {
    const wrong = [...IMPORTS].flatMap(([path, imported]) =>
      imported
        .filter((to) => {
          const [from, into] = [roomOf(path), roomOf(to)];
          return from !== "" && from !== into && !(floorOf(into) < floorOf(from));
        })
        .map((to) => `${path} imports ${to}`),
    );
    expect(wrong).toEqual([]);
  });

  it("has no circle of files", () => {
    expect(circles()).toEqual([]);
  });

  it("imports at most fifteen files of ours, but for run/ and tables", () => {
    const isTable = (path: string) => posix.basename(path) === "index.ts";
    const wide = [...IMPORTS].filter(
      ([path, imported]) => imported.length > 15 && roomOf(path) !== "run" && !isTable(path),
    );
    expect(wide.map(([path, imported]) => `${path} imports ${imported.length}`)).toEqual([]);
  });

  it("shows the same floors in docs/architecture.md", () => {
    const text = readFileSync("docs/architecture.md", "utf8");
    const shown = [...text.matchAll(/^\| \d+ \| (.+?) \|/gm)].map(([, rooms = ""]) =>
      [...rooms.matchAll(/`([a-z]+)\/`/g)].map(([, room]) => room),
    );
    const inAnyOrder = (floors: readonly (readonly unknown[])[]) => floors.map((rooms) => new Set(rooms));
    expect(inAnyOrder(shown)).toEqual(inAnyOrder(FLOORS));
  });

  it("opens every file with one sentence on what it is for and what it must not do", () => {
    const bad = FILES.filter(
      (path) =>
        !/^(#!.*\n)?\/\*\*(?:(?!\*\/)[\s\S])+ Must (?:(?!\*\/)[\s\S])+\.\s+\*\/\n/.test(
          readFileSync(path, "utf8"),
        ),
    );
    expect(bad).toEqual([]);
  });
});
