// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of other tools are the subject.
import { describe, expect, it } from "vitest";
import { startProcess } from "../../../src/image/entrypoint/follow.ts";
import type { Override } from "../../../src/image/entrypoint/argv.ts";
import type { ImageConfig } from "../../../src/model/oci.ts";
import { makeElf } from "../../support/elf.ts";
import { type FileBody, imageFiles } from "../../support/image-files.ts";

const LOADER = "/lib/ld-musl-x86_64.so.1";
const dynamic = makeElf({ type: 3, pie: true, interpreter: LOADER, needed: ["libc.musl-x86_64.so.1"] });
const goBody = makeElf({ constants: "\0runtime.mallocgc\0" });

/** An Alpine with the same program twice: pure Go in /go, with musl in /musl. */
const FILES: Record<string, FileBody> = {
  "lib/ld-musl-x86_64.so.1": makeElf({
    type: 3,
    soname: "libc.musl-x86_64.so.1",
    constants: "musl libc (x86_64)\nVersion %s\n\0\0" + "1.2.5\0",
  }),
  "bin/busybox": dynamic,
  "bin/sh": { link: "/bin/busybox" },
  "bin/cat": { link: "/bin/busybox" },
  "usr/bin/wget": { link: "/bin/busybox" },
  "go/app": goBody,
  "musl/app": dynamic,
};

const CONFIG: ImageConfig = {
  platform: { os: "linux", architecture: "amd64" },
  entrypoint: ["app"],
  cmd: [],
  env: ["PATH=/go:/usr/bin:/bin"],
  workingDir: "/go",
  labels: {},
  history: [],
  diffIds: [],
};

const start = (override: Override) => startProcess(imageFiles(FILES), CONFIG, override);

describe("what a container starts with beside its image", () => {
  it.each<[string, Override, string]>([
    ["nothing", {}, "own-resolver"],
    ["PATH", { env: { PATH: "/musl:/bin" } }, "uses-musl"],
    ["a PATH that is not known", { env: { PATH: undefined } }, "unknown"],
    ["a PATH made of the image's", { env: { PATH: "/musl:${PATH}" }, envExpands: true }, "uses-musl"],
    ["a PATH that is not made of the image's", { env: { PATH: "${PATH}/musl" } }, "unknown"],
    ["a working folder", { command: ["./app"], workingDir: "/musl" }, "uses-musl"],
    ["one beside the image's", { command: ["./app"], workingDir: "../musl" }, "uses-musl"],
    [
      "a variable of the command",
      { command: ["sh", "-c", "exec $APP"], env: { APP: "/musl/app" } },
      "uses-musl",
    ],
    ["an unknown one", { command: ["sh", "-c", "exec $APP"], env: { APP: undefined } }, "unknown"],
    ["a volume over the program", { mounts: [{ path: "/go", executable: false }] }, "unknown"],
    ["a volume elsewhere", { mounts: [{ path: "/data", executable: false }] }, "own-resolver"],
    [
      "a volume whose name only begins alike",
      { mounts: [{ path: "/go/a", executable: false }] },
      "own-resolver",
    ],
    [
      "more volumes than are told apart",
      { mounts: Array.from({ length: 300 }, (_, i) => ({ path: `/data/${i}`, executable: false })) },
      "unknown",
    ],
    [
      "a script of a volume",
      {
        command: ["sh", "/scripts/run"],
        mounts: [{ path: "/scripts", files: { run: "exec /musl/app\n" }, executable: false }],
      },
      "uses-musl",
    ],
    [
      "a script of a volume that can be executed",
      {
        command: ["/run.sh"],
        mounts: [{ path: "/run.sh", files: { "": "#!/bin/sh\nexec /go/app\n" }, executable: true }],
      },
      "own-resolver",
    ],
    [
      "a script of a volume that is not known",
      {
        command: ["sh", "/scripts/run"],
        mounts: [{ path: "/scripts", files: { run: undefined }, executable: false }],
      },
      "unknown",
    ],
  ])("%s", async (_, override, kind) => {
    expect((await start(override)).kind).toBe(kind);
  });

  it("shows nothing of the image below a volume", async () => {
    const process = await start({
      command: ["/go/app"],
      mounts: [{ path: "/go", files: {}, executable: false }],
    });
    expect(process).toMatchObject({ kind: "unknown", reason: "The program /go/app is not in the image" });
  });
});

describe("probes and hooks", () => {
  it("are starts of their own", async () => {
    const words = ["wget", "-q", "http://db.example.com/"];
    const process = await start({ besides: [{ what: "liveness probe", words }] });
    expect(process).toMatchObject({
      kind: "mixed",
      musl: { exact: "1.2.5" },
      culprit: "`wget -q http://db.example.com/` as its liveness probe",
    });
    expect(process.reason).toBe(
      "Its liveness probe runs wget -q http://db.example.com/, which resolves names with musl 1.2.5",
    );
    expect(process.chain.map(({ text }) => text).join(" → ")).toContain("its liveness probe → /usr/bin/wget");
  });

  it.each([
    [["sh", "-c", "wget -qO- http://db/ || exit 1"], "mixed"],
    [["/musl/app", "check"], "mixed"],
    [["/go/app", "check"], "own-resolver"],
    [["cat", "/tmp/healthy"], "own-resolver"],
    [["wget", "-q", "http://127.0.0.1:8080/healthz"], "own-resolver"],
    [["wget", "-q", "http://localhost/healthz"], "own-resolver"],
    [["wget", "-q", "http://[::1]:80/healthz"], "own-resolver"],
    [["wget", "-q", "http://alias.internal/"], "own-resolver"],
    [["/data/probe"], "unknown"],
  ])("%j", async (words, kind) => {
    const mounts = [{ path: "/data", executable: false }];
    const override = { besides: [{ what: "readiness probe", words }], hosts: ["alias.internal"], mounts };
    expect((await start(override)).kind).toBe(kind);
  });

  it("say nothing more of a container that resolves with musl anyway", async () => {
    const process = await start({
      command: ["/musl/app"],
      besides: [{ what: "preStop hook", words: ["wget", "http://db/"] }],
    });
    expect(process).toMatchObject({ kind: "uses-musl", musl: { exact: "1.2.5" } });
  });
});
