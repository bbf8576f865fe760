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
const MOST = 32 * 2 ** 20;

type Listed = PackagesFact["packages"][number];

function fact(manager: PackagesFact["manager"], all: readonly Listed[], cut: boolean): PackagesFact {
  return {
    kind: "packages",
    manager,
    packages: all.filter(({ name }) => DECIDING.has(name)),
    total: all.length,
    ...(cut ? { partial: `it has more than ${MOST} bytes` } : {}),
  };
}

const text = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");

/** Blocks of `Key: value` lines between blank ones. */
function* stanzas(whole: string): Generator<ReadonlyMap<string, string>, void> {
  let fields = new Map<string, string>();
  for (const line of whole.split("\n")) {
    if (line.trim() === "") {
      if (fields.size > 0) yield fields;
      fields = new Map();
      continue;
    }
    const colon = line.indexOf(":");
    if (colon > 0 && !/^\s/.test(line)) fields.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  if (fields.size > 0) yield fields;
}

function listed(
  whole: string,
  nameKey: string,
  versionKey: string,
  keep: (fields: ReadonlyMap<string, string>) => boolean,
): Listed[] {
  const all: Listed[] = [];
  for (const fields of stanzas(whole)) {
    const name = fields.get(nameKey);
    const version = fields.get(versionKey);
    if (name !== undefined && version !== undefined && keep(fields)) all.push({ name, version });
  }
  return all;
}

/** Removed packages stay listed; a file without status lists what is there. */
function installed(fields: ReadonlyMap<string, string>): boolean {
  return (fields.get("Status") ?? " installed").endsWith(" installed");
}

/** apk-tools 2 and 3: `P:` and `V:` (Alpine, OpenWrt 25, Chimera, Wolfi). */
export const apk = wholeFile(
  "apk",
  1,
  MOST,
  ({ path }) => /^(usr\/)?lib\/apk\/db\/installed$/.test(path),
  (bytes, _, cut) =>
    fact(
      "apk",
      listed(text(bytes), "P", "V", () => true),
      cut,
    ),
);

/** dpkg's status, and distroless images' folder of single files; removed packages stay listed and do not count. */
export const dpkg = wholeFile(
  "dpkg",
  1,
  MOST,
  ({ path }) => /^var\/lib\/dpkg\/(status|status\.d\/[^/]+)$/.test(path) && !path.endsWith(".md5sums"),
  (bytes, _, cut) => fact("dpkg", listed(text(bytes), "Package", "Version", installed), cut),
);

/** OpenWrt's opkg, in dpkg's form. */
export const opkg = wholeFile(
  "opkg",
  2,
  MOST,
  ({ path }) => /^(usr\/lib|var\/lib)\/opkg\/status$/.test(path),
  (bytes, _, cut) => fact("opkg", listed(text(bytes), "Package", "Version", installed), cut),
);

/** Void's xbps: a property list with `pkgver` of each package, `musl-1.1.24_20`. */
export const xbps = wholeFile(
  "xbps",
  1,
  MOST,
  ({ path }) => /^var\/db\/xbps\/pkgdb-[\d.]+\.plist$/.test(path),
  (bytes, _, cut) => {
    const found = text(bytes).matchAll(
      /<key>pkgver<\/key>\s{0,64}<string>([^<]{1,200})-([^<-]{1,100})<\/string>/g,
    );
    return fact(
      "xbps",
      [...found].map((match) => ({ name: match[1] as string, version: match[2] as string })),
      cut,
    );
  },
);

/** Gentoo's portage: one folder a package, whose file PF names it (`musl-1.2.2-r7`). */
export const portage = wholeFile(
  "portage",
  1,
  4096,
  ({ path }) => /^var\/db\/pkg\/sys-libs\/(musl|glibc)-[^/]+\/PF$/.test(path),
  (bytes, _, cut) => {
    const match = /^(musl|glibc)-(\d\S{0,100})$/.exec(text(bytes).trim());
    return match === null
      ? undefined
      : fact("portage", [{ name: match[1] as string, version: match[2] as string }], cut);
  },
);
