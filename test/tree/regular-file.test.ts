import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readRegularFile } from "../../src/tree/regular-file.ts";
import { temporaryFolder } from "../support/folder.ts";
import { describeWith, findProgram } from "../support/parts.ts";

const folder = temporaryFolder();
const outside = temporaryFolder();
const at = (name: string) => join(folder.path, name);
const within = folder.path;
const text = (read: ReturnType<typeof readRegularFile>) =>
  "bytes" in read ? read.bytes.toString() : read.problem;

folder.write("a/file", "text");
folder.write("empty", "");
outside.write("secret", "secret");
symlinkSync(join(outside.path, "secret"), at("link"));
symlinkSync(outside.path, at("elsewhere"));
symlinkSync("a", at("near"));
symlinkSync("loop", at("loop"));
symlinkSync("nowhere", at("dangling"));
symlinkSync("/dev/zero", at("zero"));

describe("readRegularFile", () => {
  it("reads a file that has as much as it may", () => {
    expect(text(readRegularFile("a/file", { most: 4, within }))).toBe("text");
    expect(text(readRegularFile(at("a/file"), { most: 4 }))).toBe("text");
    expect(text(readRegularFile("empty", { most: 0, within }))).toBe("");
    expect(text(readRegularFile("a/file", { most: 3, within }))).toBe("it is larger than 3 bytes");
  });

  it.each(["link", "elsewhere/secret", "near/file", "loop", "dangling", "zero"])(
    "does not follow %s below its folder",
    (path) => {
      expect(text(readRegularFile(path, { most: 9, within }))).toBe("a symbolic link leads there");
    },
  );

  it("follows the user's own links, but to regular files only", () => {
    expect(text(readRegularFile(at("link"), { most: 9 }))).toBe("secret");
    expect(text(readRegularFile(at("zero"), { most: 9 }))).toBe("it is no file");
    expect(text(readRegularFile(at("zero"), { most: 9, pipes: true }))).toBe("it is no file");
  });

  it("tells what is not there from what is something else", () => {
    expect(readRegularFile("none", { most: 9, within })).toEqual({
      problem: "no such file or folder",
      absent: true,
    });
    expect(readRegularFile("none/file", { most: 9, within })).toMatchObject({ absent: true });
    expect(readRegularFile("a", { most: 9, within })).toEqual({ problem: "it is a folder" });
  });

  it.runIf(process.platform === "linux")("takes nothing that the kernel makes up", () => {
    for (const path of ["/proc/self/environ", "/proc/self/status", "/sys/kernel/mm/ksm/run"])
      expect("bytes" in readRegularFile(path, { most: 2 ** 20 }), path).toBe(false);
    for (const path of ["/dev/null", "/dev/zero", "/dev/random"])
      expect(text(readRegularFile(path, { most: 9 })), path).toBe("it is no file");
  });

  it("takes no socket", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(at("socket"), resolve));
    expect(text(readRegularFile("socket", { most: 9, within }))).toBe("it is no file");
    server.close();
  });

  it("reads a large file whole, and stops past the bound", () => {
    mkdirSync(at("large"));
    writeFileSync(at("large/file"), Buffer.alloc(3_000_000, "x"));
    expect(text(readRegularFile("large/file", { most: 3_000_000, within }))).toHaveLength(3_000_000);
    expect(text(readRegularFile("large/file", { most: 2_999_999, within }))).toBe(
      "it is larger than 2999999 bytes",
    );
  });
});

describeWith({ programs: ["mkfifo", "sh"] }, "a pipe", () => {
  it("is waited for by nobody who did not ask for it", () => {
    execFileSync(findProgram("mkfifo") ?? "", [at("pipe")]);
    expect(text(readRegularFile("pipe", { most: 9, within }))).toBe("it is no file");
    expect(text(readRegularFile("pipe", { most: 9, within, pipes: true }))).toBe("it is no file");
    expect(text(readRegularFile(at("pipe"), { most: 9 }))).toBe("it is no file");
  });

  it("is read where it may be one, within the bound", () => {
    execFileSync(findProgram("mkfifo") ?? "", [at("open")]);
    const write = (words: string) => {
      spawn(findProgram("sh") ?? "", ["-c", `printf %s ${words} > "$0"`, at("open")], { stdio: "ignore" });
      return text(readRegularFile(at("open"), { most: 9, pipes: true }));
    };
    expect(write("corefile")).toBe("corefile");
    expect(write("a-long-corefile")).toBe("it is larger than 9 bytes");
  });
});
