import { readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { gunzipSync } from "node:zlib";
import { join } from "node:path";
import tar from "tar-stream";
import { beforeAll, expect, it } from "vitest";
import { startProcessWith } from "../../src/image/entrypoint/follow.ts";
import * as whenNeeded from "../../src/image/entrypoint/when-needed.ts";
import type { ImageConfig } from "../../src/model/oci.ts";
import { temporaryFolder } from "../support/folder.ts";
import { factsOf, type FileBody, imageFiles } from "../support/image-files.ts";
import { npmProgram } from "../support/npm-program.ts";
import { CORPUS, describeWith, findGo } from "../support/parts.ts";

/** Programs whose C library is known, by npm package. */
const PROGRAMS = {
  goStripped: ["@esbuild/linux-x64", "0.28.2", "package/bin/esbuild"],
  go: ["@esbuild/linux-x64", "0.17.0", "package/bin/esbuild"],
  staticMuslOld: ["@dprint/linux-x64-musl", "0.38.2", "package/dprint"],
  staticMuslNew: ["@dprint/linux-x64-musl", "0.57.4", "package/dprint"],
  dynamicMusl: ["lightningcss-cli-linux-x64-musl", "1.30.1", "package/lightningcss"],
  glibc: ["lightningcss-cli-linux-x64-gnu", "1.30.1", "package/lightningcss"],
} as const;

function program(name: keyof typeof PROGRAMS): Buffer {
  const [from, version, path] = PROGRAMS[name];
  return npmProgram(from, version, path);
}

function start(files: Readonly<Record<string, FileBody>>, cmd: readonly string[]) {
  const config = { entrypoint: [], cmd, env: [], workingDir: "" } as unknown as ImageConfig;
  return startProcessWith(whenNeeded, imageFiles(files), config, {});
}

/** The bodies of a root file system's files and links. */
async function rootFiles(file: string): Promise<Record<string, FileBody>> {
  const files: Record<string, FileBody> = {};
  const extract = tar.extract();
  extract.end(gunzipSync(readFileSync(join(CORPUS, "alpine", file))));
  for await (const entry of extract) {
    const path = entry.header.name.replace(/^\.?\//, "");
    const parts: Uint8Array[] = [];
    for await (const part of entry) parts.push(part as Uint8Array);
    if (entry.header.type === "symlink") files[path] = { link: entry.header.linkname ?? "" };
    else if (entry.header.type === "file") {
      const body = Buffer.concat(parts);
      files[path] = ((entry.header.mode ?? 0) & 0o111) === 0 ? { plain: body.toString("latin1") } : body;
    }
  }
  return files;
}

describeWith({ packages: true }, "programs of npm packages", () => {
  const elf = (name: keyof typeof PROGRAMS) => {
    const body = program(name);
    return factsOf({ path: "app", size: body.length, executable: true }, body).find(
      (fact) => fact.kind === "elf",
    );
  };

  it("pure Go, with its build information and without", () => {
    expect(elf("go")?.go).toEqual({
      version: "go1.19.4",
      cgo: false,
      main: "github.com/evanw/esbuild/cmd/esbuild",
    });
    expect(elf("goStripped")?.go).toEqual({ version: "unknown", cgo: false });
    expect(start({ app: program("goStripped") }, ["/app"]).kind).toBe("own-resolver");
  });

  it("Rust with a static musl, before 1.71 and from 1.93 on", () => {
    expect(start({ app: program("staticMuslOld") }, ["/app"])).toMatchObject({
      kind: "is-musl",
      musl: { below: "1.2.0", because: expect.stringContaining("Rust 1.68.0") },
    });
    expect(start({ app: program("staticMuslNew") }, ["/app"])).toMatchObject({
      kind: "is-musl",
      musl: { atLeast: "1.2.5" },
    });
    expect(elf("staticMuslNew")?.traces).toContain("musl-getaddrinfo");
  });

  it("dynamic ones name their loader", () => {
    expect(elf("dynamicMusl")).toMatchObject({
      interpreter: "/lib/ld-musl-x86_64.so.1",
      needed: expect.arrayContaining(["libc.musl-x86_64.so.1"]),
    });
    expect(elf("glibc")).toMatchObject({
      interpreter: "/lib64/ld-linux-x86-64.so.2",
      needed: expect.arrayContaining(["libc.so.6"]),
    });
    expect(start({ app: program("glibc") }, ["/app"])).toMatchObject({ kind: "unknown" });
  });
});

describeWith({ corpus: true }, "images on a real Alpine", () => {
  let alpine: Record<string, FileBody>;
  beforeAll(async () => {
    alpine = await rootFiles("alpine-minirootfs-3.13.12-x86_64.tar.gz");
  });

  it("a shell, and an applet", () => {
    const shell = start(alpine, ["/bin/sh"]);
    expect(shell).toMatchObject({ kind: "uses-musl", musl: { exact: "1.2.2" } });
    expect(shell.chain.map(({ text }) => text)).toEqual([
      "/bin/sh",
      "/bin/busybox",
      "/lib/ld-musl-x86_64.so.1 1.2.2",
    ]);
    expect(start(alpine, ["wget", "-O-", "http://x"]).kind).toBe("uses-musl");
  });
});

describeWith({ corpus: true, packages: true }, "programs of npm packages on a real Alpine", () => {
  it("gives four programs four answers", async () => {
    const script = '#!/bin/sh\nset -e\nexec "$@"\n';
    const files = {
      ...(await rootFiles("alpine-minirootfs-3.13.12-x86_64.tar.gz")),
      "usr/local/bin/dynamic": program("dynamicMusl"),
      "usr/local/bin/go": program("go"),
      "usr/local/bin/static": program("staticMuslOld"),
      "docker-entrypoint.sh": script,
    };
    expect(start(files, ["dynamic"])).toMatchObject({ kind: "uses-musl", musl: { exact: "1.2.2" } });
    expect(start(files, ["/docker-entrypoint.sh", "go"])).toMatchObject({ kind: "own-resolver" });
    expect(start(files, ["static"])).toMatchObject({ kind: "is-musl", musl: { below: "1.2.0" } });
    const shell = start(files, ["/docker-entrypoint.sh", "sleep", "9"]);
    expect(shell.kind).toBe("no-lookups");
    expect(shell.chain.map(({ text }) => text).join(" → ")).toBe(
      "/docker-entrypoint.sh → #!/bin/sh → /bin/busybox → /bin/sleep → /bin/busybox",
    );
  });
});

describeWith({ corpus: true, go: true }, "a Go program built here", () => {
  const folder = temporaryFolder();
  it("resolves names itself, on the same Alpine", async () => {
    const source = folder.write(
      "main.go",
      'package main\nimport ("fmt"; "net")\nfunc main() { fmt.Println(net.LookupHost("example.com")) }\n',
    );
    execFileSync(findGo() as string, ["build", "-o", join(folder.path, "app"), source], {
      env: {
        ...process.env,
        CGO_ENABLED: "0",

        GOTOOLCHAIN: "local",
      },
      stdio: "ignore",
    });
    const files = {
      ...(await rootFiles("alpine-minirootfs-3.18.9-x86_64.tar.gz")),
      app: readFileSync(join(folder.path, "app")),
    };
    expect(start(files, ["/app"])).toMatchObject({
      kind: "own-resolver",
      reason: expect.not.stringContaining("cgo"),
    });
  });
});

describeWith({ go: true, programs: ["musl-gcc"] }, "Go programs with musl linked in, stripped", () => {
  const folder = temporaryFolder();
  it.each([
    ["app", "own-resolver", ["net"]],
    ["withc", "unknown", ["main"]],
  ])("%s: %s", (name, kind, withC) => {
    const source = join(import.meta.dirname, `../e2e/start-lab/${name}.go`);
    const flags = "-s -w -linkmode external -extldflags -static";
    execFileSync(findGo() as string, ["build", "-ldflags", flags, "-o", join(folder.path, name), source], {
      env: { ...process.env, CGO_ENABLED: "1", CC: "musl-gcc", GOTOOLCHAIN: "local", GO111MODULE: "off" },
      stdio: "ignore",
    });
    const body = readFileSync(join(folder.path, name));
    const [elf] = factsOf({ path: name, size: body.length, executable: true }, body);
    expect(elf).toMatchObject({ go: { cgo: true, withC } });
    expect(start({ app: body }, ["/app"]).kind).toBe(kind);
  });
});
