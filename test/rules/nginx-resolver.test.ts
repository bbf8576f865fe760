import { describe, expect, it } from "vitest";
import type { ImageProfile } from "../../src/model/image-profile.ts";
import { nginxResolver } from "../../src/rules/nginx-resolver.ts";
import { cluster, image, onMusl, workload } from "../support/profiles.ts";
import { checked } from "../support/checked.ts";

const layer = { index: 0, diffId: `sha256:${"0".repeat(64)}` } as const;
const nginx = (text: string, runtime: string | undefined = "nginx"): ImageProfile => ({
  ...image({ kind: "uses-glibc", runtime, reason: "It uses glibc", chain: [] }),
  resolverConfigs: [{ value: { program: "nginx", line: 3, text }, path: "/etc/nginx/nginx.conf", layer }],
});
const judge = (profile: ImageProfile | undefined, on = cluster("NXDOMAIN"), more = {}) =>
  checked(nginxResolver, { workload: workload("shop/proxy:1", more), image: profile, cluster: on });

describe("nginx-resolver", () => {
  it("speaks of nginx on any libc, with the line and the cure", () => {
    const verdict = judge(nginx("resolver 10.0.0.10 valid=5s"));
    expect(verdict).toMatchObject({
      outcome: "affected",
      level: "warning",
      names: { internal: "fails", external: "fails" },
    });
    expect(verdict?.summary).toContain("/etc/nginx/nginx.conf:3");
    expect(verdict?.remedies[0]?.snippet?.text).toBe("resolver 10.0.0.10 valid=5s ipv6=off;");
  });
  it("has nothing to say where AAAA is not asked, not denied, or nginx is not what starts", () => {
    expect(judge(nginx("resolver 10.0.0.10 ipv6=off"))).toBeUndefined();
    expect(judge(nginx("resolver 10.0.0.10"), cluster("NODATA"))).toBeUndefined();
    expect(judge(nginx("resolver 10.0.0.10", "node"))).toBeUndefined();
    expect(
      judge(nginx("resolver 10.0.0.10"), cluster("NXDOMAIN"), { usesClusterDns: false }),
    ).toBeUndefined();
    expect(judge(undefined)).toBeUndefined();
  });
  it("does not know what a volume says that is not in sight, and only where that may matter", () => {
    const without = { ...nginx("resolver 10.0.0.10"), resolverConfigs: [] };
    const at = (path: string, files?: Record<string, string | undefined>) => ({
      surroundings: { mounts: [{ path, files, executable: false }] },
    });
    const denied = cluster("NXDOMAIN");
    for (const path of [
      "/etc/nginx",
      "/etc/nginx/conf.d",
      "/etc/nginx/nginx.conf",
      "/etc/nginx/templates",
      "/etc",
    ])
      expect(judge(without, denied, at(path))).toMatchObject({
        outcome: "unknown",
        names: { internal: "unknown" },
      });
    expect(judge(without, denied, at("/etc/nginx/conf.d", { "a.conf": undefined }))?.outcome).toBe("unknown");
    expect(judge(without, denied, at("/etc/nginx/conf.d", { "a.conf": "server {}" }))).toBeUndefined();
    for (const path of [
      "/var/cache/nginx",
      "/usr/share/nginx/html",
      "/etc/nginx/certs",
      "/var/run",
      "/etc/resolv.conf",
    ])
      expect(judge(without, denied, at(path))).toBeUndefined();
    expect(judge(without, cluster("NODATA"), at("/etc/nginx"))).toBeUndefined();
    expect(
      judge({ ...without, process: onMusl("1.2.5", { runtime: "nginx" }) }, denied, at("/etc/nginx")),
    ).toBeUndefined();
  });
  it("says that it is not known where the cluster's answer is not, and musl-paired-lookup does not say so", () => {
    const onGlibc = judge(nginx("resolver 10.0.0.10"), cluster("NODATA", "unknown"));
    expect(onGlibc).toMatchObject({
      outcome: "unknown",
      names: { internal: "resolves", external: "unknown" },
    });
    const profile = { ...nginx("resolver 10.0.0.10"), process: onMusl("1.2.5", { runtime: "nginx" }) };
    expect(judge(profile, cluster("unknown"))).toBeUndefined();
  });
  it("says which names fail", () => {
    expect(judge(nginx("resolver 10.0.0.10"), cluster("passed-on", "SERVFAIL"))?.names).toEqual({
      internal: "resolves",
      external: "fails",
    });
  });
});
