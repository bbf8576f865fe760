import { readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { gunzipSync } from "node:zlib";
import { join } from "node:path";
import tar from "tar-stream";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "unbash";
import { startProcessWith } from "../../src/image/entrypoint/follow.ts";
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

const registry = npmProgram(...PROGRAMS.dynamicMusl) !== undefined;
const programs: Readonly<Record<string, Buffer | undefined>> = registry
  ? Object.fromEntries(
      Object.entries(PROGRAMS).map(([name, [from, version, path]]) => [
        name,
        npmProgram(from, version, path),
      ]),
    )
  : {};

function start(files: Readonly<Record<string, FileBody>>, cmd: readonly string[]) {
  const config = { entrypoint: [], cmd, env: [], workingDir: "" } as unknown as ImageConfig;
  return startProcessWith(parse, imageFiles(files), config, {});
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

describe.skipIf(!registry)(`programs of npm packages${registry ? "" : " (skipped: no npm registry)"}`, () => {
  const elf = (name: keyof typeof PROGRAMS) =>
    factsOf(
      { path: "app", size: (programs[name] as Buffer).length, executable: true },
      programs[name] as Buffer,
    ).find((fact) => fact.kind === "elf");

  it("pure Go, with its build information and without", () => {
    expect(elf("go")?.go).toEqual({
      version: "go1.19.4",
      cgo: false,
      main: "github.com/evanw/esbuild/cmd/esbuild",
    });
    expect(elf("goStripped")?.go).toEqual({ version: "unknown", cgo: false });
    expect(start({ app: programs.goStripped as Buffer }, ["/app"]).kind).toBe("own-resolver");
  });

  it("Rust with a static musl, before 1.71 and from 1.93 on", () => {
    expect(start({ app: programs.staticMuslOld as Buffer }, ["/app"])).toMatchObject({
      kind: "is-musl",
      musl: { below: "1.2.0", because: expect.stringContaining("Rust 1.68.0") },
    });
    expect(start({ app: programs.staticMuslNew as Buffer }, ["/app"])).toMatchObject({
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
    expect(start({ app: programs.glibc as Buffer }, ["/app"])).toMatchObject({ kind: "unknown" });
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

  it.skipIf(!registry)(`four programs, four answers${registry ? "" : " (skipped: no npm registry)"}`, () => {
    const script = '#!/bin/sh\nset -e\nexec "$@"\n';
    const files = {
      ...alpine,
      "usr/local/bin/dynamic": programs.dynamicMusl as Buffer,
      "usr/local/bin/go": programs.go as Buffer,
      "usr/local/bin/static": programs.staticMuslOld as Buffer,
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
