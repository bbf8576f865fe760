/** Reads package databases for the packages that decide about libc. Must leave all others out. */
import type { PackagesFact } from "../../model/layer-facts.ts";
import { wholeFile } from "./detector.ts";

/** The C libraries by the names distributions give them, layers that imitate one, and resolvers beside them. */
const DECIDING = new Set([
  "musl",
  "libc",
  "glibc",
  "libc6",
  "libc-bin",
  "gcompat",
  "libc6-compat",
  "c-ares",
  "libcares2",
  "busybox",
]);

/** Databases of whole distributions are some megabytes. */
const MOST = 7 * 2 ** 20;
/** More packages than this that decide about libc are in no database. */
const MOST_LISTED = 100;

type Listed = PackagesFact["packages"][number];

/** Takes packages as they come: counts all, keeps those that decide. */
function fact(manager: PackagesFact["manager"], all: Iterable<Listed>, cut: boolean): PackagesFact {
  const packages: Listed[] = [];
  let total = 0;
  for (const one of all) {
    total++;
    if (DECIDING.has(one.name) && packages.length < MOST_LISTED) packages.push(one);
  }
  return {
    kind: "packages",
    manager,
    packages,
    total,
    ...(cut ? { partial: `it has more than ${MOST} bytes` } : {}),
  };
}

const text = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");

/** Lines of a text; longer ones, which no key that matters has, are cut. */
function* lines(whole: string): Generator<string, void> {
  for (let start = 0; start < whole.length; ) {
    const newline = whole.indexOf("\n", start);
    const end = newline === -1 ? whole.length : newline;
    yield whole.slice(start, Math.min(end, start + 1_000));
    start = end + 1;
  }
}

/** Packages out of blocks of `Key: value` lines between blank ones; the last block of a text that was cut may be incomplete. */
function* listed(
  whole: string,
  cut: boolean,
  nameKey: string,
  versionKey: string,
  statusKey?: string,
): Generator<Listed, void> {
  let fields = new Map<string, string>();
  const complete = () => {
    const [name, version] = [fields.get(nameKey), fields.get(versionKey)];
    const status = statusKey === undefined ? undefined : fields.get(statusKey);
    fields = new Map();
    if (name === undefined || version === undefined) return undefined;
    return status === undefined || status.endsWith(" installed") ? { name, version } : undefined;
  };
  for (const line of lines(whole)) {
    const colon = line.indexOf(":");
    const key = line.slice(0, colon);
    if (line.trim() === "") {
      const done = complete();
      if (done !== undefined) yield done;
    } else if (colon > 0 && (key === nameKey || key === versionKey || key === statusKey)) {
      fields.set(key, line.slice(colon + 1).trim());
    }
  }
  const last = cut ? undefined : complete();
  if (last !== undefined) yield last;
}

/** apk-tools 2 and 3: `P:` and `V:` (Alpine, OpenWrt 25, Chimera, Wolfi). */
export const apk = wholeFile("apk", 2, MOST, /^(usr\/)?lib\/apk\/db\/installed$/, (bytes, _, cut) =>
  fact("apk", listed(text(bytes), cut, "P", "V"), cut),
);

/** dpkg's status, and distroless images' folder of single files; removed packages stay listed and do not count. */
export const dpkg = wholeFile(
  "dpkg",
  2,
  MOST,
  /^var\/lib\/dpkg\/(status|status\.d\/[^/]+)(?<!\.md5sums)$/,
  (bytes, _, cut) => fact("dpkg", listed(text(bytes), cut, "Package", "Version", "Status"), cut),
);

/** OpenWrt's opkg, in dpkg's form. */
export const opkg = wholeFile("opkg", 2, MOST, /^(usr\/lib|var\/lib)\/opkg\/status$/, (bytes, _, cut) =>
  fact("opkg", listed(text(bytes), cut, "Package", "Version", "Status"), cut),
);

/** Void's xbps: a property list with `pkgver` of each package, `musl-1.1.24_20`. */
export const xbps = wholeFile("xbps", 2, MOST, /^var\/db\/xbps\/pkgdb-[\d.]+\.plist$/, (bytes, _, cut) =>
  fact("xbps", xbpsPackages(text(bytes)), cut),
);

function* xbpsPackages(whole: string): Generator<Listed, void> {
  const pattern = /<key>pkgver<\/key>\s{0,64}<string>([^<]{1,200})-([^<-]{1,100})<\/string>/g;
  for (const [, name = "", version = ""] of whole.matchAll(pattern)) yield { name, version };
}

/** Gentoo's portage: one folder a package, whose file PF names it (`musl-1.2.2-r7`). */
export const portage = wholeFile(
  "portage",
  1,
  4096,
  /^var\/db\/pkg\/sys-libs\/(musl|glibc)-[^/]+\/PF$/,
  (bytes, _, cut) => {
    const match = /^(musl|glibc)-(\d\S{0,100})$/.exec(text(bytes).trim());
    return match === null
      ? undefined
      : fact("portage", [{ name: match[1] as string, version: match[2] as string }], cut);
  },
);
