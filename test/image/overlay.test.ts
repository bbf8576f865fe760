import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../src/image/limits.ts";
import { Overlay } from "../../src/image/overlay.ts";
import type { LayerEntry } from "../../src/model/layer-facts.ts";
import { fileSystem, fileSystemLayers } from "../support/file-system.ts";

const file = (name: string): LayerEntry => ({
  type: "file",
  size: 1,
  executable: true,
  facts: [{ kind: "release", name }],
});
const symlink = (target: string): LayerEntry => ({ type: "symlink", target });
const hardlink = (target: string): LayerEntry => ({ type: "hardlink", target });

/** What a path is, in a word: the fact's name with its layer, or the kind. */
function at(view: Overlay, path: string): string {
  const looked = view.lookup(path);
  if (looked.kind !== "file") return looked.kind;
  const fact = looked.facts[0];
  return `${looked.path} ${fact?.kind === "release" ? fact.name : ""}@${looked.layer?.index}`;
}

describe("Overlay", () => {
  it("shows the topmost of a path, and nothing of what it hides", () => {
    const view = fileSystem(
      { entries: { "bin/a": file("old"), "bin/b": file("b") } },
      { entries: { "bin/a": file("new") } },
    );
    expect(at(view, "/bin/a")).toBe("/bin/a new@1");
    expect(at(view, "/bin/b")).toBe("/bin/b b@0");
    expect(at(view, "/bin")).toBe("folder");
    expect(at(view, "/bin/c")).toBe("missing");
    expect([...view.files()].map(({ path }) => path).sort()).toEqual(["/bin/a", "/bin/b"]);
  });

  it("hides a fact behind an upper file that taught nothing", () => {
    const view = fileSystem(
      { entries: { "lib/apk/db/installed": file("musl") } },
      { plain: ["lib/apk/db/installed"] },
    );
    expect(at(view, "/lib/apk/db/installed")).toBe("plain");
    expect([...view.files()]).toEqual([]);
  });

  it("obeys whiteouts of files and of folders, and only towards lower layers", () => {
    const view = fileSystem(
      { entries: { "a/x": file("x"), "b/y": file("y"), "c/z": file("z") } },
      { whiteouts: ["a/x", "b"], entries: { "b/new": file("new") } },
    );
    expect(at(view, "/a/x")).toBe("missing");
    expect(at(view, "/b/y")).toBe("missing");
    expect(at(view, "/b/new")).toBe("/b/new new@1");
    expect(at(view, "/c/z")).toBe("/c/z z@0");
  });

  it("empties an opaque folder but keeps what its own layer puts there", () => {
    const view = fileSystem(
      { entries: { "d/old": file("old"), "d/e/older": file("older") } },
      { opaque: ["d"], entries: { "d/new": file("new") } },
    );
    expect(at(view, "/d/old")).toBe("missing");
    expect(at(view, "/d/e/older")).toBe("missing");
    expect(at(view, "/d/new")).toBe("/d/new new@1");
    expect(at(fileSystem({ entries: { a: file("a") } }, { opaque: [""] }), "/a")).toBe("missing");
  });

  it("replaces a folder by a link or a file, and a link by a folder", () => {
    const base = { entries: { "lib/ld": file("ld"), "usr/lib/ld": file("usr") } };
    expect(at(fileSystem(base, { entries: { lib: symlink("usr/lib") } }), "/lib/ld")).toBe(
      "/usr/lib/ld usr@0",
    );
    expect(at(fileSystem(base, { plain: ["lib"] }), "/lib/ld")).toBe("missing");
    const merged = { entries: { lib: symlink("usr/lib"), "usr/lib/ld": file("usr") } };
    expect(at(fileSystem(merged, { folders: ["lib"] }), "/lib/ld")).toBe("missing");
  });

  it("unpacks through a lower layer's merged /usr, as runtimes do", () => {
    const merged = { entries: { lib: symlink("usr/lib"), "usr/lib/ld": file("old") } };
    const view = fileSystem(merged, { entries: { "lib/ld": file("new") } });
    expect(at(view, "/usr/lib/ld")).toBe("/usr/lib/ld new@1");
    expect(at(fileSystem(merged, { whiteouts: ["lib/ld"] }), "/usr/lib/ld")).toBe("missing");
    expect(at(fileSystem(merged, { plain: ["lib/ld"] }), "/usr/lib/ld")).toBe("plain");
  });

  it("follows links across layers, absolute, relative, upwards and in circles", () => {
    const view = fileSystem(
      {
        entries: {
          "bin/busybox": file("bb"),
          "bin/sh": symlink("/bin/busybox"),
          loop: symlink("pool"),
          pool: symlink("loop"),
        },
      },
      {
        entries: {
          "usr/bin/sh": symlink("../../bin/sh"),
          out: symlink("../../../bin/busybox"),
          bin2: symlink("bin"),
        },
      },
    );
    expect(at(view, "/usr/bin/sh")).toBe("/bin/busybox bb@0");
    expect(at(view, "/out")).toBe("/bin/busybox bb@0");
    expect(at(view, "/bin2/sh")).toBe("/bin/busybox bb@0");
    expect(at(view, "/loop")).toBe("missing");
  });

  it("lets a hard link share what its target is at that time", () => {
    const view = fileSystem(
      { entries: { a: file("a"), b: hardlink("a") } },
      { entries: { c: hardlink("b") }, whiteouts: [] },
    );
    expect(at(view, "/b")).toBe("/b a@0");
    expect(at(view, "/c")).toBe("/c a@1");
    expect(
      at(
        fileSystem({ entries: { x: file("x") } }, { entries: { x: hardlink("data") }, plain: ["data"] }),
        "/x",
      ),
    ).toBe("plain");
  });

  it("turns what an unreadable layer may have changed into unknown", () => {
    const view = fileSystem({ entries: { a: file("a") } }, undefined, { entries: { b: file("b") } });
    expect(view.complete).toBe(false);
    expect(view.lookup("/a")).toEqual({ kind: "unknown", because: "layer 2 of 3 could not be read" });
    expect(at(view, "/b")).toBe("/b b@2");
    expect(at(view, "/c")).toBe("unknown");
  });

  it("does not know what a hard link or a path shares with a layer that could not be read", () => {
    const base = { entries: { app: file("musl"), lib: symlink("usr/lib") } };
    const view = fileSystem(base, undefined, {
      entries: {
        one: hardlink("app"),
        "lib/x": file("x"),
        mine: file("mine"),
        two: hardlink("mine"),
        three: hardlink("gone"),
      },
    });
    expect(at(view, "/one")).toBe("unknown");
    expect(at(view, "/lib/x")).toBe("unknown");
    expect(at(view, "/usr/lib/x")).toBe("unknown");
    expect(at(view, "/two")).toBe("/two mine@2");
    expect(at(view, "/three")).toBe("unknown");
  });

  it("ends in its budgets: paths of an image, and bytes of links", () => {
    const deep = { entries: { "a/b/c/d": file("d"), l: symlink("a/b"), "l/x": file("x") } };
    const layers = fileSystemLayers(deep);
    expect(() => new Overlay(layers, { ...DEFAULT_LIMITS, layerEntries: 3 })).toThrow(
      /more than 3 paths \(limit layerEntries\)/,
    );
    expect(() => new Overlay(layers, { ...DEFAULT_LIMITS, linkBytes: 2 })).toThrow(/limit linkBytes/);
    const view = new Overlay(layers, { ...DEFAULT_LIMITS, layerEntries: 6, linkBytes: 6 });
    expect(at(view, "/l/x")).toBe("/a/b/x x@0");
    expect(() => view.lookup("/l/x")).toThrow(/limit linkBytes/);
  });

  it("takes any name for a name", () => {
    const entries = Object.assign(Object.create(null), { "__proto__/x": file("p"), constructor: file("c") });
    expect(at(fileSystem({ entries }), "/__proto__/x")).toBe("/__proto__/x p@0");
    expect(at(fileSystem({ entries }), "/constructor")).toBe("/constructor c@0");
    expect(at(fileSystem({}), "/toString")).toBe("missing");
  });
});
