/** One release of CoreDNS as a computation sees it, and what the computation looked at. Must not know any fact. */
import { type CoreDnsFact, hasPlugin } from "../knowledge/coredns.ts";
import { type CoreDnsVersion, orderCoreDns } from "../version/coredns.ts";
import { inRange } from "../version/range.ts";

/**
 * A release that remembers what it was asked: what was computed holds for every other release that would have
 * said the same, so that sixteen releases seldom cost more than two.
 */
export class Release {
  readonly version: CoreDnsVersion;
  readonly #looked = new Map<
    unknown,
    { readonly of: (version: CoreDnsVersion) => unknown; readonly got: unknown }
  >();

  constructor(version: CoreDnsVersion) {
    this.version = version;
  }

  /** Whether a behaviour holds for it. */
  holds(fact: CoreDnsFact): boolean {
    return this.look(fact, (version) => inRange(orderCoreDns, fact.range, version));
  }

  /** As hasPlugin of what is known of CoreDNS. */
  hasPlugin(name: string): boolean | undefined {
    return this.look(name, (version) => hasPlugin(version, name));
  }

  /** Anything else that depends on the release; `key` stands for the question. */
  look<T extends string | boolean | undefined>(key: unknown, of: (version: CoreDnsVersion) => T): T {
    const known = this.#looked.get(key);
    if (known !== undefined) return known.got as T;
    const got = of(this.version);
    this.#looked.set(key, { of, got });
    return got;
  }

  /** Whether another release would have said the same to all that was asked. */
  agreesWith(version: CoreDnsVersion): boolean {
    for (const { of, got } of this.#looked.values()) if (of(version) !== got) return false;
    return true;
  }
}
