import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOMS = ["cluster", "corefile", "discover", "image"].map((room) => `src/${room}/README.md`);

const GUIDES = [
  "CONTRIBUTING.md",
  "docs/architecture.md",
  ...readdirSync("docs/contributing").map((name) => `docs/contributing/${name}`),
  ...ROOMS,
];

describe.each(GUIDES)("%s", (guide) => {
  const text = readFileSync(guide, "utf8");

  it("names files that are there", () => {
    const named = [...text.matchAll(/`((?:src|test|docs|scripts|bench)\/[\w./-]*)`/g)].map(
      ([, path = ""]) => path,
    );
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
  });

  it("links to files that are there", () => {
    const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, to = ""]) => to);
    expect(links.filter((to) => !existsSync(join(dirname(guide), to)))).toEqual([]);
  });
});

describe.each(ROOMS)("%s", (guide) => {
  it("names files of its own room that are there", () => {
    const text = readFileSync(guide, "utf8");
    const named = [...text.matchAll(/`([\w./-]+\.ts|[\w-]+\/)`/g)].map(([, path = ""]) => path);
    const inside = (path: string) => join(dirname(guide), path);
    const known = (path: string) =>
      existsSync(inside(path)) ||
      ["corefiles", "source", "directives"].some((folder) => existsSync(inside(join(folder, path))));
    expect(
      named.filter((path) => !path.startsWith("../") && !path.startsWith("test/") && !known(path)),
    ).toEqual([]);
  });
});
