import { describe, expect, it } from "vitest";
import { classify } from "../../../src/image/entrypoint/classify.ts";
import { startProcessWith } from "../../../src/image/entrypoint/follow.ts";
import * as whenNeeded from "../../../src/image/entrypoint/when-needed.ts";
import type { Looked } from "../../../src/image/file-view.ts";
import type { ElfFact, LayerEntry } from "../../../src/model/layer-facts.ts";
import {
  alpine,
  config,
  elfFact,
  file,
  fileSystem,
  link,
  muslLoader,
  ON_GLIBC,
  ON_MUSL,
  type TestLayer,
} from "../../support/file-system.ts";

function start(program: LayerEntry | ElfFact, ...layers: TestLayer[]) {
  const app = program.type === "file" || program.type === "symlink" ? program : file([program as ElfFact]);
  const files = fileSystem(...layers, { entries: { app: app as LayerEntry } });
  return startProcessWith(whenNeeded, files, config({ entrypoint: ["/app"] }), {});
}
const entries = (files: Readonly<Record<string, LayerEntry>>) => ({ entries: files });
const glibc = file([elfFact({ type: "shared-object" }), { kind: "libc", libc: "glibc", version: "2.35" }]);
const loader = file([elfFact({ type: "shared-object" })]);

describe("where musl lives", () => {
  it("Debian's package: the library behind a link", () => {
    const process = start(
      ON_MUSL,
      entries({
        "lib/x86_64-linux-musl/libc.so": muslLoader("1.2.3"),
        "lib/ld-musl-x86_64.so.1": link("x86_64-linux-musl/libc.so"),
      }),
    );
    expect(process).toMatchObject({ kind: "uses-musl", musl: { exact: "1.2.3" } });
    expect(process.chain.at(-1)?.text).toBe(
      "/lib/ld-musl-x86_64.so.1 → /lib/x86_64-linux-musl/libc.so 1.2.3",
    );
  });

  it("gcompat: glibc's loader that needs musl", () => {
    const gcompat = file([elfFact({ traces: ["gcompat"] })]);
    const process = start(ON_GLIBC, alpine(), entries({ "lib64/ld-linux-x86-64.so.2": gcompat }));
    expect(process).toMatchObject({ kind: "uses-musl", musl: { exact: "1.2.2" } });
    expect(process.chain.at(-1)?.text).toBe(
      "/lib64/ld-linux-x86-64.so.2 → gcompat → /lib/ld-musl-x86_64.so.1 1.2.2",
    );
  });

  it("libc6-compat: glibc's names as links to musl", () => {
    const names = {
      "lib64/ld-linux-x86-64.so.2": link("/lib/libc.musl-x86_64.so.1"),
      "lib/libc.so.6": link("libc.musl-x86_64.so.1"),
    };
    expect(start(ON_GLIBC, alpine(), entries(names))).toMatchObject({ kind: "uses-musl" });
    // A real loader of glibc's, handed musl's library.
    const mixed = entries({ "lib64/ld-linux-x86-64.so.2": loader, "lib64/libc.so.6": muslLoader("1.2.5") });
    expect(start(ON_GLIBC, mixed)).toMatchObject({ kind: "uses-musl", musl: { exact: "1.2.5" } });
  });

  it("a whole glibc beside Alpine's musl: that one", () => {
    const beside = entries({
      "lib64/ld-linux-x86-64.so.2": link("/usr/glibc-compat/lib/ld-linux-x86-64.so.2"),
      "usr/glibc-compat/lib/ld-linux-x86-64.so.2": loader,
      "usr/glibc-compat/lib/libc.so.6": glibc,
    });
    expect(start(ON_GLIBC, alpine(), beside)).toMatchObject({
      kind: "uses-glibc",
      chain: [
        { text: "/app" },
        { text: "/lib64/ld-linux-x86-64.so.2 → /usr/glibc-compat/lib/ld-linux-x86-64.so.2 glibc 2.35" },
      ],
    });
    expect(start(ON_MUSL, alpine(), beside).kind).toBe("uses-musl");
  });

  it("does not take a package database's word where the loader does not say its version", () => {
    const packages = [{ name: "musl", version: "1.1.24-r1" }];
    const database = file([{ kind: "packages", manager: "apk", packages, total: 9 }], false);
    const image = entries({ "lib/ld-musl-x86_64.so.1": muslLoader(), "lib/apk/db/installed": database });
    expect(start(ON_MUSL, image).musl).toEqual({
      confidence: "likely",
      because: "the loader /lib/ld-musl-x86_64.so.1 does not say",
    });
  });

  it("takes a relative loader from the folder the program is started in", () => {
    const elf = elfFact({ interpreter: "lib/ld" });
    const view = fileSystem({ entries: { app: file([elf]), "srv/lib/ld": muslLoader("1.2.5") } });
    const at = (cwd: string) => ({ environment: new Map<string, string>(), open: false, cwd });
    const app = view.lookup("/app") as Extract<Looked, { kind: "file" }>;
    expect(classify(view, app, elf, at("/srv")).musl?.exact).toBe("1.2.5");
    expect(classify(view, app, elf)).toMatchObject({
      kind: "unknown",
      reason: expect.stringMatching(/relative/),
    });
    expect(classify(view, app, elf, at("/")).reason).toMatch(/lib\/ld is not in the image/);
  });

  it("knows static programs without a resolver, and C libraries nobody has measured", () => {
    const none = { musl: false, muslNoData: "unknown", glibc: false } as const;
    const linked = (more: Partial<ElfFact["linked"] & object>) =>
      start(elfFact({ linked: { ...none, ...more } }));
    expect(linked({ noResolver: true, bare: true }).reason).toMatch(/looks up no names/);
    expect(linked({ musl: true, noResolver: true, bare: true }).kind).toBe("own-resolver");
    expect(linked({ musl: true, noResolver: true })).toMatchObject({
      kind: "unknown",
      reason: expect.stringMatching(/may start another/),
    });
    expect(linked({ noResolver: true }).kind).toBe("unknown");
    expect(linked({ other: "uClibc" })).toMatchObject({
      kind: "unknown",
      reason: expect.stringMatching(/uClibc, whose resolver/),
    });
    const dynamic = start(elfFact({ interpreter: "/lib/ld-uClibc.so.0" }));
    expect(dynamic).toMatchObject({
      kind: "unknown",
      reason: expect.stringMatching(/uClibc's, whose resolver/),
    });
  });
});

describe("what is not known", () => {
  it.each<[string, ElfFact, Readonly<Record<string, LayerEntry>>, string]>([
    [
      "a loader that is musl's by name alone",
      elfFact({ interpreter: "/lib/ld-musl-x86_64.so.1" }),
      { "lib/ld-musl-x86_64.so.1": loader },
      "Its loader /lib/ld-musl-x86_64.so.1 is neither known to be musl's nor glibc's",
    ],
    [
      "another C library",
      elfFact({ interpreter: "/lib/ld-uClibc.so.0" }),
      { "lib/ld-uClibc.so.0": loader },
      "Its loader /lib/ld-uClibc.so.0 is uClibc's, whose resolver has not been measured",
    ],
    [
      "no loader at all",
      elfFact({ interpreter: "/lib/ld-musl-x86_64.so.1" }),
      {},
      "Its loader /lib/ld-musl-x86_64.so.1 is not in the image",
    ],
    [
      "half a program",
      elfFact({ partial: "its interpreter could not be read" }),
      {},
      "/app could not be read whole: its interpreter could not be read",
    ],
    [
      "libraries without a loader",
      elfFact({ needed: ["libc.so"] }),
      {},
      "/app needs libraries but names no loader",
    ],
    [
      "a static program without marks",
      elfFact({ linked: { musl: false, muslNoData: "unknown", glibc: false } }),
      {},
      "/app is a static program, and nothing in it tells which C library it was linked with",
    ],
    [
      "marks of both",
      elfFact({ linked: { musl: true, muslNoData: true, glibc: true } }),
      {},
      "/app is a static program with traces of both musl and glibc",
    ],
  ])("%s", (_, elf, files, reason) => {
    expect(start(elf, entries(files))).toMatchObject({ kind: "unknown", reason });
  });

  it("a musl of no version is musl, of no version", () => {
    const process = start(ON_MUSL, entries({ "lib/ld-musl-x86_64.so.1": muslLoader() }));
    expect(process).toMatchObject({
      kind: "uses-musl",
      reason: "It uses musl of a version that could not be read",
    });
    expect(process.musl?.exact).toBeUndefined();
  });
});

describe("Go", () => {
  const go = (cgo: boolean | "unknown", interpreter?: string) =>
    start(
      elfFact({ go: { version: "go1.22.1", cgo }, ...(interpreter && { interpreter }) }),
      alpine(),
    ).chain.at(-1)?.text;
  it("says cgo where it is", () => {
    expect(go(false)).toBe("go1.22.1, own resolver");
    // Go says 1 wherever cgo could have been used; without a C library it was not.
    expect(go(true)).toBe("go1.22.1, own resolver");
    expect(go(true, "/lib/ld-musl-x86_64.so.1")).toBe("go1.22.1 with cgo, own resolver");
    expect(go("unknown")).toBe("go1.22.1, own resolver");
    expect(go(false, "/lib/ld-musl-x86_64.so.1")).toBe("go1.22.1, own resolver");
    expect(go("unknown", "/lib/ld-musl-x86_64.so.1")).toBe("go1.22.1 with cgo, own resolver");
  });

  it("the loader itself is musl", () => {
    expect(
      startProcessWith(
        whenNeeded,
        fileSystem(alpine()),
        config({ entrypoint: ["/lib/ld-musl-x86_64.so.1", "/app"] }),
        {},
      ),
    ).toMatchObject({ kind: "uses-musl", musl: { exact: "1.2.2" } });
  });
});
