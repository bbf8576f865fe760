/** What the Corefiles of all providers that import parts of a user's have in common. Must not say which provider it is. */

/**
 * The order in which AKS, k3s, RKE2, DigitalOcean, OKE and Gardener put together what they own and the ConfigMap
 * `coredns-custom`: `*.override` stands in the server block of `.`, before Services and what is handed on, and
 * `*.server` beside it. In a server block the order of plugins is CoreDNS's (plugin.cfg), so that a template or rewrite
 * of a part comes before hosts, kubernetes and forward wherever the import stands.
 */
export const COMMON_BASE = `.:53 {
    errors
    import custom/*.override
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        fallthrough in-addr.arpa ip6.arpa
    }
    forward . /etc/resolv.conf
}
import custom/*.server
`;
