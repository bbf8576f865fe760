import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IMAGES } from "../../examples/images.mjs";
import type { TestServer } from "../support/faulty-registry.ts";
import { temporaryFolder } from "../support/folder.ts";
import { gitRepository } from "../support/git-repository.ts";
import { startImageRegistry } from "../support/image-registry.ts";
import { findProgram } from "../support/parts.ts";
import { muslgate, runNode } from "./program.ts";

const folder = temporaryFolder();
let registry: TestServer;
beforeAll(async () => {
  registry = await startImageRegistry({ "shop/api:1.0": IMAGES["shop-api"]! });
});
afterAll(() => registry.close());

const DENY =
  ".:53 {\n    template ANY AAAA {\n        rcode NXDOMAIN\n    }\n    forward . /etc/resolv.conf\n}\n";

describe("a muslgate.yaml that is no file", () => {
  it("holds no run up, and is not obeyed", async () => {
    const outside = folder.write("secret.yaml", "secret: hunter2\n");
    const mkfifo = findProgram("mkfifo");
    for (const make of [
      (path: string) => symlinkSync("/dev/zero", path),
      (path: string) => symlinkSync(outside, path),
      (path: string) => symlinkSync("pod.yaml", path),
      (path: string) => mkdirSync(path),
      ...(mkfifo === undefined ? [] : [(path: string) => void spawnSync(mkfifo, [path])]),
    ]) {
      const { path } = gitRepository(join(folder.path, crypto.randomUUID()));
      make(join(path, "muslgate.yaml"));
      const ran = await muslgate(["repo"], {}, path);
      expect(ran.code).toBe(2);
      expect(ran.err).toMatch(/^muslgate: the configuration muslgate\.yaml cannot be read: /);
      expect(ran.err).not.toContain("hunter2");
    }
  });
});

describe("files that the user names", () => {
  it("may be the pipe of a shell, and may be UTF-16; what is neither text is an error", async () => {
    const path = join(folder.path, crypto.randomUUID());
    mkdirSync(path);
    writeFileSync(join(path, "utf16"), Buffer.from(`\ufeff${DENY}`, "utf16le"));
    writeFileSync(join(path, "latin1"), Buffer.from(`# \u00fc\n${DENY}`, "latin1"));
    writeFileSync(join(path, "utf8"), `\ufeff${DENY}`);
    const reference = `${registry.host}/shop/api:1.0`;
    for (const file of ["utf16", "utf8"])
      expect((await muslgate(["image", reference, "--corefile", file], {}, path)).code).toBe(1);
    const latin = await muslgate(["image", reference, "--corefile", "latin1"], {}, path);
    expect([latin.code, latin.err]).toEqual([2, expect.stringContaining("it is neither UTF-8 nor UTF-16")]);
    const program = [process.execPath, join(process.cwd(), "dist/cli.js"), "image", reference];
    const script = 'exec 9< <(cat utf8); "$@" --corefile /dev/fd/9';
    const piped = await runNode(["-c", script, "-", ...program], {}, path, "bash");
    expect([piped.code, piped.out]).toEqual([1, expect.stringContaining("/dev/fd/9:2")]);
  });
});
