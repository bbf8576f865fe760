import { describe, expect, it } from "vitest";
import { hashOf, NONE, type NodeId, PathTree, ROOT } from "../../src/image/path-tree.ts";
import fc from "../support/property.ts";

/** The tree as one would write it first. */
interface Plain {
  content?: object;
  layer: number;
  children?: Map<string, Plain>;
}

const PLAIN = { plain: true };
const CONTENTS = [undefined, PLAIN, { a: 1 }, { b: 2 }];

const put = (tree: PathTree<object>, node: NodeId, name: string, content: object | undefined, layer = 0) => {
  const bytes = Buffer.from(`<${name}>`);
  return tree.put(node, bytes, 1, bytes.length - 1, content, layer);
};
const child = (tree: PathTree<object>, node: NodeId, name: string) => {
  const bytes = Buffer.from(`/${name}`);
  return tree.child(node, bytes, 1, bytes.length);
};

/** The node of a path of the plain tree in the other. */
function at(tree: PathTree<object>, root: Plain, path: readonly string[]): [Plain, NodeId] | undefined {
  let plain: Plain | undefined = root;
  let node = ROOT;
  for (const name of path) {
    plain = plain.children?.get(name);
    node = child(tree, node, name);
    expect(node === NONE).toBe(plain === undefined);
    if (plain === undefined) return undefined;
  }
  return [plain, node];
}

/** Everything in a tree, in order. */
function* listed(tree: PathTree<object>, node: NodeId): Generator<unknown> {
  yield [tree.path(node), tree.content(node), tree.layer(node)];
  for (let one = tree.firstIn(node); one !== NONE; one = tree.nextTo(one)) {
    expect(child(tree, node, tree.name(one))).toBe(one);
    yield* listed(tree, one);
  }
}
function* listedPlain({ content, layer, children }: Plain, path = ""): Generator<unknown> {
  yield [path, content, layer];
  for (const [name, one] of children ?? []) yield* listedPlain(one, `${path}/${name}`);
}

/** Names with one hash in the root's folder: two that collide, found for each end that the others have in common. */
function colliding(doublings: number): string[] {
  let ends: string[] = [""];
  for (let i = 0; i < doublings; i++) {
    const seen = new Map<number, string>();
    for (let n = 0; ; n++) {
      const piece = (Math.imul(n, 0x9e3779b1) >>> 0).toString(36).padStart(7, "0");
      const bytes = Buffer.from(`${ends[0]}${piece}`, "latin1");
      const hash = hashOf(0, bytes, 0, bytes.length);
      const other = seen.get(hash);
      seen.set(hash, piece);
      if (other === undefined) continue;
      ends = ends.flatMap((end) => [end + other, end + piece]);
      break;
    }
  }
  return ends;
}

describe("PathTree", () => {
  it("is what nested maps are, whatever is put, replaced, taken out and emptied", () => {
    const names = fc.constantFrom("a", "b", "1", "0", "ü", "__proto__", "long".repeat(40), "c d");
    const step = fc.record({
      kind: fc.constantFrom("put", "put", "put", "put", "remove", "empty"),
      path: fc.array(names, { maxLength: 4 }),
      name: names,
      content: fc.constantFrom(...CONTENTS),
      layer: fc.integer({ min: -1, max: 500 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const tree = new PathTree<object>(PLAIN, 3, 0);
        const root: Plain = { layer: 3 };
        let added = 0;
        for (const { kind, path, name, content, layer } of steps) {
          const found = at(tree, root, path);
          if (found === undefined) continue;
          const [plain, node] = found;
          if (kind === "empty") {
            tree.empty(node);
            plain.children = undefined;
          } else if (kind === "remove") {
            const one = child(tree, node, name);
            if (one !== NONE) tree.remove(one);
            plain.children?.delete(name);
          } else {
            plain.children ??= new Map();
            const before = plain.children.size;
            plain.children.set(name, { content, layer });
            added += plain.children.size - before;
            put(tree, node, name, content, layer);
          }
        }
        expect(tree.added).toBe(added);
        expect([...listed(tree, ROOT)]).toEqual([...listedPlain(root)]);
      }),
      { numRuns: 300 },
    );
  });

  it("keeps apart names that have one hash, more than it has places for", () => {
    const names = colliding(4);
    expect(new Set(names.map((name) => hashOf(0, Buffer.from(name), 0, name.length))).size).toBe(1);
    const tree = new PathTree<object>(PLAIN, 0, 0);
    const contents = names.map((name) => ({ name }));
    for (const [i, name] of names.entries()) put(tree, ROOT, name, contents[i]);
    expect(names.map((name) => tree.content(child(tree, ROOT, name)))).toEqual(contents);
    for (const name of names.slice(0, 10)) tree.remove(child(tree, ROOT, name));
    for (const name of names.slice(0, 5)) put(tree, ROOT, name, PLAIN);
    // More places, where each is put again.
    for (let i = 0; i < 1_000; i++) put(tree, ROOT, `other-${i}`, PLAIN);
    const left = names.map((name) => child(tree, ROOT, name));
    expect(left.map((node) => node === NONE)).toEqual(names.map((_, i) => i >= 5 && i < 10));
    expect(left.slice(10).map((node) => tree.content(node))).toEqual(contents.slice(10));
    expect(tree.added).toBe(16 + 5 + 1_000);
  });
});
