import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dockerArchive } from "../../examples/images.mjs";

const sizeOf = (name: string) => statSync(join("dist", name)).size;

/** The chunks that a chunk loads before it runs, itself among them. */
function loadedWith(...names: readonly string[]): ReadonlySet<string> {
  const loaded = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (loaded.has(name)) continue;
    loaded.add(name);
    const text = readFileSync(join("dist", name), "utf8");
    for (const [, to = ""] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) waiting.push(to);
  }
  return loaded;
}

const bytesOf = (names: Iterable<string>) => [...names].reduce((sum, name) => sum + sizeOf(name), 0);

/** Every byte is fetched by a runner and read at a start: what makes one of these grow should be worth it. */
describe("dist/", () => {
  it("is at most 3.2 MB", () => {
    expect(bytesOf(readdirSync("dist"))).toBeLessThanOrEqual(3_200_000);
  });

  it.each([
    ["muslgate --version", ["cli.js"], 20_000],
    ["muslgate --help", ["cli.js", "command-line.js"], 80_000],
    ["muslgate image", ["cli.js", "command-line.js", "scan.js"], 500_000],
    ["muslgate repo", ["cli.js", "command-line.js", "scan.js", "discover.js", "helm-process.js"], 700_000],
    ["the Action", ["action.js", "discover.js", "helm-process.js"], 1_000_000],
  ])("loads for %s at most what is listed", (_, entries, most) => {
    const loaded = loadedWith(...entries);
    expect(loaded.size).toBeGreaterThan(entries.length);
    expect(bytesOf(loaded)).toBeLessThanOrEqual(most);
    // Each costs a start half a millisecond.
    expect(loaded.size).toBeLessThanOrEqual(15);
  });

  const chunks = readdirSync("dist").filter((name) => name.endsWith(".js"));
  const late = chunks.filter((name) => name.startsWith("late-"));

  it("loads for an image with nothing to follow no chunk that is called late", () => {
    const folder = mkdtempSync(join(tmpdir(), "muslgate-loaded-"));
    try {
      const image = join(folder, "image.tar");
      writeFileSync(image, dockerArchive("a:1", { layers: [[{ name: "a", body: "a" }]], config: {} }));
      const call = ["dist/cli.js", "image", image, "--no-cache", "--gke-version", "1.22.6-gke.1000"];
      const env = { ...process.env, NODE_V8_COVERAGE: join(folder, "ran") };
      const { status } = spawnSync(process.execPath, call, { env, encoding: "utf8" });
      expect(status).toBe(0);
      const [told = ""] = readdirSync(env.NODE_V8_COVERAGE);
      const { result } = JSON.parse(readFileSync(join(env.NODE_V8_COVERAGE, told), "utf8"));
      const loaded = (result as { url: string }[]).map(({ url }) => url.replace(/.*\//, ""));
      expect(loaded).toContain("scan.js");
      expect(loaded.filter((name) => late.includes(name))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("has no chunk that is called late and waited for elsewhere, which Node refuses to load", () => {
    const waitedFor = chunks.flatMap((name) =>
      [...readFileSync(join("dist", name), "utf8").matchAll(/import\(`\.\/([^`]+)`\)/g)].map(
        ([, to = ""]) => to,
      ),
    );
    expect(waitedFor).toContain("discover.js");
    const action = loadedWith("action.js");
    const before = [...loadedWith("cli.js", "command-line.js", "scan.js")].filter((one) => action.has(one));
    const others = loadedWith(...waitedFor);
    expect(late.length).toBeGreaterThan(0);
    for (const name of late)
      expect([...loadedWith(name)].filter((one) => others.has(one) && !before.includes(one))).toEqual([]);
  });

  it("loads of Node's modules for --version none that other calls need", () => {
    const told = "process.on('exit', () => console.log(process.moduleLoadList.join('\\n')))";
    const call = ["--import", `data:text/javascript,${told}`, "dist/cli.js", "--version"];
    const loaded = execFileSync(process.execPath, call, { encoding: "utf8" }).split("\n");
    expect(loaded).toContain("NativeModule fs");
    expect(loaded).not.toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^NativeModule (?:crypto|child_process|http|zlib|worker_threads)$/),
      ]),
    );
  });

  it("has chunks that are called after what is in them", () => {
    const names = readdirSync("dist").filter((name) => name.endsWith(".js"));
    expect(names.filter((name) => /^(?:dist|src|chunk|work|light|parts)|parts\d*\.js$/.test(name))).toEqual(
      [],
    );
  });
});
