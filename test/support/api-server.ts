/** Some lines of a Kubernetes API server on loopback: discovery, lists in pages, single objects. Must serve no Secret. */
import { writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { LiveObject } from "./live-cluster.ts";

/** Paths of lists with what is in them; `namespaced` as discovery says it. */
const RESOURCES = [
  { group: "", version: "v1", name: "nodes", kind: "Node", namespaced: false },
  { group: "", version: "v1", name: "pods", kind: "Pod", namespaced: true },
  { group: "", version: "v1", name: "configmaps", kind: "ConfigMap", namespaced: true },
  { group: "", version: "v1", name: "services", kind: "Service", namespaced: true },
  {
    group: "networking.k8s.io",
    version: "v1",
    name: "networkpolicies",
    kind: "NetworkPolicy",
    namespaced: true,
  },
  { group: "batch", version: "v1", name: "jobs", kind: "Job", namespaced: true },
  { group: "apps", version: "v1", name: "daemonsets", kind: "DaemonSet", namespaced: true },
  { group: "apps", version: "v1", name: "deployments", kind: "Deployment", namespaced: true },
] as const;
/** Those of a CRD, which are there where an object of them is. */
const CUSTOM = [
  {
    group: "cilium.io",
    version: "v2",
    name: "ciliumnetworkpolicies",
    kind: "CiliumNetworkPolicy",
    namespaced: true,
  },
] as const;

/** A server, with what it was asked. */
export interface ApiServer {
  readonly asked: readonly string[];
  /** Writes a configuration for kubectl that leads to it, with the context `lab`. */
  configure(file: string): void;
  close(): Promise<void>;
}

/** Starts it. `refuse` gives the status that a list is answered with instead, such as 403, by its path and page. */
export async function startApiServer(
  objects: readonly LiveObject[],
  refuse: (resource: string, page: number) => 403 | 410 | undefined = () => undefined,
): Promise<ApiServer> {
  const asked: string[] = [];
  const custom = CUSTOM.filter(({ kind }) => objects.some((one) => one.kind === kind));
  const resources = [...RESOURCES, ...custom];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    asked.push(`${request.method} ${request.url}`);
    const discovered = discovery(pathname, objects, resources);
    if (discovered !== undefined) return send(response, 200, discovered);
    const match =
      /^\/(?:api|apis\/(?<group>[a-z0-9.]+))\/v[12]\/(?:namespaces\/(?<namespace>[^/]+)\/)?(?<name>[a-z]+)(?:\/(?<one>[^/]+))?$/.exec(
        pathname,
      )?.groups;
    const resource = resources.find(
      ({ group, name }) => group === (match?.group ?? "") && name === match?.name,
    );
    if (match === undefined || resource === undefined)
      return send(response, 404, status(404, "NotFound", "the server could not find it"));
    const page = Number(searchParams.get("continue") ?? 0);
    const code = refuse(resource.name, page);
    if (code === 403)
      return send(
        response,
        403,
        status(
          403,
          "Forbidden",
          `${resource.name} is forbidden: User "ci" cannot list resource "${resource.name}"`,
        ),
      );
    if (code === 410)
      return send(response, 410, status(410, "Expired", "The provided continue parameter is too old"));
    const all = objects.filter(
      (one) =>
        one.kind === resource.kind &&
        (match.namespace === undefined || metadataOf(one).namespace === match.namespace),
    );
    const { apiVersion, kind } = { apiVersion: versionOf(resource), kind: resource.kind };
    if (match.one !== undefined) {
      const one = all.find((some) => metadataOf(some).name === match.one);
      return one === undefined
        ? send(response, 404, status(404, "NotFound", `${resource.name} "${match.one}" not found`))
        : send(response, 200, { ...one, apiVersion, kind });
    }
    const limit = Number(searchParams.get("limit") ?? all.length) || all.length;
    const next = page + limit < all.length ? String(page + limit) : undefined;
    send(response, 200, {
      kind: `${kind}List`,
      apiVersion,
      metadata: { resourceVersion: "1", continue: next },
      items: all.slice(page, page + limit).map((one) => ({ ...one, kind: undefined, apiVersion: undefined })),
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    configure: (file) => {
      const cluster = { name: "lab", cluster: { server: `http://127.0.0.1:${port}` } };
      const context = { name: "lab", context: { cluster: "lab", user: "lab" } };
      writeFileSync(
        file,
        JSON.stringify({
          apiVersion: "v1",
          kind: "Config",
          clusters: [cluster],
          contexts: [context],
          users: [{ name: "lab", user: {} }],
          "current-context": "lab",
        }),
      );
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Resource = (typeof RESOURCES | typeof CUSTOM)[number];

function discovery(
  path: string,
  objects: readonly LiveObject[],
  resources: readonly Resource[],
): LiveObject | undefined {
  if (path === "/version") return objects.find((one) => "gitVersion" in one);
  if (path === "/api") return { kind: "APIVersions", versions: ["v1"] };
  if (path === "/apis") {
    const served = new Map(resources.map((one) => [one.group, one.version] as const));
    const groups = [...served].flatMap(([name, its]) => {
      const version = { groupVersion: `${name}/${its}`, version: its };
      return name === "" ? [] : [{ name, versions: [version], preferredVersion: version }];
    });
    return { kind: "APIGroupList", apiVersion: "v1", groups };
  }
  const group = /^\/(?:api|apis\/([a-z0-9.]+))\/v[12]$/.exec(path);
  if (group === null) return undefined;
  const own = resources.filter((one) => one.group === (group[1] ?? ""));
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: path.replace(/^\/apis?\//, ""),
    resources: own.map(({ name, kind, namespaced }) => ({
      name,
      singularName: kind.toLowerCase(),
      kind,
      namespaced,
      verbs: ["get", "list"],
    })),
  };
}

function versionOf({ group, version }: { readonly group: string; readonly version: string }): string {
  return group === "" ? version : `${group}/${version}`;
}

function metadataOf(one: LiveObject): { readonly name?: string; readonly namespace?: string } {
  return (one.metadata ?? {}) as { readonly name?: string; readonly namespace?: string };
}

function status(code: number, reason: string, message: string): LiveObject {
  return { kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message };
}

function send(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
