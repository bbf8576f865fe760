/**
 * Debian trixie's buildah, unpacked into a folder and run in a root of its own: this one knows here-documents. Must install
 * nothing on the machine, and needs Debian's mirror.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How to run one buildah. */
export interface Buildah {
  /** Words before those of buildah itself. */
  readonly command: readonly string[];
  /** Where it has the machine's own root. */
  readonly host: string;
  /** Options that `bud` needs. */
  readonly limits: readonly string[];
}

/** The machine's. */
export const OWN_BUILDAH: Buildah = { command: ["buildah"], host: "", limits: [] };

/** Enters a root: its folder and one that has the same path in it, then the command. */
const ENTER = `set -eu
root=$1 shared=$2; shift 2
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mkdir -p "$root$shared" "$root/old"
mount --bind "$shared" "$root$shared"
cd "$root"; pivot_root . old; cd /
exec "$@"
`;

/** Fetches it into a folder; `shared` has the same path inside. Throws where Debian's mirror is not reached. */
export function newerBuildah(folder: string, shared: string): Buildah {
  const apt = join(folder, "apt");
  const root = join(folder, "root");
  for (const one of ["lists/partial", "archives/partial"]) mkdirSync(join(apt, one), { recursive: true });
  writeFileSync(join(apt, "status"), "");
  writeFileSync(
    join(apt, "sources.list"),
    "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main\n",
  );
  const settings = {
    "Dir::Etc::sourcelist": join(apt, "sources.list"),
    "Dir::Etc::sourceparts": "/dev/null",
    "Dir::Etc::preferencesparts": "/dev/null",
    "Dir::State": apt,
    "Dir::State::lists": join(apt, "lists"),
    "Dir::State::status": join(apt, "status"),
    "Dir::Cache": apt,
    "APT::Sandbox::User": "root",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  const get = (...words: readonly string[]) =>
    execFileSync("apt-get", ["-q", ...options, ...words], { stdio: "pipe" });
  get("update");
  get("install", "-y", "--no-install-recommends", "--download-only", "buildah", "netavark");
  for (const one of ["usr", "proc", "dev", "sys", "tmp", "var/tmp", "etc/containers", "root"])
    mkdirSync(join(root, one), { recursive: true });
  for (const one of ["bin", "lib", "lib64", "sbin"]) symlinkSync(`usr/${one}`, join(root, one));
  for (const deb of readdirSync(join(apt, "archives")).filter((name) => name.endsWith(".deb")))
    execFileSync("dpkg-deb", ["-x", join(apt, "archives", deb), root]);
  writeFileSync(join(root, "etc/containers/policy.json"), '{"default":[{"type":"insecureAcceptAnything"}]}');
  for (const name of ["passwd", "group"]) copyFileSync(`/etc/${name}`, join(root, "etc", name));
  writeFileSync(join(folder, "enter.sh"), ENTER);
  return {
    command: ["unshare", "-m", "sh", join(folder, "enter.sh"), root, shared, "/usr/bin/buildah"],
    host: "/old",
    // It asks for more than a container may have.
    limits: ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"],
  };
}
