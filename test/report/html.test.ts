import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Report } from "../../src/model/report.ts";
import { inert } from "../../src/publish/workflow-commands.ts";
import { renderHtml } from "../../src/report/html.ts";
import { CONTAINER_RULES } from "../../src/rules/index.ts";
import { describeWith, findProgram } from "../support/parts.ts";
import { answer, cluster, image, onMusl, report, workload } from "../support/profiles.ts";
import { checked } from "../support/checked.ts";

const HOSTILE =
  "x\u001b[2J\r\n::error::pwned ##[error] </script><script>window.pwned=1</script> <img src=x onerror=window.pwned=1> \" onclick=window.pwned=1 x=' & \u202eevil";
const layer = {
  index: 0,
  diffId: `sha256:${"ab".repeat(32)}`,
  createdBy: "ADD alpine-minirootfs.tar.gz /",
} as const;
const alpine = { id: "alpine", name: "Alpine Linux", version: "3.13.12", path: "/etc/os-release", layer };
const onAlpine = (reference: string) => ({
  ...image(onMusl("1.2.2", { runtime: "node" }), reference),
  distribution: alpine,
  musl: { loader: { value: "1.2.2", path: "/lib/ld-musl-x86_64.so.1", layer } },
});
const at = { file: "deploy/prod/node-local-dns.yaml", line: 17, column: 11, endLine: 17, endColumn: 25 };
const denies = cluster("NXDOMAIN", "NXDOMAIN", {
  name: "prod-eu",
  answers: { internal: answer("NXDOMAIN", at), external: answer("NXDOMAIN", at) },
});
const outside = cluster("NODATA", "NXDOMAIN", { name: "prod-us" });
const well = cluster("NODATA", "NODATA", { name: "staging" });

/** So many containers of four kinds of images in four namespaces, each on three clusters, judged by the real rules. */
function fleet(count: number): Report {
  const images = [
    onAlpine("registry.example.com/shop/api:1.0"),
    image(
      { kind: "uses-glibc", reason: "It is linked to glibc.", chain: [{ text: "/usr/bin/reports" }] },
      "shop/reports:2.4",
    ),
    image({ kind: "unknown", reason: "The entry point /app is not in the image", chain: [] }, "shop/odd:1"),
    {
      ...onAlpine("registry.example.com/shop/mail:3"),
      process: onMusl("1.2.2", { runtime: "nginx" }),
      resolverConfigs: [
        {
          value: {
            program: "nginx" as const,
            line: 3,
            text: "resolver kube-dns.kube-system.svc.cluster.local;",
          },
          path: "/etc/nginx/nginx.conf",
          layer,
        },
      ],
    },
  ];
  const clusters = [denies, outside, well];
  // Judged once each: all of an image fare alike.
  const verdicts = images.map((profile) =>
    clusters.map((on) =>
      CONTAINER_RULES.flatMap(
        (rule) => checked(rule, { workload: workload(profile.reference), image: profile, cluster: on }) ?? [],
      ),
    ),
  );
  const judgements = Array.from({ length: count }, (_, i) => {
    const profile = images[i % images.length] as (typeof images)[number];
    const namespace = ["shop", "mail", "jobs", "edge"][i % 4] ?? "";
    const [kind, name] = [
      i % 2 === 0 ? "deployment" : "statefulset",
      `service-${String(i).padStart(5, "0")}`,
    ];
    const file = `deploy/${namespace}/${name}.yaml`;
    const who = workload(profile.reference, {
      key: { root: "", kind, namespace, name, container: "app" },
      role: "container",
      name: `${kind}/${name}, container app`,
      file,
      at: { file, line: 12, column: 9, endLine: 12, endColumn: 30 },
    });
    const status = i % 8 === 0 ? ("new" as const) : ("existing" as const);
    const since = status === "new" ? undefined : i === 4 ? "2026-08-03" : "2026-09-14";
    return (verdicts[i % images.length] ?? []).flatMap((all, index) =>
      all.map((verdict) => ({
        workload: who,
        image: i % images.length,
        cluster: index,
        verdict,
        status,
        since,
      })),
    );
  }).flat();
  return {
    images,
    clusters,
    judgements,
    diagnostics: [],
    made: "2026-09-21",
    comparedWith: "2026-09-20",
    fixed: ["deployment/old, container app (musl-paired-lookup)"],
    patches: [
      {
        file: at.file,
        diff: `--- a/${at.file}\n+++ b/${at.file}\n@@ -15,5 +15,5 @@\n     .:53 {\n       template ANY AAAA {\n-        rcode NXDOMAIN\n+        rcode NOERROR\n       }\n     }\n`,
        because: "AAAA is then answered with no data, which musl takes.",
      },
    ],
  };
}

const titleOf = (page: string) => /<h1 class="([\w-]+)">.*?<\/b> (.*?)<\/h1>/.exec(page)?.slice(1);

describe("the page", () => {
  it("opens on the answer, and says since when", () => {
    const page = renderHtml(fleet(8), "muslgate-baseline.json");
    expect(titleOf(page)).toEqual(["affected", "4 of 8 containers resolve no names"]);
    expect(page).toContain(
      "Since muslgate-baseline.json of 2026-09-20: 1 affected container is new, 3 were so before (the first known since 2026-08-03), 1 finding is gone.",
    );
    expect(page).toContain("affected, as before, known since 2026-08-03</span> on ");
    expect(page).toContain("affected, as before, known since 2026-09-14</span> on ");
    expect(page).toMatch(/prod-eu<\/code><\/th><td class="n affected">4<\/td>/);
    expect(page).toMatch(/staging<\/code><\/th><td class="n soft">0<\/td>/);
  });

  it.each<[string, Report, string, string]>([
    [
      "nothing",
      report([], { ...well, at: { file: "dns.yaml", line: 1, column: 1, endLine: 1, endColumn: 2 } }),
      "unknown",
      "Nothing was judged: nothing here names an image",
    ],
    [
      "nothing, where pods were refused",
      report([], well, {
        diagnostics: [
          {
            code: "cluster-forbidden",
            message: "m",
            hint: "Look.",
            weight: "gap",
            subject: "list pods in all namespaces",
          },
        ],
      }),
      "unknown",
      "Nothing was judged: not all pods were seen",
    ],
    ["what is well", report([onAlpine("a:1")], well), "not-affected", "The container is not affected"],
    [
      "what is not known",
      report([image({ kind: "unknown", reason: "It is not there.", chain: [] }, "a:1")], denies),
      "unknown",
      "It is not known whether 1 of 1 container resolves names",
    ],
    [
      "a gap",
      report([onAlpine("a:1")], well, {
        diagnostics: [{ code: "not-followed", message: "b.yaml was not read", hint: "Look.", weight: "gap" }],
      }),
      "unknown",
      "Nothing was found, but something could not be known",
    ],
    [
      "some names",
      report([onAlpine("a:1")], outside),
      "affected",
      "1 of 1 container does not resolve all names as it should",
    ],
  ])("of %s says so", (_, made, outcome, words) => {
    expect(titleOf(renderHtml(made))).toEqual([outcome, words]);
  });

  it("says that what is waived is, and not that all is well", () => {
    const made = report([onAlpine("a:1")], denies);
    const judgements = made.judgements.map((one) => ({
      ...one,
      waived: { reason: "goes away", expires: "2030-01-31" },
    }));
    const page = renderHtml({ ...made, judgements });
    expect(titleOf(page)?.[0]).toBe("unknown");
    expect(page).toContain("waived until 2030-01-31: goes away");
  });

  it("counts who resolves with the musl of a layer", () => {
    const page = renderHtml(fleet(8));
    expect(page).toMatch(/Alpine Linux 3\.13\.12<\/a>.*?<td class="n">4<\/td><td class="n">2<\/td>/);
  });

  it("allows its own style and script alone, by what they are", () => {
    const page = renderHtml(hostile());
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1];
    const [style, ...styles] = [...page.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, text = ""]) =>
      hash(text),
    );
    const [script, ...scripts] = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text = ""]) =>
      hash(text),
    );
    expect([styles, scripts]).toEqual([[], []]);
    expect(policy).toBe(
      `default-src 'none'; style-src '${style}'; script-src '${script}'; base-uri 'none'; form-action 'none'`,
    );
  });

  it("holds nothing that a runner obeys, and asks no network for anything", () => {
    for (const page of [renderHtml(hostile(), HOSTILE), renderHtml(fleet(12))]) {
      expect(inert(page)).toBe(page);
      expect(page).not.toMatch(/\p{Cf}|[^\P{Cc}\n\t]/u);
      expect(page).not.toMatch(/\s(?:src|srcset|action|style|on\w+)=(?=["'])|url\(|@import|<link|<img/);
    }
  });
});

const hash = (text: string) => `sha256-${createHash("sha256").update(text).digest("base64")}`;

/** A report in which every text of others is hostile. */
function hostile(): Report {
  const bad = { ...at, file: HOSTILE };
  const profile = { ...image(onMusl("1.2.2", { chain: [{ text: HOSTILE }], reason: HOSTILE }), HOSTILE) };
  const made = report(
    [{ ...profile, distribution: { ...alpine, name: HOSTILE, layer: { ...layer, createdBy: HOSTILE } } }],
    cluster("NXDOMAIN", "NXDOMAIN", {
      name: HOSTILE,
      answers: { internal: answer("NXDOMAIN", bad), external: answer("NXDOMAIN", bad) },
    }),
    {
      diagnostics: [
        { code: "not-followed", message: HOSTILE, hint: HOSTILE, subject: HOSTILE, weight: "gap" },
      ],
      patches: [{ file: HOSTILE, diff: HOSTILE, because: HOSTILE }],
      fixed: [HOSTILE],
    },
  );
  const key = { root: HOSTILE, kind: HOSTILE, namespace: HOSTILE, name: HOSTILE, container: HOSTILE };
  const judgements = made.judgements.flatMap((one) => {
    const named = one.workload && {
      ...one.workload,
      key,
      name: HOSTILE,
      role: "container" as const,
      file: HOSTILE,
      at: bad,
    };
    return [
      { ...one, workload: named },
      { ...one, workload: named, waived: { reason: HOSTILE, expires: HOSTILE } },
      { ...one, workload: named && { ...named, key: { ...key, namespace: "other" } } },
    ];
  });
  return { ...made, judgements };
}

describeWith({ programs: ["chromium"] }, "in Chromium", () => {
  const folder = mkdtempSync(join(tmpdir(), "muslgate-html-"));
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: findProgram("chromium"),
      args: ["--no-sandbox", "--disable-dev-shm-usage"],
    });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The page, opened; what it said on its console, and what it asked for besides itself. */
  async function opened(
    html: string,
    dark = false,
  ): Promise<{ page: Page; said: string[]; asked: string[] }> {
    const file = join(folder, "report.html");
    writeFileSync(file, html);
    const page = await browser.newPage({ colorScheme: dark ? "dark" : "light" });
    const said: string[] = [];
    const asked: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(String(error)));
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    return { page, said, asked };
  }
  const rowsShown = (page: Page) => page.locator(".m tbody tr:not([hidden])").count();

  it("filters by cluster, namespace, owner, rule, outcome and words", async () => {
    const { page, said, asked } = await opened(renderHtml(fleet(40)));
    expect(await page.locator("output").textContent()).toBe("All 40 containers are shown.");
    await page.getByLabel("Outcome").selectOption("affected");
    expect(await rowsShown(page)).toBe(20);
    await page.getByLabel("Cluster", { exact: true }).selectOption("staging");
    expect(await rowsShown(page)).toBe(0);
    expect(await page.locator(".m thead th:visible").allTextContents()).toEqual([
      "Container",
      "staging",
      "Resolves with",
    ]);
    await page.getByRole("button", { name: "Show all" }).click();
    await expect.poll(() => rowsShown(page)).toBe(40);
    await page.getByLabel("Namespace").selectOption("mail");
    expect(await rowsShown(page)).toBe(10);
    await page.getByLabel("Outcome").selectOption("affected");
    expect(await rowsShown(page)).toBe(0);
    await page.getByRole("button", { name: "Show all" }).click();
    await page.getByLabel("Rule").selectOption("nginx-resolver");
    expect(await rowsShown(page)).toBe(10);
    await page.getByRole("button", { name: "Show all" }).click();
    await page.getByLabel("Layer", { exact: true }).selectOption("Alpine Linux 3.13.12");
    expect(await rowsShown(page)).toBe(20);
    await page.getByLabel("Namespace").selectOption("shop");
    expect(await rowsShown(page)).toBe(10);
    await page.getByRole("button", { name: "Show all" }).click();
    await page.getByLabel("Owner").fill("Deployment/service-0001");
    expect(await rowsShown(page)).toBe(5);
    await page.getByLabel("Any words").fill("mail");
    expect(await rowsShown(page)).toBe(0);
    await page.getByLabel("Owner").fill("");
    expect(await rowsShown(page)).toBe(20);
    expect(await page.locator("output").textContent()).toBe("20 of 40 containers are shown.");
    expect([said, asked.length]).toEqual([[], 1]);
    await page.close();
  });

  it("shows 10,000 containers, each of which is found, and lays out only those in sight", async () => {
    const { page, said } = await opened(renderHtml(fleet(10_000)));
    expect(await rowsShown(page)).toBe(10_000);
    expect(await page.getByText("deployment/service-09998, container app").count()).toBe(1);
    const skipped = await page.evaluate(
      `[...document.querySelectorAll(".m tbody tr")].filter((row) => !row.cells[0].checkVisibility({ contentVisibilityAuto: true })).length`,
    );
    expect(skipped).toBeGreaterThan(9_000);
    await page.getByLabel("Owner").fill("service-09998");
    expect(await rowsShown(page)).toBe(1);
    expect(said).toEqual([]);
    await page.close();
  }, 300_000);

  it("leads from a container to what is held of it, by the keyboard", async () => {
    const { page } = await opened(renderHtml(fleet(8)));
    await page.getByRole("link", { name: "deployment/service-00000, container app" }).press("Enter");
    const target = page.locator("article:target");
    expect(await target.getByRole("heading").textContent()).toBe("registry.example.com/shop/api:1.0");
    expect(await target.textContent()).toContain("/lib/ld-musl-x86_64.so.1 1.2.2");
    await page.close();
  });

  it("leads from an image to the layer of its musl, which names all that have it", async () => {
    const { page } = await opened(renderHtml(fleet(8)));
    await page.getByRole("link", { name: "deployment/service-00000, container app" }).press("Enter");
    await page
      .locator("article:target")
      .getByRole("link", { name: "The layer that its musl" })
      .press("Enter");
    const target = page.locator("article:target");
    expect(await target.getByRole("heading").textContent()).toBe("Alpine Linux 3.13.12");
    const text = (await target.textContent()) ?? "";
    for (const part of [
      layer.diffId,
      layer.createdBy,
      "4 containers of 2 images",
      "shop/mail:3",
      "service-00003",
    ])
      expect(text).toContain(part);
    await page.close();
  });

  it("breaks no name letter by letter on a phone: what is wider is scrolled", async () => {
    const long = fleet(8);
    const names = ["production-europe-west", "gke_project_europe-west1_production", "staging"];
    const clusters = long.clusters.map((one, i) => ({ ...one, name: names[i] ?? "" }));
    const { page } = await opened(renderHtml({ ...long, clusters }));
    await page.setViewportSize({ width: 420, height: 900 });
    const cells = page.locator(".plain tbody th[scope=row]");
    expect(await cells.count()).toBeGreaterThan(3);
    // Lines of at least twelve letters, but for the last.
    for (const cell of await cells.all()) {
      const [letters, lines] = await cell.evaluate((one) => {
        const range = one.ownerDocument.createRange();
        range.selectNodeContents(one);
        const tops = new Set([...range.getClientRects()].map(({ bottom }) => Math.round(bottom / 8)));
        return [one.textContent.length, tops.size] as const;
      });
      expect(lines, await cell.textContent().then(String)).toBeLessThanOrEqual(1 + letters / 12);
    }
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(420);
  });

  it("has a column for each target, and says who breaks first", async () => {
    const [now] = [fleet(8)];
    const clusters = now.clusters.map((one, i) => ({
      ...one,
      name: `prod at gke-version=1.3${i}`,
      target: { of: "prod", to: `gke-version=1.3${i}` },
    }));
    const targets = clusters.map(({ target: { to } }, i) => ({
      to,
      breaks: i === 0 ? ["deployment/service-00000, container app"] : [],
      heals: [],
      unknown: [],
    }));
    const { page } = await opened(renderHtml({ ...now, clusters, targets }));
    expect(await page.locator(".m thead th").allTextContents()).toEqual([
      "Container",
      "gke-version=1.30",
      "gke-version=1.31",
      "gke-version=1.32",
      "Resolves with",
    ]);
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toContain(
      "1 of 8 containers breaks at a target",
    );
    await page.getByLabel("Target", { exact: true }).selectOption("gke-version=1.30");
    expect(await page.locator("#targets li").allTextContents()).toEqual([
      "gke-version=1.30: breaks 1 (deployment/service-00000, container app)",
      "gke-version=1.31: breaks nothing that did not before",
      "gke-version=1.32: breaks nothing that did not before",
    ]);
    await page.close();
  });

  it("prints all of it: what filters is left out, what is folded is opened", async () => {
    const { page } = await opened(renderHtml(fleet(16)));
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("form").isVisible()).toBe(false);
    expect(await page.locator("details li").first().isVisible()).toBe(true);
    const wide = await page.evaluate(
      "[...document.querySelectorAll('.box, .plain')].filter((one) => one.scrollWidth > one.clientWidth + 1).length",
    );
    expect(wide).toBe(0);
    await page.close();
  });

  it.each([false, true])("breaks none of axe's rules (dark: %s)", async (dark) => {
    const { page } = await opened(renderHtml(fleet(16)), dark);
    await page.evaluate(axe.source);
    const found = await page.evaluate(
      `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes.map(({ html }) => html)))`,
    );
    expect(found).toEqual([]);
    await page.close();
  });

  it("lets no hostile name act", async () => {
    const { page, said, asked } = await opened(renderHtml(hostile(), HOSTILE));
    await page.getByLabel("Any words").fill("script");
    expect(await page.evaluate("window.pwned")).toBeUndefined();
    expect(await page.locator("script").count()).toBe(1);
    expect(await page.locator("img, [onclick], [onerror]").count()).toBe(0);
    expect([said, asked.length]).toEqual([[], 1]);
    await page.close();
  });
});
