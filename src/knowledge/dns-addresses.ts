/** Addresses by which a pod's settings show whose DNS they mean. Must hold facts alone, each with its source. */

/** The address NodeLocal DNSCache listens on (kubernetes.io, Using NodeLocal DNSCache in Kubernetes Clusters). */
export const NODE_LOCAL = "169.254.20.10";

/** Resolvers of clouds at the same address everywhere: Google's metadata server, Amazon's VPC resolver. */
export const CLOUD_RESOLVERS: ReadonlySet<string> = new Set([
  "169.254.169.254",
  "169.254.169.253",
  "fd00:ec2::253",
]);

/**
 * GKE's default range of Service addresses: public ones, but in no other use (34.118.224.0/20 from Standard 1.29 and
 * Autopilot 1.27 on; terraform-google-kubernetes-engine#1949). The cluster's DNS is its tenth address.
 */
export const GKE_SERVICES = /^34\.118\.2(?:2[4-9]|3\d)\.\d{1,3}$/;

/**
 * Public resolvers that listen on IPv6, as each of them publishes its addresses: Google, Cloudflare, Quad9, OpenDNS.
 * Any other public IPv6 address may be a Service's: a cluster can be given a range that its owner has.
 */
export const PUBLIC_IPV6_RESOLVERS: ReadonlySet<string> = new Set([
  "2001:4860:4860::8888",
  "2001:4860:4860::8844",
  "2001:4860:4860::64",
  "2001:4860:4860::6464",
  "2606:4700:4700::1111",
  "2606:4700:4700::1001",
  "2606:4700:4700::64",
  "2606:4700:4700::6400",
  "2620:fe::fe",
  "2620:fe::9",
  "2620:119:35::35",
  "2620:119:53::53",
]);

/**
 * Addresses a cluster may give its Services, or at which something in the pod passes questions on (RFC 1918, RFC 3927,
 * RFC 4193, RFC 4291, RFC 6598).
 */
export const PRIVATE_ADDRESSES =
  /^(?:10\.|127\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd]|fe[89ab]|::1$)/i;
