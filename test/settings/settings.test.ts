import { describe, expect, it } from "vitest";
import { readSettings } from "../../src/settings/settings.ts";

describe("readSettings", () => {
  it("has a default for everything", () => {
    expect(readSettings({})).toEqual({
      images: [],
      directory: ".",
      include: [],
      exclude: [],
      charts: "auto",
      corefiles: [],
      comment: "auto",
      suggestions: "auto",
      clusterFiles: [],
      clusters: [],
      targets: [],
      nodeLocalDns: "auto",
      autopilot: false,
      provider: "auto",
      platform: { os: "linux", architecture: "amd64" },
      failOn: "error",
      failOnUnknown: false,
      insecureRegistries: [],
      registryPasswordStdin: false,
      registryMirrors: {},
      limits: {},
      verify: false,
      cache: true,
      actionsCache: "auto",
      quiet: false,
      verbose: false,
      format: "table",
      color: "auto",
    });
  });

  it("reads what the Action hands over: text, with lists by line", () => {
    const settings = readSettings({
      images: " alpine:3.13 \n# not this one\n\nnode:22-alpine\n",
      autopilot: "TRUE",
      platform: "linux/arm64/v8",
      corefile: "",
    });
    expect(settings.images).toEqual(["alpine:3.13", "node:22-alpine"]);
    expect(settings.autopilot).toBe(true);
    expect(settings.platform).toEqual({ os: "linux", architecture: "arm64", variant: "v8" });
    expect(settings.corefiles).toEqual([]);
  });

  it.each([
    [{ autopilot: "yes" }, 'autopilot is "yes"', "true or false"],
    [{ "fail-on": "high" }, 'fail-on is "high"', "error, warning, note, never"],
    [{ "node-local-dns": "on" }, 'node-local-dns is "on"', "auto, enabled, disabled"],
    [{ limit: "layerBytes" }, 'limit is "layerBytes"', "layerBytes=1000000000"],
    [{ "registry-mirror": "docker.io" }, 'registry-mirror is "docker.io"', "docker.io=mirror"],
    [{ platform: "amd64" }, 'platform is "amd64"', "linux/amd64"],
  ])("refuses %j with the value and what to write", (written, message, hint) => {
    expect(() => readSettings(written)).toThrow(
      expect.objectContaining({ code: "usage", message, hint: expect.stringContaining(hint) }),
    );
  });
});
