/** What the tags of images that serve DNS say of the CoreDNS in them. Must not guess at images that somebody else builds. */
import { type CoreDnsVersion, orderCoreDns, parseCoreDns } from "../version/coredns.ts";
import { splitImage } from "../model/image-name.ts";
import { REPRESENTATIVE_RELEASES } from "./coredns.ts";
import { NODE_CACHE_IMAGES } from "./dns-objects.ts";
import { coreDnsOfNodeCache } from "./node-cache.ts";

/**
 * The repositories whose tags are CoreDNS's releases: its own and the registry of Kubernetes, which kubeadm takes
 * (kubernetes/kubernetes cmd/kubeadm/app/images), and the copies that k3s takes (k3s-io/k3s scripts/airgap/image-list.txt).
 * Registries that mirror them keep the path.
 */
const CORE_DNS = /(?:^|\/)(?:coredns\/coredns|mirrored-coredns-coredns)$/;

/** The CoreDNS of an image, by its tag; nothing where that is no release, or one that is older or newer than those read. */
export function coreDnsOfImage(image: string): CoreDnsVersion | undefined {
  const { name, tag } = splitImage(image);
  if (tag === undefined) return undefined;
  if (NODE_CACHE_IMAGES.test(name.split("/").at(-1) ?? "")) return coreDnsOfNodeCache(tag);
  const version = CORE_DNS.test(name) ? parseCoreDns(tag) : undefined;
  const [first, last] = [REPRESENTATIVE_RELEASES[0], REPRESENTATIVE_RELEASES.at(-1)];
  if (version === undefined || first === undefined || last === undefined) return undefined;
  const isRead = orderCoreDns(version, first) >= 0 && orderCoreDns(version, last) <= 0;
  return isRead ? version : undefined;
}
