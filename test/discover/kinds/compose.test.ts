// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of other tools are the subject.
import { describe, expect, it } from "vitest";
import { found } from "../tree.ts";

const CASE = {
  Corefile: ".:53 {\n    template IN AAAA . {\n        rcode NXDOMAIN\n    }\n    forward . 127.0.0.11\n}\n",
  "docker-compose.yml": `services:
  dns:
    image: coredns/coredns:1.11.1
    command: -conf /Corefile
    volumes: ["./Corefile:/Corefile:ro"]
    networks: {default: {ipv4_address: 172.28.0.53}}
  app:
    image: ghcr.io/shop/app:3.19
    dns: [172.28.0.53]
    dns_opt: ["use-vc", "no-tld-query"]
  other:
    image: ghcr.io/shop/other:3.19
networks:
  default:
    ipam: {config: [{subnet: 172.28.0.0/16}]}
`,
};

async function asked(files: Record<string, string>) {
  const { workloads, diagnostics, clusterFiles } = await found(files);
  return {
    workloads: workloads.map(({ key, usesClusterDns, dnsCorefile }) =>
      `${key.name} ${usesClusterDns} ${dnsCorefile ?? ""}`.trim(),
    ),
    codes: diagnostics.map(({ code }) => code),
    clusterFiles: clusterFiles.flatMap(({ file, kind }) => (kind === "corefile" ? [file] : [])),
  };
}

describe("whom a service asks", () => {
  it("is a CoreDNS of the same file, with its Corefile", async () => {
    expect(await asked(CASE)).toEqual({
      workloads: ["dns false", "app false Corefile", "other false"],
      codes: [],
      clusterFiles: ["Corefile"],
    });
  });

  it.each([
    [
      "a folder that is mounted",
      'command: ["-conf", "/etc/coredns/my.conf"]\n    volumes: ["./dns:/etc/coredns"]',
      "dns/my.conf",
    ],
    [
      "the long form",
      "command: -conf=/c\n    volumes: [{type: bind, source: ./dns/my.conf, target: /c}]",
      "dns/my.conf",
    ],
    ["no command", 'volumes: ["./dns/my.conf:/Corefile"]', "dns/my.conf"],
    ["a config", "configs: [{source: cf, target: /Corefile}]", "dns/my.conf"],
  ])("whose Corefile is found by %s, whatever its name", async (_, how, path) => {
    const compose = `services:\n  dns:\n    image: registry.k8s.io/coredns/coredns:v1.11.1\n    ${how}\n    networks: {n: {ipv4_address: "\${DNS}"}}\n  app: {image: "app:1", dns: "\${DNS}"}\nconfigs: {cf: {file: ./dns/my.conf}}\n`;
    expect(await asked({ ".env": "DNS=172.28.0.53\n", "c.yaml": compose, [path]: CASE.Corefile })).toEqual({
      workloads: ["dns false", `app false ${path}`],
      codes: [],
      clusterFiles: [path],
    });
  });

  it.each([
    ["8.8.8.8", "app false", []],
    ["169.254.20.10", "app true", []],
    ["${NOT_SET}", "app unknown", ["pod-dns-unknown"]],
  ])("%s: %s", async (server, expected, codes) => {
    const { workloads, codes: said } = await asked({
      "compose.yaml": `services: {app: {image: "app:1", dns: ["${server}"]}}\n`,
    });
    expect([workloads, said]).toEqual([[expected], codes]);
  });

  it("is not known where the Corefile of that CoreDNS is not in the repository", async () => {
    const compose = CASE["docker-compose.yml"].replace("./Corefile", "/srv/Corefile");
    const { workloads, codes } = await asked({ "docker-compose.yml": compose });
    expect(workloads).toEqual(["dns false", "app unknown", "other false"]);
    expect(codes).toEqual(["pod-dns-unknown"]);
  });
});

describe("what a service starts with", () => {
  it("is read where it matters: of a service that asks a DNS that is judged", async () => {
    const service = `image: a:1
    dns: [169.254.20.10]
    env_file: [a.env, {path: gone.env}]
    environment: {A: "own-\${X}", PRICE: "5$$", OPEN: "\${NOT_SET}"}
    entrypoint: /bin/sh -c "exec $$A"
    working_dir: /srv
    volumes: ["./run.sh:/run.sh:ro", "data:/data", "/anonymous"]
    extra_hosts: ["db.local:10.0.0.1"]
    healthcheck: {test: wget -q http://db/ || exit 1}
    platform: linux/arm64`;
    const { workloads } = await found({
      "compose.yaml": `services:\n  a:\n    ${service}\n`,
      ".env": "X=x\n",
      "a.env": "A=file\nB=b\n",
      "run.sh": "exec app\n",
    });
    expect(workloads[0]).toMatchObject({
      command: ["/bin/sh", "-c", "exec $A"],
      platforms: [{ os: "linux", architecture: "arm64" }],
      surroundings: {
        env: { A: "own-x", B: "b", PRICE: "5$", OPEN: undefined },
        envOpen: true,
        workingDir: "/srv",
        mounts: [{ path: "/run.sh", files: { "": "exec app\n" } }, { path: "/data" }, { path: "/anonymous" }],
        hosts: ["db.local"],
        besides: [{ what: "health check", words: ["/bin/sh", "-c", "wget -q http://db/ || exit 1"] }],
      },
    });
  });

  it.each([
    ["[CMD, wget, 'http://db/']", [{ what: "health check", words: ["wget", "http://db/"] }]],
    ["[CMD-SHELL, wget http://db/]", [{ what: "health check", words: ["/bin/sh", "-c", "wget http://db/"] }]],
    ["[NONE]", undefined],
  ])("health check %s", async (test, besides) => {
    const text = `services: {a: {image: "a:1", dns: 169.254.20.10, healthcheck: {test: ${test}}}}\n`;
    expect((await found({ "compose.yaml": text })).workloads[0]?.surroundings?.besides).toEqual(besides);
  });
});
