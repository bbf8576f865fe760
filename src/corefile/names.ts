/** Domain names as miekg/dns and CoreDNS compare them. Must not know any configuration. */

/** The name with its closing dot, lower-case (coredns plugin.Name.Normalize). */
export function normalName(name: string): string {
  return fullyQualified(name).toLowerCase();
}

/** The name with its closing dot, letters as they are. */
export function fullyQualified(name: string): string {
  return name.endsWith(".") ? name : `${name}.`;
}

/** Whether `name` is `zone` or below it, label by label; both with closing dots. */
export function isSubdomain(zone: string, name: string): boolean {
  if (zone === ".") return true;
  const [z, n] = [zone.toLowerCase(), name.toLowerCase()];
  return n === z || n.endsWith(`.${z}`);
}

/** The longest of the zones that holds the name; nothing when none does (coredns plugin.Zones.Matches). */
export function longestZone(zones: readonly string[], name: string): string | undefined {
  let found: string | undefined;
  for (const zone of zones) {
    if (isSubdomain(zone, name) && zone.length > (found?.length ?? 0)) found = zone;
  }
  return found;
}

/** Whether text can be a domain name: labels of 1 to 63, 255 in all (miekg/dns IsDomainName). */
export function isDomainName(name: string): boolean {
  if (name === ".") return true;
  if (name === "" || name.length > 254) return false;
  const labels = fullyQualified(name).slice(0, -1).split(".");
  return labels.every((label) => label.length > 0 && label.length <= 63);
}
