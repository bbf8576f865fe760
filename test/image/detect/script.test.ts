import { describe, expect, it } from "vitest";
import { script } from "../../../src/image/detect/script.ts";
import type { ScriptFact } from "../../../src/model/layer-facts.ts";
import { detect } from "../../support/detect.ts";

function read(text: string | Uint8Array, path = "bin/x", executable = true): ScriptFact | undefined {
  return detect(script, path, text, { executable }) as ScriptFact | undefined;
}

describe("script", () => {
  it.each<[string, string | undefined, string | undefined, boolean]>([
    ["#!/bin/sh\nx", "/bin/sh", undefined, true],
    ["#! /bin/sh -e\nx", "/bin/sh", "-e", true],
    ["#!/bin/sh -e -x  \nx", "/bin/sh", "-e -x", true],
    ["#!/usr/bin/env bash\nx", "/usr/bin/env", "bash", true],
    ["#!/usr/bin/env -S A=b sh -e\nx", "/usr/bin/env", "-S A=b sh -e", true],
    ["#!/bin/busybox sh\nx", "/bin/busybox", "sh", true],
    ["#!/usr/bin/env node\nx", "/usr/bin/env", "node", false],
    ["#!/usr/bin/python3 -u\nx", "/usr/bin/python3", "-u", false],
    ["#!python\nx", "python", undefined, false],
    ["#!/bin/sh", "/bin/sh", undefined, true],
  ])("%j", (text, interpreter, argument, isShell) => {
    const fact = read(text);
    expect([fact?.interpreter, fact?.argument]).toEqual([interpreter, argument]);
    expect(fact?.text).toBe(isShell ? text : undefined);
    expect(fact?.truncated).toBe(false);
  });

  it("knows a shell script by its name, whether or not it can be executed", () => {
    expect(read("exec app\n", "start.sh", false)).toEqual({
      kind: "script",
      text: "exec app\n",
      truncated: false,
    });
    expect(read("#!/bin/sh\nexec app\n", "start.sh", false)?.interpreter).toBe("/bin/sh");
  });

  it("keeps what shells may read in place of a command, or run without a first line", () => {
    for (const path of ["start", "etc/profile", "etc/default/app", "app/.env", "opt/x/common"])
      expect([path, read("A=b\n", path, false)?.text]).toEqual([path, "A=b\n"]);
    for (const path of [
      "LICENSE",
      "app/data.json",
      "usr/share/doc/x/copyright",
      "lib/apk/db/installed",
      "srv/node_modules/x/bin",
    ])
      expect([path, read("A=b\n", path, false)]).toEqual([path, undefined]);
    expect(read(`#!/usr/bin/dumb-init /bin/sh\nx`)?.text).toBeDefined();
  });

  it("is no program, whatever its name", () => {
    expect(read("\x7fELF\x02\x01\x01\0\0\0", "x.sh")).toBeUndefined();
    expect(read("\x7fELF\x02\x01\x01\0\0\0")).toBeUndefined();
  });

  it("reads as much of the first line as the kernel does", () => {
    const long = `#!/${"a".repeat(400)}\nx`;
    expect(read(long)?.interpreter).toHaveLength(254);
  });

  it("says where a text was cut, in pieces of any size", () => {
    const text = `#!/bin/sh\n${"x\n".repeat(40_000)}`;
    const whole = read(text);
    expect(whole?.truncated).toBe(true);
    expect(whole?.text).toHaveLength(32 * 1024);
    for (const piece of [1, 7, 1000]) expect(detect(script, "bin/x", text, { piece })).toEqual(whole);
    expect(read(`#!/usr/bin/python3\n${"x\n".repeat(40_000)}`)?.truncated).toBe(false);
  });
});
