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

/** Zones that a name is looked up in, label by label: a Corefile may have thousands. */
export class ZoneSet {
  readonly #zones: ReadonlySet<string>;

  /** Lower-case, with closing dots. */
  constructor(zones: Iterable<string>) {
    this.#zones = new Set(zones);
  }

  /** The longest of the zones that holds a name in lower case; nothing when none does (coredns plugin.Zones.Matches). */
  longest(name: string): string | undefined {
    for (let rest = name; ; rest = parentOf(rest)) {
      if (this.#zones.has(rest)) return rest;
      if (rest === "." || rest === "") return undefined;
    }
  }

  /** Whether one of them holds the name. */
  holds(name: string): boolean {
    return this.longest(name) !== undefined;
  }
}

/** The root, which holds every name. */
export const EVERYWHERE = new ZoneSet(["."]);
/** No zone at all. */
export const NOWHERE = new ZoneSet([]);

/** The name without its first label; the root's is the root. */
export function parentOf(name: string): string {
  const dot = name.indexOf(".");
  return dot === -1 || dot === name.length - 1 ? "." : name.slice(dot + 1);
}

/** Whether text can be a domain name: labels of 1 to 63, 255 in all (miekg/dns IsDomainName). */
export function isDomainName(name: string): boolean {
  if (name === ".") return true;
  if (name === "" || name.length > 254) return false;
  const labels = fullyQualified(name).slice(0, -1).split(".");
  return labels.every((label) => label.length > 0 && label.length <= 63);
}
