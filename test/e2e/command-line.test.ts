import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { dockerArchive, IMAGES, writeImages } from "../../examples/images.mjs";
import { temporaryFolder } from "../support/folder.ts";
import { muslgate, runNode } from "./program.ts";

const folder = temporaryFolder();
writeImages(join(folder.path, "images"));
const api = join(folder.path, "images/shop-api.tar");
const legacy = join(folder.path, "images/shop-legacy.tar");
const AFFECTED = ["--gke-version", "1.22.6-gke.1000", "--node-local-dns", "enabled"];
const COREFILE = ["--corefile", "examples/cluster/node-local-dns.yaml"];

describe("npm start", () => {
  it("shows the article's situation in one screen, with nothing installed", async () => {
    const { code, out, err } = await runNode(["examples/run.mjs"], { NO_COLOR: "1", COLUMNS: "100" });
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(out.split("\n").length).toBeLessThan(50);
    expect(out).toMatch(
      /✗ affected\s+examples\/images\/shop-api\.tar\s+all fail\n\s+musl 1\.2\.2 \(node\), Alpine Linux 3\.13\.12/,
    );
    expect(out).toMatch(
      /✓ not affected\s+examples\/images\/shop-legacy\.tar\s+all resolve\n\s+musl 1\.1\.24/,
    );
    expect(out).toMatch(/✓ not affected\s+examples\/images\/shop-reports\.tar\s+all resolve\n\s+glibc/);
    expect(out).toMatch(/examples\/cluster\/node-local-dns\.yaml:\d+:\d+/);
    expect(out).toContain("rcode NOERROR");
  });
});

describe("muslgate image", () => {
  it("exits with 1 for a finding, 0 for none, whatever fail-on says otherwise", async () => {
    expect((await muslgate(["image", api, ...AFFECTED])).code).toBe(1);
    expect((await muslgate(["image", legacy, ...AFFECTED])).code).toBe(0);
    expect((await muslgate(["image", api, ...AFFECTED, "--fail-on", "never"])).code).toBe(0);
    expect(
      (await muslgate(["image", api, "--gke-version", "1.22", "--node-local-dns", "enabled"])).code,
    ).toBe(0);
    expect(
      (
        await muslgate([
          "image",
          api,
          "--gke-version",
          "1.22",
          "--node-local-dns",
          "enabled",
          "--fail-on-unknown",
        ])
      ).code,
    ).toBe(3);
  });

  it("prints every format, and writes the files that were asked for", async () => {
    const files = { sarif: join(folder.path, "out/r.sarif"), json: join(folder.path, "out/r.json") };
    const call = ["image", api, ...COREFILE, "--sarif-file", files.sarif, "--json-file", files.json];
    const json = await muslgate([...call, "--format", "json"]);
    expect(JSON.parse(json.out).summary).toEqual({
      affected: 1,
      notes: 0,
      unknown: 0,
      "not-affected": 0,
      existing: 0,
      "existing-unknown": 0,
      waived: 0,
      clusters: 0,
      "clusters-unknown": 0,
    });
    expect(readFileSync(files.json, "utf8")).toBe(json.out);
    const sarif = await muslgate([...call, "--format", "sarif"]);
    const [result] = JSON.parse(sarif.out).runs[0].results;
    expect(result.locations[0].physicalLocation).toMatchObject({
      artifactLocation: { uri: "examples/cluster/node-local-dns.yaml" },
    });
    expect(readFileSync(files.sarif, "utf8")).toBe(sarif.out);
    expect((await muslgate([...call, "--format", "markdown"])).out).toContain("### ❌ muslgate: 1 affected");
  });

  it("reads large layers as it reads small ones", async () => {
    const big = {
      ...IMAGES["shop-api"]!,
      layers: [...IMAGES["shop-api"]!.layers, [{ name: "big", body: Buffer.alloc(5 * 2 ** 20, "big") }]],
    };
    const archive = folder.write("big.tar", dockerArchive("shop/big:1.0", big));
    const { out, code } = await muslgate(["image", archive, ...AFFECTED]);
    expect(out).toMatch(/✗ affected[\s\S]*musl 1\.2\.2 \(node\)/);
    expect(code).toBe(1);
    const damaged = readFileSync(archive);
    damaged.fill(1, 2 * 2 ** 20, 2 * 2 ** 20 + 10);
    const broken = await muslgate([
      "image",
      folder.write("damaged.tar", damaged),
      ...AFFECTED,
      "--fail-on-unknown",
      "--no-cache",
      "--verify",
    ]);
    expect(broken.out).toMatch(/\? unknown.*\n[\s\S]*diffID does not match/);
    expect(broken.code).toBe(3);
  });
});

describe("wrong calls and bad input", () => {
  const cut = folder.write("cut.tar.gz", gzipSync(readFileSync(legacy)).subarray(0, 1000));
  const betweenEntries = folder.write("between.tar", readFileSync(api).subarray(0, 512));
  const text = folder.write("text.tar", "this is no image");
  const empty = folder.write("Corefile.empty", "");
  const syntax = folder.write("Corefile.syntax", ".:53 {\n  template ANY AAAA {\n    rcode NXDOMAIN\n");
  it.each([
    ["no command", [], 2, /Usage: muslgate/],
    ["an unknown flag", ["image", api, "--gke", "1"], 2, /unknown option '--gke'/],
    [
      "an unknown choice",
      ["image", api, "--fail-on", "waring"],
      2,
      /--fail-on is "waring" Did you mean warning\? Write one of: error, warning, note, never/,
    ],
    ["no image", ["image"], 2, /missing required argument/],
    ["a GKE version that is none", ["image", api, "--gke-version", "seven"], 2, /seven/],
    [
      "a Corefile that is not there",
      ["image", api, "--corefile", "nope.yaml"],
      2,
      /nope\.yaml.*no such file/,
    ],
    ["a missing image", ["image", "nope.tar", ...AFFECTED], 2, /nope\.tar is neither a file/],
    ["a cut gzip", ["image", cut, ...AFFECTED], 3, /unknown.*gzip data is damaged or cut short/],
    [
      "a tar cut between entries",
      ["image", betweenEntries, ...AFFECTED],
      3,
      /unknown.*cut short|in the middle/,
    ],
    ["something that is no image", ["image", text, ...AFFECTED], 2, /text\.tar is no image/],
    ["an empty Corefile", ["image", api, "--corefile", empty], 2, /Corefile\.empty/],
    [
      "a Corefile with a syntax error",
      ["image", api, "--corefile", syntax],
      1,
      /unknown.*does not start.*Corefile\.syntax:\d+/,
    ],
    ["a GKE version nothing is known of", ["image", api, "--gke-version", "latest"], 0, /unknown/],
  ] as const)("%s", async (_, args, code, message) => {
    const ran = await muslgate(args);
    // The table breaks lines where the terminal ends.
    expect((ran.out + ran.err).replace(/\s+/g, " ")).toMatch(message);
    expect(ran.code).toBe(code);
    expect(ran.out + ran.err).not.toMatch(/\n\s+at .*\.js:\d+|✓ not affected/);
  });

  it("does not mind a reader that goes away", async () => {
    const { err } = await runNode(
      [
        "-e",
        `require("child_process").execSync("${process.execPath} dist/cli.js image ${api} --format json | head -1", {stdio: "inherit"})`,
      ],
      {},
    );
    expect(err).toBe("");
  });
});
