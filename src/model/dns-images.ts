/** The images of a cluster's DNS servers. Must not know what is in them. */

/** As they are written, where all pods of a kind have the same. */
export interface DnsImages {
  /** CoreDNS as the cluster's own DNS. */
  readonly coreDns?: string;
  /** NodeLocal DNSCache. */
  readonly nodeCache?: string;
}
