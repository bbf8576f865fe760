/** What nginx is configured by with volumes over its image: the text that is mounted counts. */
import { describe, expect, it } from "vitest";
import { mountedConfigs } from "../../src/image/mounted-configs.ts";

const layer = { index: 0, diffId: `sha256:${"0".repeat(64)}` } as const;
const OWN = [
  { value: { program: "nginx", line: 3, text: "resolver 10.0.0.10" }, path: "/etc/nginx/nginx.conf", layer },
] as const;
const ASKS = "server {\n  resolver kube-dns.kube-system valid=5s;\n}\n";
const told = (...mounts: { path: string; files?: Record<string, string | undefined> }[]) =>
  mountedConfigs(
    OWN,
    mounts.map((mount) => ({ ...mount, executable: false })),
  ).map(({ path, value }) => `${path}:${value.line} ${value.text}`);
const IMAGES = "/etc/nginx/nginx.conf:3 resolver 10.0.0.10";
const MOUNTED = "/etc/nginx/conf.d/app.conf:2 resolver kube-dns.kube-system valid=5s";

describe("configurations with volumes over them", () => {
  it.each([
    ["nothing", [], [IMAGES]],
    ["a volume elsewhere", [{ path: "/data", files: { "a.conf": ASKS } }], [IMAGES]],
    ["one more file", [{ path: "/etc/nginx/conf.d", files: { "app.conf": ASKS } }], [IMAGES, MOUNTED]],
    ["one file alone", [{ path: "/etc/nginx/conf.d/app.conf", files: { "": ASKS } }], [IMAGES, MOUNTED]],
    ["the file itself", [{ path: "/etc/nginx/nginx.conf", files: { "": "events {}\n" } }], []],
    ["its whole folder", [{ path: "/etc/nginx", files: { "conf.d/app.conf": ASKS } }], [MOUNTED]],
    [
      "a file that asks for no AAAA",
      [{ path: "/etc/nginx", files: { "nginx.conf": "resolver a ipv6=off;" } }],
      ["/etc/nginx/nginx.conf:1 resolver a ipv6=off"],
    ],
    ["a volume that is not in sight", [{ path: "/etc/nginx" }], [IMAGES]],
    [
      "one inside another",
      [
        { path: "/etc/nginx", files: { "conf.d/app.conf": ASKS } },
        { path: "/etc/nginx/conf.d", files: {} },
      ],
      [],
    ],
  ])("%s", (_, mounts, expected) => {
    expect(told(...mounts)).toEqual(expected);
  });
});
