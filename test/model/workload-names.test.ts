import { describe, expect, it } from "vitest";
import { keyText, type WorkloadKey } from "../../src/model/workload-key.ts";
import { named, nameOf, toldApart } from "../../src/model/workload-names.ts";
import type { Named, Role, Workload } from "../../src/model/workload.ts";

const key = (parts: Partial<WorkloadKey>): WorkloadKey => ({
  root: "",
  kind: "deployment",
  namespace: "",
  name: "api",
  container: "app",
  ...parts,
});
const line = (file: string) => ({ file, line: 1, column: 1, endLine: 1, endColumn: 2 });
const api = (file: string, parts: Partial<WorkloadKey> = {}): Workload => ({
  ...named({ key: key(parts), role: "container", file }),
  image: "api:1",
  usesClusterDns: true,
  at: line(file),
});
const names = (...workloads: Workload[]) => toldApart(workloads).map(({ name }) => name);

describe("names of containers", () => {
  it.each<[Role, Partial<WorkloadKey>, string]>([
    ["container", {}, "deployment/api, container app"],
    ["init container", { container: "1" }, "deployment/api, init container 1"],
    ["container", { name: "" }, "deployment in f.yaml, container app"],
    ["container", { kind: "", name: "" }, "f.yaml, container app"],
    ["field", { container: "image" }, "deployment/api, image"],
    ["values", { kind: "chart", name: "web", container: "a.image" }, "chart web, values a.image"],
    ["values", { kind: "", name: "", container: "image" }, "f.yaml, values image"],
    ["service", { name: "web", container: "" }, "service web in f.yaml"],
    ["job service", { name: "test", container: "redis" }, "job test in f.yaml, service redis"],
    ["base image", { name: "", container: "" }, "image of f.yaml"],
    ["base image", { name: "", container: "run" }, "image of f.yaml, stage run"],
    ["image", { kind: "image", name: "shop/api:1.0" }, "shop/api:1.0"],
  ])("%s %j", (role, parts, expected) => {
    expect(nameOf({ key: key(parts), role, file: "f.yaml" })).toBe(expected);
  });

  it("end in what tells them apart, then in the variant", () => {
    const one: Named = { key: key({}), role: "container", apart: "overlays/prod", variant: "linux/arm64" };
    expect(nameOf(one)).toBe("deployment/api, container app (overlays/prod) (linux/arm64)");
  });

  it("say the root of overlays, though their base stands in one file", () => {
    expect(
      names(
        api("base/api.yaml", { root: "overlays/dev" }),
        api("base/api.yaml", { root: "overlays/stage" }),
        api("overlays/prod/kustomization.yaml", { root: "overlays/prod" }),
      ),
    ).toEqual([
      "deployment/api, container app (overlays/dev)",
      "deployment/api, container app (overlays/stage)",
      "deployment/api, container app (overlays/prod)",
    ]);
  });

  it("say the folder, the file or the namespace, whichever tells them apart", () => {
    const end = (...workloads: Workload[]) => names(...workloads).map((name) => name.split("app").at(-1));
    expect(end(api("a.yaml"), api("a.yaml"))).toEqual(["", ""]);
    expect(end(api("x/a.yaml"), api("y/a.yaml"))).toEqual([" (x)", " (y)"]);
    expect(end(api("a.yaml"), api("b.yaml"))).toEqual([" (a.yaml)", " (b.yaml)"]);
    expect(end(api("a.yaml", { namespace: "x" }), api("a.yaml", { namespace: "y" }))).toEqual([
      " (namespace x)",
      " (namespace y)",
    ]);
    const [dev, prod] = [{ root: "dev" }, { root: "prod" }];
    expect(
      end(
        api("a.yaml", { ...dev, namespace: "x" }),
        api("a.yaml", { ...dev, namespace: "y" }),
        api("a.yaml", { ...prod, namespace: "x" }),
      ),
    ).toEqual([" (dev, namespace x)", " (dev, namespace y)", " (prod, namespace x)"]);
  });
});

describe("keys", () => {
  it("are the same for every build of an image that was named", () => {
    const image = (name: string) => keyText(key({ kind: "image", name }));
    expect(image("registry:shop/api:1")).toBe(image("shop/api@sha256:0f"));
    expect(image("shop/api:1")).not.toBe(image("shop/web:1"));
  });

  it("differ in each part, and do not run into each other", () => {
    const all = [
      key({}),
      key({ root: "prod" }),
      key({ namespace: "x" }),
      key({ container: "b" }),
      key({ name: "a", container: "pi" }),
      key({ name: "ap", container: "i" }),
    ];
    expect(new Set(all.map(keyText)).size).toBe(all.length);
  });
});
