/** Models package managers of distributions: what is installed uses the distribution's C library. Must not know what a package holds beyond its programs. */
import { PACKAGE_PROGRAMS } from "../../knowledge/package-programs.ts";
import { isKnown } from "../../image/entrypoint/shell/text.ts";
import { LOADERS } from "../../knowledge/loaders.ts";
import type { FileFact } from "../../model/layer-facts.ts";
import { debian } from "./archives.ts";
import { at, type Call, type Model, operandsOf } from "./call.ts";
import { overlay, unpackedBy } from "./fetched.ts";
import { programFacts, scriptFacts } from "./programs.ts";

/** One installation names more packages than this only to be hostile. */
const MOST_PACKAGES = 500;

const apt = manager(
  ["install", "full-upgrade", "dist-upgrade"],
  ["remove", "purge", "autoremove"],
  ["-t", "-o", "-c", "--target-release"],
);
const dnf = manager(
  ["install", "localinstall", "groupinstall", "module"],
  ["remove", "erase"],
  ["-c", "--releasever", "--installroot", "--setopt", "--repo", "--enablerepo", "--disablerepo"],
);

/** By name. */
export const PACKAGE_COMMANDS: Readonly<Record<string, Model>> = {
  apk,
  "apt-get": apt,
  apt,
  aptitude: apt,
  dnf,
  yum: dnf,
  microdnf: dnf,
  tdnf: dnf,
  zypper: manager(["install", "in"], ["remove", "rm"], ["-R", "--root", "--installroot"]),
  pacman(call) {
    if (!call.args.some((arg) => /^-S[a-z]*$/.test(arg))) return true;
    return installed(call, operandsOf(call.args).operands);
  },
  "xbps-install": (call) => installed(call, operandsOf(call.args, ["-R", "-r"]).operands),
  dpkg: fileInstall,
  rpm: fileInstall,
};

function manager(installs: readonly string[], removes: readonly string[], valued: readonly string[]): Model {
  return (call) => {
    const { operands, options } = operandsOf(call.args, valued);
    const [verb = "", ...names] = operands;
    const root = options.get("--installroot") ?? options.get("--root") ?? options.get("-R");
    if (installs.includes(verb)) return installed(call, names, root);
    if (removes.includes(verb)) return removed(call, names);
    if (!isKnown(verb)) call.to.mayFill("/");
    return true;
  };
}

/** A package's file brings what its name says, and may bring more. */
function fileInstall(call: Call): boolean {
  if (call.args.some((arg) => /^(?:-i|--install|-U[a-z]*|-i[a-z]*|-F[a-z]*)$/.test(arg))) {
    call.to.mayFill("/");
    for (const path of operandsOf(call.args).operands.slice(0, MOST_PACKAGES))
      if (isKnown(path)) unpackedBy(call, "", path);
  }
  return call.name === "dpkg" ? debian(call) : true;
}

/** Options of apk that take a value (apk(8)). */
const APK_VALUED = [
  "-X",
  "--repository",
  "-p",
  "--root",
  "-t",
  "--virtual",
  "--arch",
  "--keys-dir",
  "--repositories-file",
];

function apk(call: Call): boolean {
  const { operands, options } = operandsOf(call.args, APK_VALUED);
  const [verb = "", ...names] = operands;
  if (verb === "del") return removed(call, names);
  if (verb !== "add" && verb !== "upgrade" && verb !== "fix") {
    if (!isKnown(verb)) call.to.mayFill("/");
    return true;
  }
  if (isForeign(call, options)) foreignMusl(call);
  const group = options.get("-t") ?? options.get("--virtual");
  if (group !== undefined && group !== "")
    call.groups.set(group, [...(call.groups.get(group) ?? []), ...names]);
  const before = call.to.files.lookup.bind(call.to.files);
  const root = options.get("-p") ?? options.get("--root");
  installed(call, names, root);
  if (root !== undefined && root !== "/") return true;
  const loaders = LOADERS[call.libc().architecture];
  if (loaders === undefined) return true;
  for (const name of names) {
    if (name === "s6-overlay") overlay(call, "");
    else if (name === "gcompat") {
      call.to.program(loaders.glibc.path, [
        { ...elf(call, "shared-object"), soname: "libgcompat.so.0", traces: ["gcompat"] },
      ]);
    } else if (name === "libc6-compat" && before(loaders.glibc.path).kind === "missing") {
      call.to.link(loaders.glibc.path, loaders.musl.path);
    } else if (/(?:^|\/)glibc-\d[^/]*\.apk$/.test(name)) glibcOnAlpine(call);
  }
  return true;
}

/** Another branch's repository brings another branch's musl along. */
function isForeign(call: Call, options: ReadonlyMap<string, string>): boolean {
  const { release } = call.libc();
  // Each repository has its own option, and only the last of them is in `options`.
  const last = options.get("-X") ?? options.get("--repository") ?? "";
  const given = [last, ...call.args.filter((arg) => arg.includes("/") && isKnown(arg))].join("\n");
  const file = call.to.files.lookup("/etc/apk/repositories");
  const text = call.to.files.text("/etc/apk/repositories");
  if (file.kind === "unknown") return true;
  const branches = [...`${given}\n${text ?? ""}`.matchAll(/\/(edge|latest-stable|v(\d+\.\d+))\//g)];
  return (
    !isKnown(given) ||
    branches.some(
      ([, name, version]) =>
        name === "edge" || name === "latest-stable" || !`${release}.`.startsWith(`${version}.`),
    )
  );
}

/** musl of a version that is not known: its loader stays where it is. */
function foreignMusl(call: Call): void {
  const loader = LOADERS[call.libc().architecture]?.musl.path;
  if (loader === undefined || call.libc().kind !== "musl") return;
  call.to.program(loader, [elf(call, "shared-object"), { kind: "libc", libc: "musl" }]);
}

/** glibc's own packages for Alpine put it beside musl, under the usual name of its loader. */
function glibcOnAlpine(call: Call): void {
  const loaders = LOADERS[call.libc().architecture];
  if (loaders === undefined) return;
  const folder = "/usr/glibc-compat/lib";
  const own = `${folder}/${loaders.glibc.path.replace(/^.*\//, "")}`;
  call.to.program(own, [elf(call, "shared-object")]);
  call.to.program(`${folder}/libc.so.6`, [elf(call, "shared-object"), { kind: "libc", libc: "glibc" }]);
  call.to.link(loaders.glibc.path, own);
}

function elf(call: Call, type: "shared-object") {
  return {
    kind: "elf" as const,
    bits: 64 as const,
    endian: "little" as const,
    machine: call.libc().architecture,
    type,
    needed: [],
    comments: [],
    traces: [],
  };
}

/** `root`: the folder that is the new image's root, where it is not this one's. */
function installed(call: Call, names: readonly string[], root = "/"): boolean {
  const under = root === "/" ? "" : at(call, root).replace(/\/$/, "");
  // Dependencies bring more.
  call.to.mayFill(under === "" ? "/" : under);
  if (under !== "") ownLibc(call, under);
  for (const name of names.slice(0, MOST_PACKAGES)) {
    if (!isKnown(name) || name.startsWith("@") || name.includes("/")) continue;
    for (const [path, facts] of programsOf(call, plainName(name))) {
      const place = `${under}${path}`;
      // What an earlier package brought stays what it is, and links of the base lead somewhere.
      if (!isKnown(place) || call.to.files.lookup(place).kind === "missing") call.to.program(place, facts);
    }
  }
  return true;
}

/** A root of its own gets the C library of the same distribution, which everything in it needs. */
function ownLibc(call: Call, root: string): void {
  const { kind, architecture, version } = call.libc();
  const loader = kind === "unknown" ? undefined : LOADERS[architecture]?.[kind];
  if (loader === undefined || kind === "unknown") return;
  const own = kind === "musl" ? version : undefined;
  if (isKnown(root) && call.to.files.lookup(`${root}${loader.path}`).kind === "missing")
    call.to.program(`${root}${loader.path}`, [
      elf(call, "shared-object"),
      { kind: "libc", libc: kind, version: own },
    ]);
}

function removed(call: Call, names: readonly string[]): boolean {
  for (const name of names.slice(0, MOST_PACKAGES))
    for (const one of call.groups.get(name) ?? [name])
      for (const [path] of programsOf(call, plainName(one))) {
        const found = call.to.files.lookup(path);
        // Only what this build installed: the base's own may be another package's.
        if (found.kind === "file" && found.layer?.at !== undefined && found.layer.createdBy === "RUN")
          call.to.remove(path);
      }
  return true;
}

/** A package's name without version, architecture and branch: `curl=8.5.0-r0`, `libc6:i386`, `foo~1.2`, `bar@edge`. */
function plainName(name: string): string {
  return name.replace(/[=~<>@:].*$/, "");
}

/** Its programs, by their paths. */
function programsOf(
  call: Call,
  name: string,
): readonly (readonly [string, readonly FileFact[] | undefined])[] {
  const row = PACKAGE_PROGRAMS.find(([packages]) => packages.test(name));
  const texts = row === undefined ? ["@self"] : row[1].split(" ").filter(Boolean);
  return texts.flatMap((text) => one(call, name, text));
}

function one(
  call: Call,
  name: string,
  text: string,
): readonly (readonly [string, readonly FileFact[] | undefined])[] {
  const native = () => programFacts(call.libc());
  const at = (path: string) => (path.startsWith("/") ? path : `/usr/bin/${path}`);
  if (text === "@self") return [[at(name), curlFacts(call, name) ?? native()]];
  if (text === "@go") return [[at(name.replace(/^docker-cli$/, "docker")), programFacts(call.libc(), GO)]];
  if (text === "@python") return [[at(name.replace(/^python3(\d+)$/, "python3.$1")), native()]];
  if (text === "@python-tool")
    return [[at(name.replace(/^(?:py3|python3)-/, "")), scriptFacts("/usr/bin/python3")]];
  if (text === "@fpm") {
    const version = /^php([\d.]*)-fpm$/.exec(name)?.[1] ?? "";
    return [
      [`/usr/sbin/php-fpm${version}`, native()],
      [`/usr/sbin/php-fpm`, native()],
    ];
  }
  if (text === "@jvm") {
    const version = /\d+/.exec(name)?.[0] ?? "17";
    return [
      `/usr/lib/jvm/java-${version}-openjdk/bin/java`,
      `/usr/lib/jvm/java-${version}-openjdk-${call.libc().architecture}/bin/java`,
    ].map((path) => [path, native()] as const);
  }
  const [, kind, program = ""] = /^(?:(go|py|node|ruby|perl|php|sh):)?(.*)$/.exec(text) ?? [];
  if (kind === undefined) return [[at(program), native()]];
  if (kind === "go") return [[at(program), programFacts(call.libc(), GO)]];
  if (kind === "sh") return [[at(program), undefined]];
  const interpreter = {
    py: "/usr/bin/python3",
    node: "/usr/bin/node",
    ruby: "/usr/bin/ruby",
    perl: "/usr/bin/perl",
    php: "/usr/bin/php",
  }[kind];
  return [[at(program), interpreter === undefined ? undefined : scriptFacts(interpreter)]];
}

const GO = { go: { version: "unknown", cgo: false } } as const;

/** Alpine builds curl with c-ares from 3.18 on, which then resolves (aports, main/curl). */
function curlFacts(call: Call, name: string): readonly FileFact[] | undefined {
  const { kind, release } = call.libc();
  if (name !== "curl" || kind !== "musl") return undefined;
  const minor = Number(/^3\.(\d+)/.exec(release ?? "")?.[1] ?? Number.NaN);
  const facts = programFacts(call.libc());
  if (!(minor >= 18)) return minor < 18 ? facts : undefined;
  call.to.program("/usr/lib/libcurl.so.4", [{ ...elf(call, "shared-object"), needed: ["libcares.so.2"] }]);
  return facts?.map((fact) =>
    fact.kind === "elf" ? { ...fact, needed: ["libcurl.so.4", ...fact.needed] } : fact,
  );
}
