import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { analyzeImage } from "../../../src/image/analyze.ts";
import { readLayers } from "../../../src/image/read-layers.ts";
import { createLayerReader } from "../../../src/image/layer/reader.ts";
import { DEFAULT_LIMITS } from "../../../src/image/limits.ts";
import { ociLayoutSource } from "../../../src/image/source/oci.ts";
import { openReference } from "../../../src/image/source/open.ts";
import type { ImageProfile } from "../../../src/model/image-profile.ts";
import { planImage } from "../../../src/plan/plan-image.ts";
import { pairedLookup } from "../../../src/rules/musl-paired-lookup.ts";
import { cluster, workload } from "../../support/profiles.ts";
import { BASES, builtShop, SERVICES } from "../../support/built-shop.ts";
import { outcomesOf } from "../../support/deployed.ts";
import { startLayoutRegistry } from "../../support/layout-registry.ts";
import { memoryTree } from "../../discover/tree.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { describeWith } from "../../support/parts.ts";
import { makeBases } from "./bases.ts";
import { type BuildCase, CASES } from "./cases.ts";
import { newerBuildah, OWN_BUILDAH } from "./newer-buildah.ts";
import { checked } from "../../support/checked.ts";

/** Every Dockerfile where MUSLGATE_BUILDS is 1, those of a name where it is another text, else those that stand for the others. */
const wanted = process.env.MUSLGATE_BUILDS;
const cases = CASES.filter(({ name, always }) => (wanted ? wanted === "1" || name.includes(wanted) : always));
/** Other names of bases, which the demo has. */
const ALIASES: Readonly<Record<string, string>> = {
  "java:17-alpine": "java:21-alpine",
  "golang:1.26-alpine": "golang:1.22-alpine",
  "rust:1.85-slim": "rust:1.85",
  "debian:12": "debian:12-slim",
};
/** How the cases of the demo's services are called, before the service's name. */
const DEMO = "the demo's ";
const PLATFORM = { os: "linux", architecture: "amd64" };

const parts = {
  programs: ["buildah", "musl-gcc", "gcc", "objcopy", "ldd"],
  corpus: true,
  root: true,
  go: true,
};
describeWith(parts, "Dockerfiles, planned and built", () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  const store = ["--root", at("root"), "--runroot", at("run"), "--storage-driver", "vfs"];
  let tool = OWN_BUILDAH;
  const buildah = (...args: readonly string[]) => {
    const [program = "", ...words] = tool.command;
    return execFileSync(program, [...words, ...store, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  };
  const bud = (tag: string, context: string, ...more: readonly string[]) =>
    buildah(
      "bud",
      "--isolation",
      "chroot",
      "--pull-never",
      "--format",
      "oci",
      ...tool.limits,
      ...more,
      "--tag",
      tag,
      context,
    );
  const { signal } = new AbortController();
  let reader: ReturnType<typeof createLayerReader>;

  const opened = async (tag: string) => {
    const layout = at(tag.replace(/[:/]/g, "-"));
    buildah("push", "-q", `localhost/${tag}`, `oci:${layout}:it`);
    const layoutOf = await openReference(
      `oci-layout:${layout}`,
      [ociLayoutSource(DEFAULT_LIMITS)],
      PLATFORM,
      signal,
    );
    return { image: layoutOf.images[0]!, done: () => layoutOf.close() };
  };
  const bases = new Map<string, ReturnType<typeof readBase>>();
  const readBase = async (reference: string) => {
    const { image, done } = await opened(reference.replace("localhost/", ""));
    const { layers, verified, diagnostics } = await readLayers(image, reader, signal, DEFAULT_LIMITS);
    await done();
    return { layers, config: image.config, verified, diagnostics };
  };

  beforeAll(() => {
    if (wanted) tool = newerBuildah(at("newer"), folder.path);
    reader = createLayerReader(DEFAULT_LIMITS, { verifyAll: false });
    const named = cases
      .map(({ dockerfile, args = {} }) => dockerfile + Object.values(args).join(" "))
      .join("\n");
    mkdirSync(at("go-cache"));
    for (const { name, path, env, cmd } of makeBases(at("bases"))) {
      // The numbers of versions may come from arguments.
      const isNamed = [name, ALIASES[name] ?? name].some((one) => named.includes(one));
      if (!isNamed && !/^alpine|^debian/.test(name)) continue;
      const lines = [
        "FROM scratch",
        "ADD . /",
        ...env.map((one) => `ENV ${one}`),
        ...(cmd ? [`CMD ["${cmd}"]`] : []),
      ];
      writeFileSync(at("base.dockerfile"), `${lines.join("\n")}\n`);
      bud(`localhost/${name}`, path, "-f", at("base.dockerfile"));
      const alias = ALIASES[name];
      if (alias !== undefined) buildah("tag", `localhost/${name}`, `localhost/${alias}`);
    }
  }, 300_000);

  const outcome = (image: ImageProfile) =>
    checked(pairedLookup, { workload: workload(), image, cluster: cluster("NXDOMAIN") })?.outcome;

  const planOf = async ({ dockerfile, files = {}, args, target }: BuildCase) => {
    const tree = memoryTree({ ...files, Dockerfile: dockerfile });
    const base = (reference: string) => {
      const known = bases.get(reference) ?? readBase(reference);
      bases.set(reference, known);
      return known;
    };
    const ports = { tree, base, estimate: () => undefined, platform: PLATFORM, limits: DEFAULT_LIMITS };
    const plan = await planImage({ dockerfile: { path: "Dockerfile" }, context: "", args, target }, ports);
    return plan.start("it", {});
  };
  const make = (tag: string, { dockerfile, files = {}, args = {}, target, mounts = [] }: BuildCase) => {
    const context = at(`context-${tag}`);
    for (const [name, text] of Object.entries({ ...files, Dockerfile: dockerfile })) {
      mkdirSync(dirname(join(context, name)), { recursive: true });
      writeFileSync(join(context, name), text);
    }
    const given = Object.entries(args).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]);
    const bound = mounts.flatMap((path) => ["--volume", `${tool.host}${path}:${path}:ro`]);
    if (mounts.length > 0) bound.push("--volume", `${at("go-cache")}:/go-cache`);
    bud(`localhost/${tag}`, context, ...given, ...bound, ...(target ? ["--target", target] : []));
  };
  const builtFrom = async (index: number, one: BuildCase) => {
    make(`built-${index}`, one);
    const { image, done } = await opened(`built-${index}`);
    const profile = await (await analyzeImage(image, reader, signal))({});
    await done();
    buildah("rmi", `localhost/built-${index}`);
    return profile;
  };

  it("agree", async () => {
    const table: string[] = [];
    const wrong: string[] = [];
    let [same, unknown] = [0, 0];
    for (const [index, one] of cases.entries()) {
      const plan = await planOf(one);
      const built = await builtFrom(index, one).catch((error: Error) => error);
      if (built instanceof Error) {
        wrong.push(`${one.name} was not built: ${built.message}`);
        continue;
      }
      const [said, is] = [outcome(plan), outcome(built)];
      const line = `${one.name}: planned ${plan.process.kind} (${said}), built ${built.process.kind} (${is})`;
      const differs = said !== is || plan.process.kind !== built.process.kind;
      table.push(differs ? `${line}\n  ${plan.process.reason}\n  ${built.process.reason}` : line);
      if (said === "not-affected" && is !== "not-affected") wrong.push(line);
      if (one.said !== undefined && (one.said === "hit") !== (is === "affected"))
        wrong.push(`${line}, and the table says ${one.said}`);
      if (!differs) same++;
      else if (said === "unknown") unknown++;
    }
    if (wanted) console.log(table.join("\n"));
    expect(wrong).toEqual([]);
    expect({ same: same + unknown >= cases.length * 0.95, unknown: unknown <= cases.length * 0.1 }).toEqual({
      same: true,
      unknown: true,
    });
  }, 1_200_000);

  const demo = cases.filter(({ name }) => name.startsWith(DEMO));
  const whole = demo.length === Object.keys(SERVICES).length ? it : () => {};
  whole(
    "agree on what a repository deploys: planned on bases of a registry, and built and pulled from it",
    async () => {
      const layouts = new Map<string, string>();
      const serve = (name: string, tag: string) => {
        const layout = at(`served-${tag.replace(/[:/]/g, "-")}`);
        buildah("push", "-q", `localhost/${tag}`, `oci:${layout}:it`);
        layouts.set(name, layout);
      };
      for (const name of Object.keys(BASES)) serve(name, name.replace("library/", ""));
      const registry = await startLayoutRegistry(layouts);
      const env = { PATH: process.env.PATH, HOME: folder.path };
      const ports = { signal, now: () => Date.parse("2026-12-01"), env };
      const shop = builtShop(registry.host);
      const planned = await outcomesOf(at("planned"), shop, ports);
      for (const one of demo) {
        const name = one.name.slice(DEMO.length);
        make(`demo-${name}`, one);
        serve(`shop/${name}:1`, `demo-${name}`);
      }
      // The same deployments, with nothing of how their images are built.
      const pulled = Object.entries(shop).flatMap(([path, text]) => {
        if (path === "Corefile") return [[path, text]];
        const image = text.replace(/image: (\w+)/, `image: ${registry.host}/shop/$1:1`);
        return path.startsWith("manifests/") ? [[path, image]] : [];
      });
      const built = await outcomesOf(at("pulled"), Object.fromEntries(pulled), ports);
      await registry.close();
      const table = Object.entries(SERVICES).map(([name, [what]]) => [
        name,
        what === "hit" ? "affected" : "not-affected",
      ]);
      expect(built).toEqual(Object.fromEntries(table));
      expect(planned).toEqual(built);
    },
    600_000,
  );
});
