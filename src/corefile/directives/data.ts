/** The plugins that answer from data outside the Corefile: zone files, the Kubernetes API, clouds. Must not guess that data. */
import { brief } from "../brief.ts";
import type { Plugin, Reply } from "../chain.ts";
import { EVERYWHERE, NOWHERE, type ZoneSet } from "../names.ts";
import { placeOf, type Token } from "../tree.ts";
import { zonesOr } from "../zones.ts";

/** Where a plugin keeps its zones among its arguments, and what its data is called. */
interface DataPlugin {
  readonly name: string;
  /** Arguments before the zones. */
  readonly skip: number;
  /** How an argument becomes a zone. */
  readonly zone?: (argument: string) => string;
  readonly data: (args: readonly string[]) => string;
}

const beforeColon = (argument: string) => argument.split(":", 1)[0] ?? "";
const afterColon = (argument: string) => argument.slice(argument.indexOf(":") + 1);

const DATA_PLUGINS: readonly DataPlugin[] = [
  { name: "file", skip: 1, data: ([file]) => `the zone file ${file ?? ""}` },
  { name: "auto", skip: 0, data: () => "zone files" },
  { name: "secondary", skip: 0, data: () => "a primary server" },
  { name: "etcd", skip: 0, data: () => "etcd" },
  { name: "route53", skip: 0, zone: beforeColon, data: () => "Route 53" },
  { name: "clouddns", skip: 0, zone: beforeColon, data: () => "Google Cloud DNS" },
  { name: "azure", skip: 0, zone: afterColon, data: () => "Azure DNS" },
  { name: "k8s_external", skip: 0, data: () => "the cluster's external services" },
  { name: "nomad", skip: 0, data: () => "Nomad" },
  { name: "dynupdate", skip: 0, data: () => "a zone that is updated while it runs" },
  { name: "federation", skip: 0, zone: afterColon, data: () => "a federation" },
];

/** All of them, each as its own plugin. */
export const dataPlugins: readonly Plugin[] = DATA_PLUGINS.map((plugin) => ({
  name: plugin.name,
  setup(words, context) {
    const served: { readonly token: Token; readonly zones: ZoneSet; readonly reply: Reply }[] = [];
    while (words.next()) {
      const token = words.token!;
      const args = words.remaining().map(({ text }) => text);
      while (words.nextInBlock()) words.remaining();
      const named = args.slice(plugin.skip).map(plugin.zone ?? String);
      const zones = zonesOr(named, context.zones, context.budget);
      const detail = brief(plugin.data(args));
      const because = `${plugin.name} answers from ${detail}`;
      served.push({ token, zones, reply: { kind: "passed-on", because, detail, at: placeOf(token) } });
    }
    return (question, next) => {
      context.budget.spend("corefileSteps", served.length);
      return served.find(({ zones }) => zones.holds(question.name))?.reply ?? next(question);
    };
  },
}));

/** coredns plugin/kubernetes: an existing service has an A record, and no AAAA unless it is dual-stack (issue 779, v0.9.9). */
export const kubernetes: Plugin = {
  name: "kubernetes",
  readsUnknown: true,
  setup(words, context) {
    const served: {
      readonly token: Token;
      readonly zones: ZoneSet;
      fallthrough: ZoneSet;
      /** One of its zones is yet to be put in. */
      readonly open: boolean;
    }[] = [];
    while (words.next()) {
      const token = words.token!;
      const all = words.remaining();
      const known = all.filter(({ unknownEnv }) => unknownEnv === undefined);
      const open = known.length < all.length;
      const args = known.map(({ text }) => text);
      const zones = open && args.length === 0 ? NOWHERE : zonesOr(args, context.zones, context.budget);
      const entry = { token, zones, open, fallthrough: NOWHERE };
      while (words.nextInBlock()) {
        const property = words.value;
        const rest = words.remaining().map(({ text }) => text);
        if (property === "fallthrough") entry.fallthrough = zonesOr(rest, EVERYWHERE, context.budget);
      }
      served.push(entry);
    }
    return (question, next) => {
      for (const { token, zones, fallthrough, open } of served) {
        context.budget.spend("corefileSteps");
        if (open && !zones.holds(question.name)) {
          // A service is answered as well as what is handed on.
          const rest = next(question);
          if (["passed-on", "NODATA", "address"].includes(rest.kind)) return rest;
          return { kind: "unknown", because: "a zone of kubernetes is yet to be put in", at: placeOf(token) };
        }
        if (!zones.holds(question.name)) continue;
        // Reverse zones hold addresses; what is not the cluster's own goes on.
        const reverse = question.name.endsWith(".arpa.");
        if (reverse && fallthrough.holds(question.name)) continue;
        const at = placeOf(token);
        if (question.type === "A" && !reverse) {
          const message = { answers: ["A"], soa: false, records: 1 };
          const because = "kubernetes answers with the service's address";
          return { kind: "address", because, at, fromRecords: true, message };
        }
        const because = `kubernetes answers ${question.type} for an existing service without such an address with NOERROR and no records`;
        const message = { answers: [], soa: true, records: 1 };
        return { kind: "NODATA", because, at, fromRecords: true, message };
      }
      return next(question);
    };
  },
};
