import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { entryText, factsIn } from "../../src/fleet/facts-entry.ts";
import { readFleet } from "../../src/fleet/fleet-file.ts";
import { bySize, pack, type Sized } from "../../src/fleet/pack.ts";
import { loadPlan, loadShard, writePlan } from "../../src/fleet/plan-file.ts";
import type { Plan } from "../../src/fleet/plan.ts";
import { shardOf } from "../../src/fleet/shard-word.ts";
import { folderStore } from "../../src/fleet/store.ts";
import type { Digest } from "../../src/model/digest.ts";
import { packNames } from "../../src/model/layer-names.ts";
import { MuslgateError } from "../../src/model/error.ts";
import { temporaryFolder } from "../support/folder.ts";
import fc from "../support/property.ts";

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
const digest = (number: number): Digest => `sha256:${number.toString(16).padStart(64, "0")}`;

/** What it says, with its hint. */
async function refusal(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof MuslgateError && error.code !== "internal")
      return `${error.message} | ${error.hint}`;
    throw error;
  }
  return "";
}

describe("a fleet's file", () => {
  it("names clusters by their contexts, Lists and folders, and targets", () => {
    const text = [
      "platform: linux/arm64",
      "clusters:",
      "  - { context: gke_prod, namespace: shop }",
      "  - { name: eu, lists: eu.json, corefile: [a.yaml, b.yaml] }",
      "  - { name: repo, repository: ., gke-version: 1.30, include: deploy/** }",
      "targets:",
      "  - gke-version=1.35.8-gke.1225000 , node-local-dns=enabled",
      "  - corefile=dns/new.yaml",
      "  - alpine=3.24",
      "  - alpine=3.24",
    ].join("\n");
    expect(readFleet("f.yaml", text)).toEqual({
      platform: "linux/arm64",
      clusters: [
        { name: "gke_prod", source: { context: "gke_prod", namespace: "shop" }, options: {}, line: 3 },
        { name: "eu", source: { lists: "eu.json" }, options: { corefile: ["a.yaml", "b.yaml"] }, line: 4 },
        {
          name: "repo",
          source: { repository: "." },
          options: { "gke-version": "1.30", include: "deploy/**" },
          line: 5,
        },
      ],
      targets: [
        "gke-version=1.35.8-gke.1225000,node-local-dns=enabled",
        "corefile=dns/new.yaml",
        "alpine=3.24",
      ],
    });
  });

  it.each([
    ["", "f.yaml:1:1: a fleet's file is no map"],
    ["[]", "f.yaml:1:1: a fleet's file is no map"],
    ["clusters: []", "f.yaml:1:11: it names no cluster"],
    ["cluster: []", `f.yaml:1:1: a fleet's file has no "cluster" | Did you mean clusters?`],
    ["clusters: {}", "f.yaml:1:11: clusters is no list"],
    [
      "clusters:\n  - name: a",
      "f.yaml:2:5: nothing says where a cluster is | Give it one of: context, lists, repository.",
    ],
    ["clusters:\n  - { context: a, lists: b }", "a cluster has context and lists"],
    ["clusters:\n  - { lists: b }", "a cluster is without name"],
    ["clusters:\n  - { name: a, lists: b, namespace: c }", "a cluster with lists has a namespace"],
    ["clusters:\n  - { name: a, lists: b, include: c }", "a cluster with lists has include"],
    ["clusters:\n  - { name: a, lists: b, cluster: c }", 'a cluster has no "cluster"'],
    ["clusters:\n  - { name: a, lists: b, baseline: c }", 'a cluster has no "baseline"'],
    [
      "clusters:\n  - { name: a, lists: b }\n  - { name: a, lists: c }",
      'f.yaml:3: there are two clusters "a"',
    ],
    [
      'clusters:\n  - { name: "a b", lists: b }\n  - { name: "a\\nb", lists: c }',
      'f.yaml:3: there are two clusters "a b"',
    ],
    [
      "clusters:\n  - { name: a, lists: b }\n  - { name: a at alpine=3.20, lists: c }\ntargets: [alpine = 3.20]",
      'f.yaml:3: there are two clusters "a at alpine=3.20"',
    ],
    ["clusters:\n  - { name: '', lists: b }", "name is empty, or no text"],
    ["clusters:\n  - { name: &a b, lists: *a }", "lists is a YAML alias"],
    ["clusters:\n  - { name: a, name: b, lists: c }", "Map keys must be unique"],
    [
      "clusters:\n  - { context: a }\ntargets:\n  - { gke-version: 1.30 }",
      "f.yaml:4:5: a target is no text | Write it as the option `to` has it, such as gke-version=1.35.8-gke.1225000.",
    ],
    [
      "clusters:\n  - { context: a }\ntargets:\n  - alpin=3.24",
      'f.yaml:4:5: a target is "alpin=3.24" | Did you mean alpine?',
    ],
    [
      "clusters:\n  - { context: a }\ntargets: [gke-version=soon]",
      'f.yaml:3:11: a target is "gke-version=soon"',
    ],
    ["clusters:\n  - { context: a }\ntargets: [corefile=]", "Name the file, such as corefile=new.yaml."],
    ["clusters:\n  - { context: a }\ntargets: alpine=3.24", "targets is no list"],
    [
      `clusters:\n  - { context: a }\ntargets:\n${Array.from({ length: 21 }, (_, i) => `  - alpine=3.${i}\n`).join("")}`,
      "f.yaml:4:3: targets has 21 targets | Ask about 20 at most in one run.",
    ],
    ["clusters: [\n", "f.yaml:2:1"],
    ["a: b\n---\nc: d", "it has a second document"],
    [`clusters:\n${"  - { context: a }\n".repeat(501)}`, "clusters has more than 500 entries"],
  ])("%j is refused", async (text, message) => {
    // Alike names are told before there are too many.
    const own = text.includes("501") ? text : text;
    expect(await refusal(() => readFleet("f.yaml", own))).toContain(
      text.length > 5_000 ? 'there are two clusters "a"' : message,
    );
  });

  it("is bounded in clusters, columns and tokens", async () => {
    const clusters = (count: number) =>
      `clusters:\n${Array.from({ length: count }, (_, i) => `  - { context: c${i} }\n`).join("")}`;
    const targets = Array.from({ length: 10 }, (_, i) => `  - alpine=3.${i}\n`).join("");
    expect(await refusal(() => readFleet("f.yaml", clusters(501)))).toContain("more than 500 entries");
    expect(await refusal(() => readFleet("f.yaml", `${clusters(200)}targets:\n${targets}`))).toContain(
      "make more than 2000 columns",
    );
    expect(await refusal(() => readFleet("f.yaml", clusters(50_000)))).toMatch(/tokens/);
  });
});

describe("packing", () => {
  const sized = fc.array(fc.nat(2 ** 30), { minLength: 1, maxLength: 60 });
  it("is the same whatever order layers come in, and no shard is larger than a fair part and one layer", () => {
    fc.assert(
      fc.property(
        sized,
        fc.integer({ min: 1, max: 12 }),
        fc.infiniteStream(fc.nat()),
        (sizes, shards, dice) => {
          const layers = sizes.map((size, i): Sized => ({ digest: digest(i), size }));
          const shuffled = layers
            .map((one) => ({ one, at: dice.next().value as number }))
            .toSorted((a, b) => a.at - b.at)
            .map(({ one }) => one);
          const sorted = layers.toSorted(bySize);
          expect(shuffled.toSorted(bySize)).toEqual(sorted);
          const numbers = pack(sorted, shards);
          const loads = Array.from({ length: shards }, () => 0);
          // What each layer costs besides its bytes.
          const cost = ({ size }: Sized) => size + 256 * 1024;
          for (const [i, layer] of sorted.entries()) loads[(numbers[i] as number) - 1]! += cost(layer);
          const sum = sorted.reduce((all, layer) => all + cost(layer), 0);
          expect(Math.max(...loads)).toBeLessThanOrEqual(sum / shards + cost(sorted[0] as Sized));
          // As one that looks at every shard each time.
          const naive = Array.from({ length: shards }, () => 0);
          const expected = sorted.map((layer) => {
            const least = naive.indexOf(Math.min(...naive));
            naive[least]! += cost(layer);
            return least + 1;
          });
          expect(numbers).toEqual(expected);
        },
      ),
    );
  });
});

describe("which shard", () => {
  it.each([
    ["1/1", {}, 1, 1],
    ["3/8", { JOB_COMPLETION_INDEX: "0" }, 8, 3],
    [undefined, {}, 1, 1],
    [undefined, { JOB_COMPLETION_INDEX: "0" }, 8, 1],
    [undefined, { JOB_COMPLETION_INDEX: "7" }, 8, 8],
    [undefined, { JOB_COMPLETION_INDEX: "8" }, 8, undefined],
  ])("%s with %j of %s is %s", (written, env, shards, number) => {
    expect(shardOf(written, env, shards)).toBe(number);
  });
  it.each([["0/8"], ["9/8"], ["1"], ["1/8/2"], ["-1/8"], ["1/7"], ["1e1/8"], [""]])(
    "%j is refused",
    async (written) => {
      expect(await refusal(() => shardOf(written, {}, 8))).toContain(`--shard is "${written}"`);
    },
  );
});

const PLAN: Plan = {
  schema: "s",
  shards: 2,
  platform: "all",
  trees: [{ paths: ["a/b.yaml"], diagnostics: [], files: [{ path: "a/b.yaml", text: "a: b\n" }] }],
  members: [{ name: "one", tree: 0, folder: "a", options: { "gke-version": "1.30" }, named: {} }],
  layers: [
    { digest: digest(1), size: 10, shard: 1, from: "example.com/a" },
    { digest: digest(2), size: 9, shard: 2, from: "example.com/a" },
  ],
  references: [
    {
      reference: "example.com/a:1",
      platform: "all",
      diagnostics: [],
      images: [
        {
          digest: digest(3),
          layers: [0, 1],
          config: {
            platform: { os: "linux", architecture: "amd64" },
            entrypoint: [],
            cmd: [],
            env: [],
            workingDir: "",
            history: [],
            diffIds: [digest(4), digest(5)],
          },
        },
      ],
    },
  ],
};

describe("a plan", () => {
  it("is read as it was written, and a shard of it", async () => {
    const run = writePlan(at("a.plan"), PLAN);
    expect(await loadPlan(at("a.plan"), "s")).toEqual({ run, plan: PLAN });
    expect(await loadShard(at("a.plan"), "s", () => 2)).toEqual({
      run,
      number: 2,
      shards: 2,
      layers: [PLAN.layers[1]],
    });
    expect(await refusal(() => loadPlan(at("a.plan"), "other"))).toContain("reads layers otherwise");
    expect(await refusal(() => loadPlan(at("none.plan"), "s"))).toContain("no such file");
    expect(await refusal(() => loadPlan(folder.path, "s"))).toContain("it is a folder");
  });

  it.skipIf(process.platform === "win32")("is not written through a link that stands in its way", () => {
    writeFileSync(at("precious"), "precious");
    symlinkSync(at("precious"), at("b.plan.part"));
    symlinkSync(at("precious"), at("b.plan"));
    writePlan(at("b.plan"), PLAN);
    expect(readFileSync(at("precious"), "utf8")).toBe("precious");
    expect(readFileSync(at("b.plan"), "utf8")).toMatch(/^\{"form"/);
  });

  it("that anybody wrote is refused by name of the line, wherever it is not as it should be", async () => {
    writePlan(at("a.plan"), PLAN);
    const lines = readFileSync(at("a.plan"), "utf8").trimEnd().split("\n");
    // Every value of every line turned into each of these, and every line left out, doubled or cut.
    const others: readonly unknown[] = [
      null,
      -1,
      1e99,
      "\u001b[31m",
      [],
      {},
      [[]],
      { length: 3 },
      "../x",
      true,
    ];
    let refused = 0;
    const load = async (text: string) => {
      writeFileSync(at("h.plan"), text);
      const said = await refusal(() => loadPlan(at("h.plan"), "s"));
      if (said !== "") refused++;
      expect(said).not.toContain("\u001b");
    };
    for (const [index, line] of lines.entries()) {
      for (const path of pathsOf(JSON.parse(line)))
        for (const other of others) {
          const value = JSON.parse(line);
          let inside = value;
          for (const key of path.slice(0, -1)) inside = inside[key];
          inside[path.at(-1) as string] = other;
          await load(
            [...lines.slice(0, index), JSON.stringify(value), ...lines.slice(index + 1), ""].join("\n"),
          );
        }
      await load([...lines.slice(0, index), line.slice(0, -1), ...lines.slice(index + 1), ""].join("\n"));
    }
    expect(refused).toBeGreaterThan(200);
    for (const [text, why] of [
      ["", "it was cut short"],
      ["{}\n", "it is no fleet plan of this version"],
      [`${lines.slice(0, -1).join("\n")}\n`, "it was cut short"],
      [lines.join("\n"), "it was cut short"],
      [`${lines[0]}\n${lines.at(-1)}\n`, "it names no cluster"],
      [`${[...lines, lines[0]].join("\n")}\n`, `line ${lines.length + 1} stands after its end`],
      [
        `${lines[0]}\n{"tree":{"paths":["../../etc/passwd"],"diagnostics":[]}}\n`,
        "line 2 is not as a plan has it",
      ],
      [
        `${lines[0]}\n{"member":{"name":"a","tree":0,"options":{"baseline":"/etc/passwd"},"named":{}}}\n`,
        "line 2 is not as a plan has it",
      ],
    ] as const) {
      writeFileSync(at("h.plan"), text);
      expect(await refusal(() => loadPlan(at("h.plan"), "s"))).toContain(why);
    }
  });
});

/** Every way into a value. */
function pathsOf(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inside]) => [
    [key],
    ...pathsOf(inside).map((path) => [key, ...path]),
  ]);
}

const FACTS = {
  bytes: 100,
  entryCount: 3,
  keptBytes: 50,
  names: packNames(["/etc", "etc/os-release", "bin/sh"]),
  entries: [
    [
      1,
      {
        type: "file",
        size: 3,
        executable: false,
        facts: [
          { kind: "release", id: "alpine" },
          { kind: "script", interpreter: "/usr/bin/python3", mentions: ["/app/run"], truncated: false },
        ],
      },
    ],
    [2, { type: "symlink", target: "/bin/busybox" }],
  ],
  whiteouts: [],
  opaque: [],
} as const;

describe("an entry of a store", () => {
  const text = entryText("s", digest(1), FACTS);
  it("is read as it was written, and for its own layer and schema alone", () => {
    expect(factsIn(text, "s", digest(1))).toEqual({ ...FACTS, keptBytes: Math.ceil(text.length / 2) });
    expect(factsIn(text, "t", digest(1))).toBeUndefined();
    expect(factsIn(text, "s", digest(2))).toBeUndefined();
  });

  it("that anybody wrote is no entry wherever it is not as it should be", () => {
    const isRefused = (path: readonly string[], other: unknown) => {
      const value = JSON.parse(text);
      let inside = value;
      for (const key of path.slice(0, -1)) inside = inside[key];
      inside[path.at(-1) as string] = other;
      return factsIn(JSON.stringify(value), "s", digest(1)) === undefined;
    };
    for (const path of pathsOf(JSON.parse(text)))
      for (const other of [null, -1, { a: 1 }, [1], 1.5])
        expect({ path, other, is: isRefused(path, other) }).toMatchObject({ is: true });
    for (const names of ["../etc", "a//..//b", "a/./b", "/", "a////b", "a/"])
      expect({ names, is: isRefused(["facts", "names"], names) }).toMatchObject({ is: true });
    for (const entries of [
      [[3, FACTS.entries[1][1]]],
      [
        [2, FACTS.entries[1][1]],
        [1, FACTS.entries[1][1]],
      ],
    ])
      expect(isRefused(["facts", "entries"], entries)).toBe(true);
    for (const cut of [0, 1, 20, text.length - 3])
      expect(factsIn(text.slice(0, cut), "s", digest(1))).toBeUndefined();
  });
});

describe("a store in a folder", () => {
  it("keeps the first of two entries, and follows no link out of it", async () => {
    const store = folderStore(at("facts"), 1);
    const key = "ab".repeat(32);
    expect(await store.get(key)).toBeUndefined();
    const answers = await Promise.all(["one", "two", "three"].map((one) => store.add(key, one)));
    expect(answers).toEqual([undefined, "one", "one"]);
    expect(await store.get(key)).toBe("one");
    mkdirSync(at("elsewhere"));
    writeFileSync(at("elsewhere/secret"), "secret");
    const linked = "cd".repeat(32);
    mkdirSync(at("facts/cd"));
    symlinkSync(at("elsewhere/secret"), at(`facts/cd/${linked}.json`));
    expect(await refusal(() => store.get(linked))).toContain("a symbolic link leads there");
    symlinkSync(at("elsewhere"), at("facts/ef"));
    writeFileSync(at(`elsewhere/${"ef".repeat(32)}.json`), "secret");
    expect(await refusal(() => store.get("ef".repeat(32)))).toContain("a symbolic link leads there");
  });
});
