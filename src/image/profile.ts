/** Says what an image is from what its layers taught. Must be pure, and turn what is missing into unknown, not into none. */
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Evidenced, ImageProfile, StartProcess } from "../model/image-profile.ts";
import type { FileFact, LibcFact, PackagesFact, ReleaseFact } from "../model/layer-facts.ts";
import type { Image } from "../model/oci.ts";
import type { Proof } from "../model/proof.ts";
import type { Mount } from "../model/surroundings.ts";
import { apkUpstream, parseApk } from "../version/apk.ts";
import { mountedConfigs } from "./mounted-configs.ts";
import type { Overlay, VisibleFile } from "./overlay.ts";

/** Paths in the order they are believed; both os-release paths per os-release(5). */
const RELEASES = ["/etc/os-release", "/usr/lib/os-release"];

/** Package names that are the C library (Alpine `musl`, OpenWrt `libc`, Debian `libc6`, Wolfi `glibc`). */
const MUSL_PACKAGES = ["musl", "libc"];
const GLIBC_PACKAGES = ["libc6", "glibc", "libc-bin"];

/** The profile of an image whose layers lie in `overlay`, with volumes over its files. */
export function profileImage(
  image: Image,
  overlay: Overlay,
  process: StartProcess,
  verified: Proof,
  diagnostics: readonly Diagnostic[],
  mounts?: readonly Mount[],
): ImageProfile {
  const files = [...overlay.files()];
  const loader = best(files.flatMap((file) => library(file, "musl")));
  const library_ = best(files.flatMap((file) => library(file, "glibc")));
  const muslPackage = packageOf(files, MUSL_PACKAGES, ["apk", "opkg", "xbps", "portage", "dpkg"]);
  const glibcPackage = packageOf(files, GLIBC_PACKAGES, ["dpkg", "rpm", "apk", "portage", "xbps"]);
  const musl = { loader, package: muslPackage };
  const configs = files.flatMap((file) =>
    factsOf(file, "config").flatMap((fact) =>
      fact.directives.map(({ line, text }) => ({
        value: { program: fact.program, line, text },
        path: file.path,
        layer: file.layer,
      })),
    ),
  );
  return {
    reference: image.reference,
    digest: image.digest,
    platform: image.config.platform,
    distribution: distributionOf(overlay),
    musl,
    glibc: { library: library_, package: glibcPackage },
    process,
    resolverConfigs: mountedConfigs(configs, mounts),
    glibcFiles: glibcFiles(overlay),
    complete: overlay.complete,
    verified,
    diagnostics: [...diagnostics, ...disagreement(image.reference, musl)],
  };
}

/** The profile of an image that could not be looked at: nothing is known of it, and `diagnostic` says why. */
export function unknownProfile(image: Image, reason: string, diagnostic: Diagnostic): ImageProfile {
  return {
    reference: image.reference,
    digest: image.digest,
    platform: image.config.platform,
    musl: {},
    glibc: {},
    process: { kind: "unknown", reason, chain: [] },
    resolverConfigs: [],
    complete: false,
    verified: "none",
    diagnostics: [diagnostic],
  };
}

function factsOf<K extends FileFact["kind"]>(file: VisibleFile, kind: K): Extract<FileFact, { kind: K }>[] {
  return file.facts.filter((fact): fact is Extract<FileFact, { kind: K }> => fact.kind === kind);
}

function library(file: VisibleFile, libc: LibcFact["libc"]): Evidenced<string>[] {
  return factsOf(file, "libc").flatMap((fact) =>
    fact.libc === libc && fact.version !== undefined
      ? [{ value: fact.version, path: file.path, layer: file.layer }]
      : [],
  );
}

/** The loader's own path before any other copy of it; among equals the shortest. */
function best(found: readonly Evidenced<string>[]): Evidenced<string> | undefined {
  const rank = ({ path }: Evidenced<string>) => (/^\/(usr\/)?lib\/(ld-musl-|libc\.so)/.test(path) ? 0 : 1);
  return found.toSorted(
    (a, b) => rank(a) - rank(b) || a.path.length - b.path.length || (a.path < b.path ? -1 : 1),
  )[0];
}

function packageOf(
  files: readonly VisibleFile[],
  names: readonly string[],
  managers: readonly PackagesFact["manager"][],
): Evidenced<string> | undefined {
  for (const manager of managers) {
    for (const file of files) {
      for (const fact of factsOf(file, "packages")) {
        if (fact.manager !== manager) continue;
        const found = fact.packages.find(({ name }) => names.includes(name));
        if (found !== undefined) return { value: found.version, path: file.path, layer: file.layer };
      }
    }
  }
  return undefined;
}

function distributionOf(overlay: Overlay): ImageProfile["distribution"] {
  const alpine = releaseAt(overlay, "/etc/alpine-release");
  for (const path of RELEASES) {
    const release = releaseAt(overlay, path);
    if (release === undefined) continue;
    const { fact, ...where } = release;
    const id = fact.id ?? "linux";
    // alpine-release has the patch release even where os-release names only the branch (edge, forks).
    const version = id === "alpine" ? (alpine?.fact.version ?? fact.version) : fact.version;
    return { id, name: fact.name ?? id, version, ...where };
  }
  if (alpine === undefined) return undefined;
  return {
    id: "alpine",
    name: "Alpine Linux",
    version: alpine.fact.version,
    path: alpine.path,
    layer: alpine.layer,
  };
}

function releaseAt(overlay: Overlay, path: string) {
  const looked = overlay.lookup(path);
  if (looked.kind !== "file" || looked.layer === undefined) return undefined;
  const fact = looked.facts.find((one): one is ReleaseFact => one.kind === "release");
  return fact === undefined ? undefined : { fact, path: looked.path, layer: looked.layer };
}

/** Those that say otherwise than `hosts: files dns`, and than a gai.conf of comments; nothing where there are none. */
function glibcFiles(overlay: Overlay): ImageProfile["glibcFiles"] {
  const saying = [
    ["/etc/nsswitch.conf", /^[ \t]*hosts[ \t]*:(?![ \t]*files[ \t]+dns[ \t]*$).*\S/m],
    ["/etc/gai.conf", /^[ \t]*\w/m],
  ] as const;
  const found = saying.flatMap(([path, says]) => {
    const looked = overlay.lookup(path);
    const facts = looked.kind === "file" ? looked.facts : [];
    const isSaid = facts.some((fact) => fact.kind === "text" && says.test(fact.text.replace(/#.*$/gm, "")));
    return isSaid ? [path] : [];
  });
  return found.length === 0 ? undefined : found;
}

/** The loader is what runs; a package database that says otherwise was copied, or the loader was. */
function disagreement(subject: string, musl: ImageProfile["musl"]): Diagnostic[] {
  const { loader, package: listed } = musl;
  if (loader === undefined || listed === undefined) return [];
  const parsed = parseApk(listed.value);
  // Debian and OpenWrt write `1.2.3-1`, Void `1.1.24_20`.
  const upstream = parsed === undefined ? listed.value.replace(/[-_][^-_]*$/, "") : apkUpstream(parsed);
  if (upstream === loader.value) return [];
  return [
    {
      code: "musl-versions-disagree",
      message: `${subject}: the loader ${loader.path} is musl ${loader.value}, but ${listed.path} lists ${listed.value}.`,
      hint: "The loader is believed: it is what runs. Look at which build step replaced one of them.",
      weight: "notice",
      subject,
    },
  ];
}
