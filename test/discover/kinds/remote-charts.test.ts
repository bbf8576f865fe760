/** Charts of a registry on loopback, read under the values of what takes them, on the line that names them. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Terraform's interpolations are the subject.
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { foundClusters } from "../../../src/cluster/found.ts";
import { readSettings } from "../../../src/settings/settings.ts";
import { discover } from "../../../src/discover/discover.ts";
import { DEFAULT_LIMITS } from "../../../src/image/limits.ts";
import { createCredentials } from "../../../src/image/source/registry/credentials.ts";
import { testHclReader } from "../../support/hcl.ts";
import { createRegistrySource } from "../../../src/image/source/registry/registry-source.ts";
import {
  digestOf,
  sendBytes,
  sendJson,
  startServer,
  type TestServer,
} from "../../support/faulty-registry.ts";
import { covered, memoryTree } from "../tree.ts";

/** A chart as `helm package` makes it. */
async function packed(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, body] of Object.entries(files)) archive.entry({ name }, Buffer.from(body));
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) chunks.push(chunk as Uint8Array);
  return gzipSync(Buffer.concat(chunks));
}

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
        - name: web
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
        - name: side
          image: shop/side:3
`;
const WEB = {
  "web/Chart.yaml": "name: web\nversion: 1.2.3\n",
  "web/values.yaml": "image:\n  repository: shop/web\n  tag: 1.30\nhook:\n  image: shop/hook:1\n",
  "web/templates/web.yaml": DEPLOYMENT,
};

const dnsValues = (rcode: string) =>
  `image: {repository: shop/dns, tag: "1"}\nisClusterService: true\nservers:\n  - zones: [{zone: .}]\n    port: 53\n    plugins:\n      - {name: template, parameters: ANY AAAA, configBlock: rcode ${rcode}}\n      - {name: forward, parameters: . /etc/resolv.conf}\n`;

const blobs = new Map<string, Buffer>();
const tags = new Map<string, string>();

function push(name: string, chart: Buffer, config = "application/vnd.cncf.helm.config.v1+json"): void {
  const about = Buffer.from("{}");
  const descriptor = (mediaType: string, bytes: Buffer) => ({
    mediaType,
    digest: digestOf(bytes),
    size: bytes.length,
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: descriptor(config, about),
      layers: [descriptor("application/vnd.cncf.helm.chart.content.v1.tar+gzip", chart)],
    }),
  );
  for (const bytes of [about, manifest, chart]) blobs.set(digestOf(bytes), bytes);
  tags.set(name, digestOf(manifest));
}

let server: TestServer;
beforeAll(async () => {
  push("charts/web:1.2.3", await packed(WEB));
  push("charts/web:1.2.3_build", await packed(WEB));
  push(
    "charts/deny:1.0.0",
    await packed({
      ...WEB,
      "web/templates/dns.yaml":
        "data:\n  Corefile: |\n    .:53 {\n      template ANY AAAA {\n        rcode NXDOMAIN\n      }\n    }\n",
    }),
  );
  for (const [version, rcode] of [
    ["1.0.0", "NXDOMAIN"],
    ["2.0.0", "NOERROR"],
  ] as const)
    push(`charts/dns:${version}`, await packed({ ...WEB, "web/values.yaml": dnsValues(rcode) }));
  push("charts/image:1.0.0", Buffer.from("x"), "application/vnd.oci.image.config.v1+json");
  push("charts/damaged:1.0.0", Buffer.from("no archive"));
  push("charts/empty:1.0.0", await packed({ "web/values.yaml": "a: 1\n" }));
  const swapped = await packed({ ...WEB, "web/values.yaml": "" });
  push("charts/swapped:1.0.0", swapped);
  blobs.set(digestOf(swapped), Buffer.alloc(swapped.length));
  server = await startServer((seen, response) => {
    const [, name, kind, what] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/?]+)/.exec(seen.url) ?? [];
    const digest = kind === "manifests" ? (tags.get(`${name}:${what}`) ?? what) : what;
    const bytes = blobs.get(digest ?? "");
    if (seen.url === "/v2/") return void sendJson(response, 200, {});
    if (bytes === undefined) return void sendJson(response, 404, { errors: [{ code: "MANIFEST_UNKNOWN" }] });
    const type =
      kind === "manifests" ? "application/vnd.oci.image.manifest.v1+json" : "application/octet-stream";
    sendBytes(seen, response, bytes, type);
  });
});
afterAll(() => server.close());

async function found(
  write: (host: string) => Readonly<Record<string, string>>,
  remoteCharts = 50,
  fetch = true,
) {
  const files = write(server.host);
  const source = createRegistrySource({
    credentials: createCredentials({ env: {}, home: "/nonexistent" }),
    limits: DEFAULT_LIMITS,
    env: {},
    maxRetries: 0,
  });
  const fetched: string[] = [];
  const packedChart = async (reference: string) => {
    fetched.push(reference.replace(server.host, "HOST"));
    return source.packedChart(reference, new AbortController().signal);
  };
  const { workloads, diagnostics, unread, clusterFiles } = await discover(memoryTree(files), {
    packedChart: fetch ? packedChart : undefined,
    limits: { remoteCharts },
    hcl: testHclReader,
  });
  return {
    fetched,
    images: workloads.map(({ image, name, at }) => `${image} | ${name} | ${covered(files, at)}`).toSorted(),
    roots: [...new Set(workloads.map(({ key }) => `${key.root} ${key.namespace}`))],
    gaps: diagnostics.filter(({ weight }) => weight === "gap").map(({ message }) => message),
    lines: diagnostics.map(({ at }) => covered(files, at)),
    unread: unread.map(({ at, denies }) => [covered(files, at), denies]),
    clusters: async () =>
      (await foundClusters(clusterFiles, readSettings({}), unread)).profiles.map(
        ({ answers: { external } }) => [external.kind, covered(files, external.at)],
      ),
  };
}

const repository = (host: string, type = "oci") =>
  `apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: shop, namespace: flux}\nspec: {type: ${type}, url: "${type === "oci" ? "oci" : "https"}://${host}/charts"}\n`;
const release = (values: string, chart = "web", version = "1.2.3", more = "") =>
  `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, namespace: shop}\nspec:\n  chart:\n    spec:\n      chart: ${chart}\n      version: ${version}\n      sourceRef: {kind: HelmRepository, name: shop, namespace: flux}\n${more}  values:\n${values}`;
const application = (host: string, helm: string) =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec:\n  destination: {namespace: shop}\n  source:\n    repoURL: ${host}/charts\n    chart: web\n    targetRevision: 1.2.3\n${helm}`;

describe("a chart in a registry", () => {
  it("is read under a HelmRelease's values, on the line that names it", async () => {
    const { fetched, images, roots, gaps } = await found((host) => ({
      "repo.yaml": repository(host),
      "web.yaml": release('    image: {tag: "2.0"}\n    hook: null\n'),
    }));
    expect(fetched).toEqual(["HOST/charts/web:1.2.3"]);
    expect(images).toEqual([
      "shop/side:3 | deployment/web, container side | web",
      "shop/web:2.0 | deployment/web, container web | web",
    ]);
    expect(roots).toEqual(["helmrelease/web shop"]);
    expect(gaps).toEqual([]);
  });

  it.each([
    ["Terraform's values", "main.tf", '  set {\n    name = "image.tag"\n    value = "2.0"\n  }\n', true],
    [
      "a value that is worked out",
      "main.tf",
      '  set {\n    name = "image.tag"\n    value = var.tag\n  }\n',
      false,
    ],
    ["a part of values", "main.tf", "  values = [yamlencode({ image = { tag = var.tag } })]\n", false],
    ["all values", "main.tf", "  values = var.values\n", false],
    [
      "one of two values",
      "main.tf",
      '  set {\n    name = "image.tag"\n    value = var.alpine ? "1-alpine" : "1"\n  }\n',
      false,
    ],
    ["a list of one", "main.tf", '  set_list {\n    name = "a"\n    value = ["b"]\n  }\n', false],
    ["one of two lists", "main.tf", '  values = var.on ? ["a: 1"] : ["a: 2"]\n', false],
    ["lists put together", "main.tf", '  values = concat(["a: 1"], ["a: 2"])\n', false],
    ["one of two in a list", "main.tf", '  values = [var.on ? "a: 1" : "a: 2"]\n', false],
    [
      "one of two parts",
      "main.tf",
      '  values = [yamlencode({ image = { tag = var.on ? "1" : "2" } })]\n',
      false,
    ],
    ["parts put together", "main.tf", "  values = [yamlencode(merge(var.all, { a = 1 }))]\n", false],
    ["parts of a loop", "main.tf", "  values = [yamlencode({ a = { for k in var.all : k => 1 } })]\n", false],
    ["written parts", "main.tf", '  values = [yamlencode({ a = ["b", { c = 1 }] })]\n', true],
    ["a file in quotes", "main.tf", '  values = ["${file("values.yaml")}"]\n', false],
    ["a word in a text", "main.tf", "  values = [<<EOT\nimage:\n  tag: ${var.tag}\nEOT\n  ]\n", false],
    ["values of Fleet's own templates", "fleet.yaml", "  templateValues: {a: b}\n", false],
    ["values made by a block", "main.tf", '  dynamic "set" {\n    for_each = var.all\n  }\n', false],
    ["secret values", "main.tf", '  set_sensitive {\n    name = "a"\n    value = "b"\n  }\n', false],
    ["what is run over it", "main.tf", '  postrender {\n    binary_path = "./x"\n  }\n', false],
    ["Fleet's values", "fleet.yaml", "  values: {image: {tag: a}}\n", true],
    ["values of files", "fleet.yaml", "  valuesFiles: [a.yaml]\n", false],
  ])("is read under what a tool says, where all of that is known: %s", async (_, file, more, isRead) => {
    const { fetched, images, gaps } = await found((host) => ({
      [file]: file.endsWith(".tf")
        ? `resource "helm_release" "web" {\n  chart = "web"\n  version = "1.2.3"\n  repository = "oci://${host}/charts"\n${more}}\n`
        : `helm:\n  chart: web\n  version: 1.2.3\n  repo: oci://${host}/charts\n${more}`,
    }));
    expect(fetched.length > 0 && images.length > 0).toBe(isRead);
    expect(gaps.length > 0).toBe(!isRead);
  });

  it.each([
    ["values", "setValues: {image.tag: a}", true],
    ["values within values", "setValues: {image: {tag: a}}", false],
    ["overrides", "overrides: {image: {tag: a}}", false],
    ["files", "setFiles: {image.tag: a.txt}", false],
  ])("is read under what Skaffold says, where all of that is known: %s", async (_, more, isRead) => {
    const { fetched, gaps } = await found((host) => ({
      "skaffold.yaml": `apiVersion: skaffold/v4beta6\nkind: Config\ndeploy:\n  helm:\n    releases:\n      - name: web\n        remoteChart: web\n        repo: oci://${host}/charts\n        version: 1.2.3\n        ${more}\n`,
    }));
    expect([fetched.length > 0, gaps.length > 0]).toEqual([isRead, !isRead]);
  });

  it.each([
    ["", true],
    [', values: {image: {tag: "${var.tag}"}}', false],
  ])("is read by what Garden says of it below its name: %s", async (more, isRead) => {
    const { fetched, gaps } = await found((host) => ({
      "web.garden.yml": `kind: Deploy\ntype: helm\nname: web\nspec: {chart: {name: web, repo: "oci://${host}/charts", version: 1.2.3}${more}}\n`,
    }));
    expect([fetched.length > 0, gaps.length > 0]).toEqual([isRead, !isRead]);
  });

  it("is told of where only a folder has the name that a HelmRelease gives it", async () => {
    const { gaps } = await found(() => ({
      "web.yaml": release("    a: 1\n"),
      "web/README.md": "A folder.\n",
    }));
    expect(gaps).toHaveLength(1);
  });

  it("keeps tags as they are written, and has what nobody changes", async () => {
    const { images } = await found((host) => ({
      "repo.yaml": repository(host),
      "web.yaml": release("    replicas: 2\n"),
    }));
    expect(images.map((one) => one.split(" ")[0])).toEqual(["shop/hook:1", "shop/side:3", "shop/web:1.30"]);
  });

  it("leaves an image that the repository writes itself on its own line, and once", async () => {
    const { images } = await found((host) => ({
      "repo.yaml": repository(host),
      "web.yaml": release("    hook: {image: mine/hook:9}\n"),
    }));
    expect(images.filter((one) => one.startsWith("mine/hook:9"))).toEqual([
      "mine/hook:9 | helmrelease/web, values hook.image | mine/hook:9",
    ]);
    expect(images.some((one) => one.startsWith("shop/hook"))).toBe(false);
  });

  it("is found through an OCIRepository, and by an Application with values, an object and parameters", async () => {
    const flux = await found((host) => ({
      "web.yaml": `apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: web}\nspec:\n  url: oci://${host}/charts/web\n  ref: {tag: 1.2.3}\n---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web}\nspec:\n  chartRef: {kind: OCIRepository, name: web}\n`,
    }));
    expect([flux.images.length, flux.gaps]).toEqual([3, []]);
    const argo = await found((host) => ({
      "app.yaml": application(
        host,
        '    helm:\n      values: |\n        image: {tag: "7"}\n      valuesObject: {image: {tag: "8"}}\n      parameters:\n        - {name: image.tag, value: "9"}\n',
      ),
    }));
    expect(argo.images.at(-1)).toBe("shop/web:9 | deployment/web, container web | web");
    expect(argo.gaps).toEqual([]);
  });

  it("has an underscore in its tag for a plus in its version", async () => {
    const { fetched, gaps } = await found((host) => ({
      "repo.yaml": repository(host),
      "web.yaml": release("    a: 1\n", "web", "1.2.3+build"),
    }));
    expect([fetched, gaps]).toEqual([["HOST/charts/web:1.2.3_build"], []]);
  });

  it("that denies AAAA somewhere is a text that nobody read, on the same line", async () => {
    const { unread } = await found((host) => ({
      "repo.yaml": repository(host),
      "web.yaml": release("    a: 1\n", "deny", "1.0.0"),
    }));
    expect(unread).toEqual([["deny", true]]);
  });
});

describe("a chart that a tool takes", () => {
  const KUSTOMIZED = (host: string, more = "") =>
    `namespace: shop\nhelmCharts:\n  - name: web\n    repo: oci://${host}/charts\n    version: 1.2.3\n    namespace: shop\n    valuesFile: web.yaml\n    valuesInline: {image: {tag: "5"}, hook: null}\n${more}`;
  const VALUES = "image: {tag: '4', repository: mine/web}\n";

  it("is read under a kustomization's values, its files below them", async () => {
    const { images, gaps, roots } = await found((host) => ({
      "apps/web/kustomization.yaml": KUSTOMIZED(host),
      "apps/web/web.yaml": VALUES,
    }));
    expect(images.map((one) => one.split(" ")[0])).toEqual(["mine/web:5", "shop/side:3"]);
    expect([gaps, roots]).toEqual([[], ["apps/web shop"]]);
  });

  it.each([
    ["a file of values is not there", {}, "", "some of its values were not read"],
    [
      "the kustomization changes images",
      { "apps/web/web.yaml": VALUES },
      "images: [{name: a, newTag: b}]\n",
      "what kustomizations change of it",
    ],
    [
      "another takes it in",
      { "apps/web/web.yaml": VALUES, "prod/kustomization.yaml": "resources: [../apps/web]\n" },
      "",
      "what kustomizations change of it",
    ],
  ])("stays a gap where %s", async (_, files, more, why) => {
    const { images, gaps } = await found((host) => ({
      "apps/web/kustomization.yaml": KUSTOMIZED(host, more),
      ...files,
    }));
    expect(images).toEqual([]);
    expect(gaps.join()).toContain(why);
  });

  const HELMFILE = (release: string, more = "") =>
    `${more}releases:\n  - name: web\n    namespace: shop\n${release}`;

  it.each([
    [
      "by its address",
      (host: string) => HELMFILE(`    chart: oci://${host}/charts/web\n    version: 1.2.3\n`),
    ],
    [
      "by a repository's name",
      (host: string) =>
        HELMFILE(
          "    chart: shop/web\n    version: 1.2.3\n",
          `repositories:\n  - {name: shop, url: "${host}/charts", oci: true}\n`,
        ),
    ],
  ])("is read of a helmfile %s, under its values", async (_, write) => {
    const { images, gaps, fetched } = await found((host) => ({
      "helmfile.yaml": `${write(host)}    values:\n      - web.yaml\n      - {replicas: 2}\n`,
      "web.yaml": VALUES,
    }));
    expect(images.map((one) => one.split(" ")[0])).toContain("mine/web:4");
    expect([gaps, fetched]).toEqual([[], ["HOST/charts/web:1.2.3"]]);
  });

  it("stays a gap of a helmfile where its values are not all read, it is in no such registry, or patched", async () => {
    const gapOf = async (more: string, chart?: string) =>
      (
        await found((host) => ({
          "helmfile.yaml": HELMFILE(
            `    chart: ${chart ?? `oci://${host}/charts/web`}\n    version: 1.2.3\n${more}`,
          ),
        }))
      ).gaps.join();
    expect(await gapOf("    secrets: [a.yaml]\n")).toContain("some of its values were not read");
    expect(await gapOf("    values: [none.yaml]\n")).toContain("some of its values were not read");
    expect(await gapOf("    jsonPatches: []\n")).toContain("what helmfile changes");
    expect(await gapOf("", "shop/web")).toContain("in no registry that speaks OCI");
  });

  it("is no gap of a helmfile where the chart is here, or is not installed", async () => {
    const { gaps } = await found(() => ({
      "helmfile.yaml":
        "releases:\n  - {name: a, chart: ./charts/a}\n  - {name: b, chart: x/b, installed: false}\n",
      "charts/a/Chart.yaml": "name: a\n",
    }));
    expect(gaps).toEqual([]);
  });
});

describe("the DNS that a chart sets up", () => {
  const clusters = async (version: string, values: string) => {
    const { clusters: read } = await found((host) => ({
      "repo.yaml": repository(host),
      "dns.yaml": release(values, "dns", version),
      "d/Corefile": ".:53 {\n    forward . 192.0.2.1\n}\n",
    }));
    return (await read()).map(([kind, at]) => (kind === "passed-on" ? kind : `${kind} ${at}`)).toSorted();
  };

  it("by its own values is a cluster, on the line that names it", async () => {
    expect(await clusters("1.0.0", "    replicas: 2\n")).toEqual(["NXDOMAIN dns", "passed-on"]);
    expect(await clusters("2.0.0", "    replicas: 2\n")).toEqual(["NODATA dns", "passed-on"]);
  });

  it("is what the repository's values say where they stand over it", async () => {
    const own = "    servers: [{zones: [{zone: .}], plugins: [{name: forward, parameters: . 192.0.2.2}]}]\n";
    expect(await clusters("1.0.0", own)).toEqual(["passed-on", "passed-on"]);
  });
});

describe("the gap stays", () => {
  const one = async (chart: string, version: string, more = "", type = "oci", fetch = true) => {
    const { images, gaps, fetched, lines } = await found(
      (host) => ({
        "repo.yaml": repository(host, type),
        "web.yaml": release("    a: 1\n", chart, version, more),
      }),
      50,
      fetch,
    );
    expect(images).toEqual([]);
    expect(lines).toContain(chart);
    return { gap: gaps.at(-1), gaps, fetched };
  };

  it.each([
    ["the registry has no such chart", "none", "1.0.0", "could not be fetched"],
    ["it is an image", "image", "1.0.0", "could not be fetched: it is not what was looked for"],
    ["another archive comes than was announced", "swapped", "1.0.0", "does not have the digest"],
    ["it is no archive", "damaged", "1.0.0", "it is no chart"],
    ["the archive is no chart", "empty", "1.0.0", "it is no chart"],
    ["a range of versions is named", "web", "1.x", "no one version of it is named"],
    ["the version is yet to be put in", "web", "$VERSION", "no one version of it is named"],
  ])("where %s", async (_, chart, version, why) => {
    const { gap } = await one(chart, version);
    expect(gap).toContain(`${chart} was not followed: the chart is not in this repository, and `);
    expect(gap).toContain(why);
  });

  it("where the repository is no registry, or values come from the cluster", async () => {
    expect((await one("web", "1.2.3", "", "default")).gap).toContain("in no registry that speaks OCI");
    const from = await one("web", "1.2.3", "  valuesFrom: [{kind: Secret, name: more}]\n");
    expect(from.gap).toContain("some of its values were not read");
    expect(from.fetched).toEqual([]);
  });

  it("where nothing is fetched", async () => {
    const { gaps } = await one("web", "1.2.3", "", "oci", false);
    expect(gaps).toEqual(["web was not followed: the chart is not in this repository"]);
  });

  it("for charts past the bound, which is named", async () => {
    const { fetched, gaps } = await found(
      (host) => ({
        "repo.yaml": repository(host),
        ...Object.fromEntries([1, 2, 3, 4].map((i) => [`${i}.yaml`, release(`    a: ${i}\n`)])),
      }),
      2,
    );
    expect(fetched).toHaveLength(2);
    expect(gaps.some((gap) => gap.includes("remoteCharts"))).toBe(true);
    expect(gaps.filter((gap) => gap.includes("no more charts are fetched"))).toHaveLength(2);
  });
});
