/** Which resolver a Go program takes, as its net package decides (Go 1.26, src/net/conf.go). Must not look at files but through the view. */
import type { ElfFact, TextFact } from "../../model/layer-facts.ts";
import type { FileView } from "../file-view.ts";
import { isKnown } from "./shell/text.ts";

/** The C library's resolver or Go's own; nothing where it cannot be told. */
export interface GoResolver {
  readonly takes: "own" | "libc" | "unknown";
  /** Half a sentence: why. */
  readonly because: string;
}

/** The choice of a program in this environment. */
export function goResolver(
  elf: ElfFact,
  files: FileView,
  environment: ReadonlyMap<string, string>,
  open: boolean,
): GoResolver {
  const own = (because: string): GoResolver => ({ takes: "own", because });
  const { cgo, tags = [], godebug = "" } = elf.go as NonNullable<ElfFact["go"]>;
  const withLibc = elf.interpreter !== undefined || elf.linked?.musl === true || elf.linked?.glibc === true;
  if (!withLibc || cgo === false) return own("it was built without cgo");
  if (elf.interpreter !== undefined && elf.calls !== undefined && !elf.calls.includes("getaddrinfo"))
    return own("it has cgo, but not for names");
  if (tags.includes("netgo")) return own("it was built with the tag netgo");
  const mode = netdns(environment.get("GODEBUG") ?? "") ?? netdns(godebug);
  if (mode === undefined && !isKnown(environment.get("GODEBUG") ?? ""))
    return { takes: "unknown", because: "GODEBUG is only known when it runs" };
  if (mode === "go") return own("GODEBUG=netdns=go asks for it");
  if (mode === "cgo") return { takes: "libc", because: "GODEBUG=netdns=cgo asks for libc" };
  if (tags.includes("netcgo")) return { takes: "libc", because: "it was built with the tag netcgo" };
  for (const name of ["LOCALDOMAIN", "RES_OPTIONS", "HOSTALIASES"]) {
    const value = environment.get(name);
    if (value === undefined || (name !== "LOCALDOMAIN" && value === "")) continue;
    return { takes: "libc", because: `${name} is set, so that Go leaves it to libc` };
  }
  if (open) return { takes: "unknown", because: "its environment is only known when it runs" };
  return byNsswitch(files);
}

/** `netdns` of a GODEBUG value, the last one: `go`, `cgo`, empty where it chooses neither; nothing where it is not set. */
function netdns(value: string): string | undefined {
  const set = value
    .split(",")
    .filter((one) => one.startsWith("netdns="))
    .at(-1);
  const parts = set?.slice("netdns=".length).split("+");
  return parts && (parts.find((part) => part === "go" || part === "cgo") ?? "");
}

function byNsswitch(files: FileView): GoResolver {
  const looked = files.lookup("/etc/nsswitch.conf");
  if (looked.kind === "missing") return { takes: "own", because: "no nsswitch.conf asks for libc" };
  const text =
    looked.kind === "file" ? looked.facts.find((fact): fact is TextFact => fact.kind === "text") : undefined;
  if (text === undefined || text.truncated)
    return { takes: "unknown", because: "nsswitch.conf could not be read" };
  const line = /^[ \t]*hosts[ \t]*:(.*)$/m.exec(text.text.replace(/#.*$/gm, ""))?.[1] ?? "";
  const sources = line.replace(/\[[^\]]*\]/g, (criteria) => (isStandard(criteria) ? " " : " [] ")).trim();
  for (const source of sources === "" ? [] : sources.split(/\s+/)) {
    if (source === "files" || source === "dns") continue;
    // `myhostname` and mDNS go to libc for the pod's own name and for `.local` alone.
    if (source === "myhostname") continue;
    if (source.startsWith("mdns")) {
      if (files.lookup("/etc/mdns.allow").kind === "missing") continue;
      return { takes: "libc", because: "nsswitch.conf names mdns and there is /etc/mdns.allow" };
    }
    if (source === "[]")
      return { takes: "libc", because: "nsswitch.conf has conditions for hosts, which Go leaves to libc" };
    return { takes: "libc", because: `nsswitch.conf names ${source} for hosts, which Go leaves to libc` };
  }
  return { takes: "own", because: "nsswitch.conf asks for nothing that Go leaves to libc" };
}

/** As Go's `standardCriteria`: each goes on or returns as it would without, and the last may return. */
function isStandard(criteria: string): boolean {
  const all = criteria.slice(1, -1).trim().toLowerCase().split(/\s+/);
  return all.every(
    (one, index) =>
      /^(?:success=return|(?:notfound|unavail|tryagain)=continue)$/.test(one) ||
      (index === all.length - 1 && /^(?:success|notfound|unavail|tryagain)=return$/.test(one)),
  );
}
