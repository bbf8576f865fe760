/** Every plugin that can decide an answer, by name; the others of CoreDNS take no part. Must hold no logic. */
import type { Plugin } from "../chain.ts";
import { acl } from "./acl.ts";
import { dataPlugins, kubernetes } from "./data.ts";
import { dns64 } from "./dns64.ts";
import { alternatePlugin, forward, grpc } from "./forward.ts";
import { hosts } from "./hosts.ts";
import { rewrite } from "./rewrite.ts";
import { autopath, cache, erratic, local, minimal, siit, tsig, whoami } from "./small.ts";
import { template } from "./template.ts";

/** By directive name. */
export const DECIDING_PLUGINS: ReadonlyMap<string, Plugin> = new Map(
  [
    acl,
    autopath,
    cache,
    dns64,
    erratic,
    forward,
    grpc,
    hosts,
    kubernetes,
    local,
    minimal,
    rewrite,
    siit,
    template,
    tsig,
    whoami,
    alternatePlugin("alternate"),
    alternatePlugin("fallback"),
    ...dataPlugins,
  ].map((plugin) => [plugin.name, plugin]),
);

/** Directives that set something up and put no plugin into the chain (coredns, each plugin's setup.go). */
export const WITHOUT_HANDLER: ReadonlySet<string> = new Set(
  "root tls quic https https3 grpc_server proxyproto timeouts multisocket reload bind debug ready health pprof on startup shutdown sign".split(
    " ",
  ),
);
