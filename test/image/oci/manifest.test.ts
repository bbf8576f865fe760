import fc from "../../support/property.ts";
import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../../src/image/limits.ts";
import {
  type Descriptor,
  documentKind,
  isAttestation,
  isForeignLayer,
  offeredPlatforms,
  pairLayers,
  parseConfig,
  parseIndex,
  parseManifest,
  selectPlatform,
} from "../../../src/image/oci/manifest.ts";
import { MuslgateError } from "../../../src/model/error.ts";

const DIGEST = `sha256:${"a".repeat(64)}` as const;
const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
const OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
const OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

const bytes = (value: unknown) =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const config = { mediaType: OCI_CONFIG, digest: DIGEST, size: 2 };
const layer = { mediaType: OCI_LAYER, digest: DIGEST, size: 3 };

function thrown(action: () => unknown): MuslgateError {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(MuslgateError);
    return error as MuslgateError;
  }
  throw new Error("nothing was thrown");
}

const entry = (platform: string | undefined, extra: Partial<Descriptor> = {}): Descriptor => {
  const [os = "", architecture = "", variant] = (platform ?? "").split("/");
  return {
    mediaType: OCI_MANIFEST,
    digest: DIGEST,
    size: 1,
    annotations: {},
    urls: [],
    ...(platform ? { platform: { os, architecture, ...(variant ? { variant } : {}) } } : {}),
    ...extra,
  };
};
const pick = (offered: (string | undefined)[], wanted: string) => {
  const [os = "", architecture = "", variant] = wanted.split("/");
  const entries = offered.map((platform) => entry(platform));
  const chosen = selectPlatform(entries, { os, architecture, ...(variant ? { variant } : {}) });
  return chosen ? entries.indexOf(chosen) : undefined;
};

describe("documentKind", () => {
  it("believes the media type it came with, parameters and case aside", () => {
    expect(documentKind(`${OCI_INDEX}; charset=utf-8`, bytes(""))).toBe("index");
    expect(documentKind("Application/vnd.docker.distribution.manifest.v2+JSON", bytes(""))).toBe("manifest");
    expect(documentKind("application/vnd.docker.distribution.manifest.v1+prettyjws", bytes(""))).toBe(
      "schema1",
    );
  });
  it("looks into the document where the media type says nothing", () => {
    expect(documentKind("application/json", bytes({ mediaType: OCI_INDEX }))).toBe("index");
    expect(documentKind("", bytes({ config: {}, layers: [] }))).toBe("manifest");
    expect(documentKind("", bytes({ manifests: [] }))).toBe("index");
    expect(documentKind("", bytes({ schemaVersion: 1, fsLayers: [] }))).toBe("schema1");
    expect(documentKind("", bytes({ manifests: [], config: {}, layers: [] }))).toBe("unknown");
    expect(documentKind("text/html", bytes("<html>"))).toBe("unknown");
  });
});

describe("parseManifest", () => {
  it("reads what umoci writes: no top-level mediaType", () => {
    const manifest = parseManifest(bytes({ schemaVersion: 2, config, layers: [layer] }), DEFAULT_LIMITS);
    expect(manifest.config.digest).toBe(DIGEST);
    expect(manifest.layers).toEqual([{ ...layer, annotations: {}, urls: [] }]);
  });
  it.each([
    ["not JSON", "<html>", "input", "starts with"],
    ["an array", [], "input", "not an object"],
    ["no config", { layers: [] }, "input", "config is not a descriptor"],
    ["layers as an object", { config, layers: {} }, "input", "layers is not a list"],
    [
      "another digest",
      { config: { ...config, digest: `sha512:${"a".repeat(128)}` } },
      "input",
      "config.digest",
    ],
    ["a negative size", { config: { ...config, size: -1 } }, "input", "config.size"],
    ["a size as text", { config, layers: [{ ...layer, size: "3" }] }, "input", "layers[0].size"],
    ["two kinds at once", { config, layers: [], manifests: [] }, "input", "manifests"],
    ["an index's media type", { mediaType: OCI_INDEX, config, layers: [] }, "input", "mediaType"],
    ["schema 1", { schemaVersion: 1, fsLayers: [] }, "input", "schema 1"],
    [
      "a chart",
      { config: { ...config, mediaType: "application/vnd.cncf.helm.config.v1+json" } },
      "input",
      "helm",
    ],
    ["too many layers", { config, layers: Array(513).fill(layer) }, "limit", "513 layers"],
    ["too many bytes", " ".repeat(DEFAULT_LIMITS.documentBytes + 1), "limit", "bytes"],
    ["too deep", "[".repeat(100_000), "limit", "levels"],
    ["bytes that are no UTF-8", "\ufffd\ud800", "input", "not JSON"],
  ])("refuses %s", (_, document, code, words) => {
    const error = thrown(() => parseManifest(bytes(document), DEFAULT_LIMITS));
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(error.hint).not.toBe("");
  });
  it("does not count brackets in strings as nesting", () => {
    const annotations = { note: `"\\${"[".repeat(200)}` };
    const layers = [{ ...config, annotations }];
    expect(parseManifest(bytes({ config, layers }), DEFAULT_LIMITS).layers[0]?.annotations).toEqual(
      annotations,
    );
  });
  it("keeps control characters and direction marks out of messages", () => {
    const { message } = thrown(() =>
      parseManifest(bytes({ config: { ...config, mediaType: "a\u001b[2J\u202e\u009b" } }), DEFAULT_LIMITS),
    );
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
  it("gives an answer or a MuslgateError on any bytes and any JSON", () => {
    for (const read of [parseManifest, parseIndex, parseConfig]) {
      fc.assert(
        fc.property(fc.oneof(fc.uint8Array(), fc.json().map(bytes)), (input) => {
          try {
            read(input, DEFAULT_LIMITS);
          } catch (error) {
            expect(error).toBeInstanceOf(MuslgateError);
          }
        }),
      );
    }
  });
});

describe("parseConfig", () => {
  it("reads nulls as empty and a bare string as a command of one word", () => {
    const read = parseConfig(
      bytes({
        os: "linux",
        architecture: "arm64",
        variant: "v8",
        config: { Entrypoint: null, Cmd: "sh", Env: null, Labels: { a: "b", c: null }, WorkingDir: "/w" },
        rootfs: { type: "layers", diff_ids: [DIGEST] },
        history: [{ created_by: "ADD x" }, { created_by: "CMD y", empty_layer: true }],
      }),
      DEFAULT_LIMITS,
    );
    expect(read).toEqual({
      platform: { os: "linux", architecture: "arm64", variant: "v8" },
      entrypoint: [],
      cmd: ["sh"],
      env: [],
      workingDir: "/w",
      history: [
        { createdBy: "ADD x", emptyLayer: false },
        { createdBy: "CMD y", emptyLayer: true },
      ],
      diffIds: [DIGEST],
    });
  });
  it("says unknown where the platform is missing", () => {
    expect(parseConfig(bytes({ rootfs: { diff_ids: null } }), DEFAULT_LIMITS).platform).toEqual({
      os: "unknown",
      architecture: "unknown",
    });
  });
  it("takes nothing of an object from __proto__", () => {
    const read = parseConfig(
      bytes('{"rootfs":{},"config":{"__proto__":{"Cmd":"x"}},"__proto__":{"os":"evil"}}'),
      DEFAULT_LIMITS,
    );
    expect([read.cmd, read.platform.os]).toEqual([[], "unknown"]);
    expect(({} as Record<string, unknown>).os).toBeUndefined();
  });
  it.each([
    ["a document without rootfs", { os: "linux" }, "rootfs"],
    ["a diffID that is none", { rootfs: { diff_ids: ["x"] } }, "diff_ids[0]"],
    ["an entry point of numbers", { rootfs: {}, config: { Entrypoint: [1] } }, "config.Entrypoint[0]"],
    ["history that is no list", { rootfs: {}, history: {} }, "history"],
  ])("refuses %s", (_, document, words) => {
    expect(thrown(() => parseConfig(bytes(document), DEFAULT_LIMITS)).message).toContain(words);
  });
});

describe("selectPlatform", () => {
  it.each([
    [["linux/amd64", "linux/arm64/v8"], "linux/arm64", 1],
    [["linux/amd64", "linux/arm64"], "linux/arm64/v8", 1],
    [["linux/arm/v5", "linux/arm/v7", "linux/arm/v6"], "linux/arm/v7", 1],
    [["linux/arm/v5", "linux/arm/v6"], "linux/arm/v7", 1],
    [["linux/arm/v5", "linux/arm/v7"], "linux/arm", 1],
    [["linux/arm/v7"], "linux/arm/v6", undefined],
    [["linux/amd64/v3", "linux/amd64/v2", "linux/amd64"], "linux/amd64", 2],
    [["linux/amd64/v3", "linux/amd64/v2"], "linux/amd64", 1],
    [["linux/amd64", "linux/amd64/v2"], "linux/amd64/v3", 1],
    [["windows/amd64", "linux/s390x"], "linux/amd64", undefined],
    [["unknown/unknown", "linux/amd64"], "linux/x86_64", 1],
    [["linux/arm64"], "linux/aarch64", 0],
    [["linux/amd64", undefined], "linux/arm64", 1],
    [[undefined, undefined], "linux/arm64", undefined],
    [[], "linux/amd64", undefined],
  ])("of %j takes for %s entry %s", (offered, wanted, index) => {
    expect(pick(offered, wanted)).toBe(index);
  });
  it("passes attestations over, however they are marked", () => {
    const marked = entry("linux/amd64", {
      annotations: { "vnd.docker.reference.type": "attestation-manifest" },
    });
    expect(isAttestation(marked)).toBe(true);
    expect(isAttestation(entry("unknown/unknown"))).toBe(true);
    expect(isAttestation(entry("linux/amd64"))).toBe(false);
    expect(selectPlatform([marked], { os: "linux", architecture: "amd64" })).toBeUndefined();
    expect(offeredPlatforms([marked, entry("linux/arm/v7"), entry(undefined)])).toEqual([
      "linux/arm/v7",
      "unnamed",
    ]);
  });
});

describe("layers", () => {
  it("knows foreign ones by their media type and by their urls", () => {
    expect(isForeignLayer(entry(undefined, { urls: ["https://example.com"] }))).toBe(true);
    expect(
      isForeignLayer(
        entry(undefined, { mediaType: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip" }),
      ),
    ).toBe(true);
    expect(isForeignLayer(entry(undefined, { mediaType: OCI_LAYER }))).toBe(false);
  });
  const manifest = parseManifest(bytes({ config, layers: [layer] }), DEFAULT_LIMITS);
  const configOf = (document: object) => parseConfig(bytes(document), DEFAULT_LIMITS);
  it("are joined with their diffIDs", () => {
    expect(pairLayers(manifest, configOf({ rootfs: { diff_ids: [DIGEST] } }))).toEqual([
      { descriptor: manifest.layers[0], diffId: DIGEST },
    ]);
  });
  it("are refused when the lists differ, or when the image is for Windows", () => {
    expect(thrown(() => pairLayers(manifest, configOf({ rootfs: {} }))).message).toContain("1 layers");
    const windows = configOf({ os: "windows", architecture: "amd64", rootfs: { diff_ids: [DIGEST] } });
    expect(thrown(() => pairLayers(manifest, windows)).message).toContain("windows/amd64");
  });
});
