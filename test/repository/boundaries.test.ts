import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";

/** The table of docs/architecture.md: what each room may import besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: [],
  version: ["model"],
  knowledge: ["model", "version"],
  corefile: ["model", "version", "knowledge"],
  text: ["model"],
  tree: ["model"],
  settings: ["model", "discover", ""],
  yaml: ["model"],
  cluster: ["model", "version", "knowledge", "corefile", "yaml"],
  image: ["model", "version", "knowledge", "tree"],
  discover: ["model", "version", "knowledge", "text", "tree", "yaml"],
  rules: ["model", "version", "knowledge"],
  report: ["model"],
  publish: ["model", "text", "tree", "settings", "report", ""],
  explain: ["model", "version", "knowledge", "corefile", "cluster"],
  commands: [
    "tree",
    "model",
    "version",
    "knowledge",
    "corefile",
    "cluster",
    "explain",
    "probe",
    "rules",
    "report",
    "publish",
    "",
  ],
  probe: ["model", "version", "knowledge"],
};

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sources(path) : path.endsWith(".ts") ? [path] : [];
  });
}

function roomOf(path: string): string {
  const parts = relative("src", path).split("/");
  return parts.length === 1 ? "" : (parts[0] as string);
}

describe("boundaries between rooms", () => {
  it.each(sources("src").filter((path) => roomOf(path) !== ""))(
    "%s imports only what its room may",
    (path) => {
      const room = roomOf(path);
      const text = readFileSync(path, "utf8");
      const imported = [...text.matchAll(/from "(\.[^"]+)"/g)].map((match) =>
        roomOf(join(dirname(path), match[1] as string)),
      );
      const allowed = [room, ...(MAY_IMPORT[room] ?? [])];
      expect(imported.filter((one) => !allowed.includes(one))).toEqual([]);
    },
  );

  it("has a line in the table for every room", () => {
    const rooms = [...new Set(sources("src").map(roomOf))].filter((room) => room !== "");
    expect(rooms.filter((room) => MAY_IMPORT[room] === undefined)).toEqual([]);
  });

  it("opens every file with one sentence on what it is for and what it must not do", () => {
    const bad = sources("src").filter(
      (path) =>
        !/^(#!.*\n)?\/\*\*(?:(?!\*\/)[\s\S])+ Must (?:(?!\*\/)[\s\S])+\.\s+\*\/\n/.test(
          readFileSync(path, "utf8"),
        ),
    );
    expect(bad).toEqual([]);
  });
});
