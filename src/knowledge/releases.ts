/** Which releases belong together, and the newest that were looked at. Must hold data only. */
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
    rows: [
      ["3.12.12", "1.1.24-r10"],
      ["3.13.12", "1.2.2-r1"],
      ["3.14.10", "1.2.2-r4"],
      ["3.15.11", "1.2.2-r9"],
      ["3.16.9", "1.2.3-r3"],
      ["3.17.10", "1.2.3-r5"],
      ["3.18.9", "1.2.4-r2"],
      ["3.19.4", "1.2.4_git20230717-r4"],
      ["3.20.3", "1.2.5-r0"],
      ["3.21", "1.2.5-r9"],
      ["3.23.4", "1.2.5-r23"],
      ["3.24.0", "1.2.6-r2"],
    ],
    citation: {
      source:
        "measured up to 3.20.3 (package databases); from 3.21 on package URLs in public lists of parts; 3.22 was not seen",
      confidence: "likely",
      checked: "2026-11-25",
    },
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
