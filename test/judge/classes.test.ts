/** Containers of one class are judged once, and each is told of as if it had been judged by itself. */
import { describe, expect, it, vi } from "vitest";
import { scan } from "../../src/judge/judge.ts";
import type { ClusterProfile } from "../../src/model/cluster-profile.ts";
import type { ImageProfile } from "../../src/model/image-profile.ts";
import type { Place } from "../../src/model/place.ts";
import type { Judgement } from "../../src/model/report.ts";
import type { Workload } from "../../src/model/workload.ts";
import { CONTAINER_RULES } from "../../src/rules/index.ts";
import { memberOf } from "../../src/rules/subject.ts";
import { answer, cluster, image, onMusl, workload, zoneDenied } from "../support/profiles.ts";
import fc from "../support/property.ts";

const place = (file: string, line: number): Place => ({ file, line, column: 1, endLine: line, endColumn: 9 });
/** Few enough that places of containers, of their settings and of clusters fall together. */
const places = fc
  .tuple(fc.constantFrom("a.yaml", "b.yaml"), fc.integer({ min: 1, max: 3 }))
  .map((words) => place(...words));
const at = fc.option(places, { nil: undefined });

const GLIBC = { kind: "uses-glibc", reason: "It is linked to glibc.", chain: [] } as const;
const OPEN = { kind: "unknown", reason: "A script decides.", chain: [] } as const;
const NGINX = { ...GLIBC, runtime: "nginx" } as const;
const GONE = { ...OPEN, missing: "app" } as const;
const alpine = { value: "1.2.5", path: "/lib/ld-musl-x86_64.so.1" } as unknown as NonNullable<
  ImageProfile["musl"]["loader"]
>;
const IMAGES: readonly (ImageProfile | undefined)[] = [
  undefined,
  image(onMusl("1.2.5"), "shop/new:1"),
  image(onMusl("1.2.5"), "shop/other:1"),
  image(onMusl("1.1.24"), "shop/old:1"),
  image(GLIBC, "shop/glibc:1"),
  image(OPEN, "shop/open:1"),
  image(NGINX, "shop/nginx:1"),
  { ...image(GONE, "base:2"), musl: { loader: alpine } },
];
/** What a Dockerfile's base was before. */
const BEFORE = { ...image(GLIBC, "base:1"), glibc: { library: alpine } } as unknown as ImageProfile;
const BY_NAME = new Map(IMAGES.flatMap((one) => (one === undefined ? [] : [[one.reference, one] as const])));

const workloads: fc.Arbitrary<Workload> = fc
  .record({
    of: fc.constantFrom(...IMAGES),
    name: fc.constantFrom("one", "two", "$& three", "musl"),
    at,
    related: fc.option(fc.array(places, { maxLength: 2 }), { nil: undefined }),
    role: fc.constantFrom("container" as const, "base image" as const),
    namespace: fc.constantFrom("", "shop", "a-namespace-of-some-length"),
    usesClusterDns: fc.constantFrom(true, true, false, "unknown" as const),
    copies: fc.constantFrom(undefined, ["/app"]),
    os: fc.constantFrom(undefined, undefined, "windows" as const),
    asks: fc.constantFrom(undefined, undefined, ["10.0.0.10"]),
    names: fc.constantFrom(undefined, ["a.one.example."], ["b.one.example."]),
    searches: fc.option(
      fc.record({
        domains: fc.constantFrom(["one.example"], ["."], ["x".repeat(250)]),
        afterCluster: fc.boolean(),
        at,
      }),
      { nil: undefined },
    ),
    variables: fc.constantFrom(undefined, { RES_OPTIONS: "use-vc" }, { RES_OPTIONS: "" }),
    mounted: fc.constantFrom(undefined, {}, { "default.conf": undefined }),
    resolver: fc.option(
      fc.record({
        before: fc.constantFrom("cluster" as const, "node" as const, "none" as const),
        servers: fc.array(
          fc.record({ address: fc.constantFrom("10.0.0.10", "1.1.1.1"), ofCluster: fc.boolean(), at }),
          { maxLength: 2 },
        ),
        options: fc.array(
          fc.record({
            name: fc.constantFrom("ndots", "timeout", "use-vc"),
            value: fc.constantFrom("0", "1"),
            at,
          }),
          { maxLength: 2 },
        ),
      }),
      { nil: undefined },
    ),
    services: fc.option(
      fc.array(
        fc.record({
          host: fc.constantFrom("db.shop", "db.shop.svc"),
          service: fc.constant("db.shop.svc"),
          addresses: fc.constantFrom(undefined, { a: 60, aaaa: 0 }),
          at,
        }),
        { maxLength: 2 },
      ),
      { nil: undefined },
    ),
    dnsEgress: fc.option(
      fc.record({
        udp: fc.constantFrom("anywhere" as const, "pods" as const),
        tcp: fc.constant("nowhere" as const),
        policy: fc.constant("NetworkPolicy shop/dns"),
        at,
      }),
      { nil: undefined },
    ),
    hostLines: fc.option(
      fc.array(
        fc.record({ address: fc.constant("192.0.2.1"), names: fc.constant(["y".repeat(600), "late"]), at }),
        { maxLength: 1 },
      ),
      { nil: undefined },
    ),
  })
  .map(
    ({
      of,
      name,
      namespace,
      resolver,
      services,
      dnsEgress,
      hostLines,
      variables,
      mounted,
      ...rest
    }): Workload => ({
      ...workload(of?.reference ?? "gone"),
      ...rest,
      name,
      key: { root: "", kind: "deployment", namespace, name, container: "app" },
      surroundings: {
        env: variables,
        mounts: mounted && [{ path: "/etc/nginx/conf.d", files: mounted, executable: false }],
      },
      pod: { resolver, services, dnsEgress, hostLines },
    }),
  );

const ONE_LISTENER = {
  on: ["10.0.0.10"],
  answers: { internal: answer("NXDOMAIN", place("a.yaml", 2)), external: answer("NODATA") },
  zones: [],
} as unknown as NonNullable<ClusterProfile["listeners"]>[number];
const CLUSTERS = [
  cluster("NXDOMAIN", "NXDOMAIN", {
    name: "denying",
    answers: {
      internal: answer("NXDOMAIN", place("a.yaml", 1)),
      external: answer("NXDOMAIN", place("b.yaml", 2)),
    },
  }),
  cluster("NODATA", "NODATA", { name: "good", listeners: [ONE_LISTENER] }),
  cluster("NODATA", "NODATA", { name: "partly", parts: [zoneDenied(place("a.yaml", 3))] }),
  cluster("SERVFAIL", "unknown", { name: "open" }),
];

const read = async (all: readonly Workload[]) =>
  all.map(({ image }) => {
    const profile = BY_NAME.get(image);
    return { profiles: profile === undefined ? [] : [profile], diagnostics: [] };
  });
const imageBefore = ({ role }: Workload) => (role === "base image" ? BEFORE : undefined);

/** All judgements, with images by their names: numbers hang on who else is there. */
async function told(all: readonly Workload[]) {
  const request = { workloads: all, clusters: CLUSTERS, imageBefore, containersNamed: true };
  const report = await scan(request, read);
  return report.judgements.map(({ image, cluster, ...one }: Judgement) => ({
    ...one,
    image: report.images[image ?? -1]?.reference,
    cluster: report.clusters[cluster]?.name,
  }));
}

describe("a class", () => {
  it("is told of each of its members as if that one had been judged alone", async () => {
    let classes = 0;
    let members = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(workloads, { minLength: 1, maxLength: 4 }), async (some) => {
        // Everybody once more, elsewhere and otherwise called.
        const others = some.map((one, i) => ({
          ...one,
          name: `other ${i}`,
          at: one.at && place("c.yaml", i + 7),
        }));
        const all = [...some, ...others];
        const alone: unknown[] = [];
        for (const one of all) alone.push(...(await told([one])));
        expect(JSON.stringify(await told(all))).toBe(JSON.stringify(alone));
        members += all.length;
        classes += new Set(all.map((one) => memberOf(one).text)).size;
      }),
      { numRuns: 60 },
    );
    // Else it would not have been asked.
    expect(classes).toBeLessThan(members);
  });

  it("is judged once, however many it has", async () => {
    const asked = async (count: number) => {
      let checks = 0;
      const rules = CONTAINER_RULES.map((rule) => ({
        ...rule,
        check: (context: Parameters<typeof rule.check>[0]) => {
          checks++;
          return rule.check(context);
        },
      }));
      const all = Array.from({ length: count }, (_, i) =>
        workload("shop/new:1", {
          name: `one of ${i}`,
          at: place("a.yaml", i + 1),
          names: [`n${i}.example.`],
        }),
      );
      await scan({ workloads: all, clusters: CLUSTERS, containersNamed: true }, read, {
        containers: rules,
        clusters: [],
      });
      return checks;
    };
    expect(await asked(200)).toBe(CONTAINER_RULES.length * CLUSTERS.length);
    expect(await asked(400)).toBe(await asked(200));
  });

  it("is written out once for a container, however many clusters that meets", async () => {
    // A long list of what its nodes search, in the key of its class.
    const domains = Array.from({ length: 50 }, (_, i) => `${"x".repeat(60)}${i}.example`);
    const all = Array.from({ length: 20 }, (_, i) =>
      workload("shop/glibc:1", { name: `one of ${i}`, searches: { domains, afterCluster: true } }),
    );
    const written = async (count: number) => {
      let characters = 0;
      const stringify = vi.spyOn(JSON, "stringify");
      const on = Array.from({ length: count }, (_, i) => cluster("NODATA", "NODATA", { name: `${i}` }));
      try {
        await scan({ workloads: all, clusters: on, containersNamed: true }, read, {
          containers: [],
          clusters: [],
        });
        for (const { value } of stringify.mock.results) characters += String(value).length;
      } finally {
        stringify.mockRestore();
      }
      return characters;
    };
    const [one, many] = [await written(1), await written(20)];
    expect(one).toBeGreaterThan(20 * 60 * 50);
    expect(many).toBeLessThan(2 * one);
  });

  it("knows a server for the cluster's only where it is one of that cluster's", async () => {
    const servers = ["10.0.0.10", "1.1.1.1"].map((address) => ({ address, ofCluster: false, at: undefined }));
    const asking = workload("shop/new:1", {
      asks: ["10.0.0.10"],
      pod: { resolver: { before: "none", servers, options: [] } },
    });
    const mixed = (await told([asking])).filter(({ verdict }) => verdict.ruleId === "mixed-nameservers");
    expect(mixed.map(({ cluster: on }) => on)).toEqual(["good"]);
  });

  it("has no name and no line that a rule could look at", () => {
    const { subject, places: own } = memberOf(workload("shop/new:1", { at: place("a.yaml", 4) }));
    expect(own).toEqual([place("a.yaml", 4)]);
    expect(JSON.stringify(subject)).not.toContain("shop");
    for (const part of ["file", "line", "column", "endLine", "endColumn"] as const)
      expect(() => subject.at?.[part]).toThrow("a rule asks where a container stands");
  });
});
