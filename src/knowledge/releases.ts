/** Which releases belong together, and the newest that were looked at. Must hold data only. */
import { ALPINE_MUSL } from "./alpine.ts";
import type { Citation } from "./citation.ts";

/** What came out with what, as a table of docs/knowledge.md. */
interface ReleaseTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly citation: Citation;
}

/** The tables, each with its source. */
export const RELEASE_TABLES: readonly ReleaseTable[] = [
  {
    title: "What Kubernetes deploys",
    columns: ["Kubernetes", "CoreDNS", "node-cache"],
    rows: [
      ["1.34.4", "1.12.1", "1.26.4"],
      ["1.35.4", "1.13.1", "1.26.4"],
      ["1.36.3", "1.14.2", "1.26.7"],
      ["1.37.2", "1.14.6", "1.26.8"],
    ],
    citation: {
      source:
        "kubernetes/kubernetes at these tags: cmd/kubeadm/app/constants and cluster/addons/dns/nodelocaldns",
      confidence: "documented",
      checked: "2026-11-25",
    },
  },
  {
    title: "The musl of an Alpine release",
    columns: ["Alpine", "musl"],
    rows: ALPINE_MUSL.releases,
    citation: ALPINE_MUSL.citation,
  },
];

/** The newest release of each that the facts here speak of; `module` is its Go module, where it has one. */
export const NEWEST_KNOWN = [
  { what: "CoreDNS", release: "1.15.0", module: "github.com/coredns/coredns", checked: "2026-11-25" },
  { what: "Kubernetes", release: "1.37.2", module: "k8s.io/kubernetes", checked: "2026-11-25" },
  { what: "node-cache", release: "1.26.8", checked: "2026-11-25" },
  { what: "musl", release: "1.2.6", checked: "2026-11-25" },
  { what: "Alpine", release: "3.24.0", checked: "2026-11-25" },
] as const;
