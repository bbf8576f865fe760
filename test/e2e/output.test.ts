import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { IMAGES, dockerArchive } from "../../examples/images.mjs";
import { temporaryFolder } from "../support/folder.ts";
import { commandsIn } from "../support/runner-commands.ts";
import { runAction } from "./action-runner.ts";
import type { Ran } from "../support/ran.ts";
import { muslgate, runNode } from "./program.ts";

const folder = temporaryFolder();
const api = folder.write("api.tar", dockerArchive("shop/api:1.0", IMAGES["shop-api"]!));
const NLD = "examples/cluster/node-local-dns.yaml";
const cli = join(process.cwd(), "dist/cli.js");

/** Through a shell, which sets up the output. */
function shell(args: readonly string[], redirection: string, env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const script = `"$0" "$@" ${redirection}`;
  return runNode(["-c", script, process.execPath, cli, ...args], env, ".", "sh");
}

const CALLS: readonly [string, readonly string[], number][] = [
  ["--version", ["--version"], 0],
  ["corefile --fix", ["corefile", NLD, "--fix"], 1],
  ["image", ["image", api, "--corefile", NLD, "--quiet"], 1],
  ["--help", ["--help"], 0],
  ["image --help", ["image", "--help"], 0],
  ["corefile", ["corefile", NLD], 1],
  ["image as JSON", ["image", api, "--corefile", NLD, "--format", "json", "--quiet"], 1],
  ["repo", ["repo", "examples/cluster", "--quiet", "--format", "markdown"], 0],
  ["probe", ["probe", "--server", "127.0.0.1:1", "--timeout", "1", "--attempts", "1"], 3],
];

describe.runIf(process.platform === "linux")("output that is lost is a failure", () => {
  it.each(CALLS)("%s", async (_, args, code) => {
    const full = await shell(args, "> /dev/full");
    expect(full.err).toMatch(/^muslgate: standard output cannot be written: ENOSPC.*\n {2}\S/m);
    expect(full.code).toBe(2);
    const closed = await shell(args, ">&-");
    expect(closed.err).toMatch(/^muslgate: standard output cannot be written: it is closed, /m);
    expect(closed.code).toBe(2);
    expect((await shell(args, "> /dev/null")).code).toBe(code);
  });

  it.each(CALLS.slice(0, 3))(
    "where nobody reads either, or all is thrown away: %s",
    async (_, args, code) => {
      expect((await shell(args, ">&- 2> /dev/null")).code).toBe(2);
      for (const thrownAway of ["> /dev/null 2>&1", "<> /dev/null >&0 2>&0"]) {
        expect((await shell(args, thrownAway)).code, thrownAway).toBe(code);
      }
    },
  );

  it("also where a file takes only a part of it", async () => {
    const file = join(folder.path, "short");
    const call = ["image", api, "--corefile", NLD, "--format", "sarif", "--quiet"];
    const whole = (await muslgate(call)).out;
    // Blocks of 512 bytes.
    const limited = await runNode(
      ["-c", `trap "" XFSZ; ulimit -f 2; "$0" "$@" > ${file}; echo $?`, process.execPath, cli, ...call],
      {},
      ".",
      "sh",
    );
    expect(whole.length).toBeGreaterThan(2_048);
    expect(readFileSync(file).length).toBeLessThan(whole.length);
    expect(limited.err).toMatch(/^muslgate: standard output cannot be written: EFBIG/);
    expect(limited.out).toBe("2\n");
  });

  it.each(["json-file", "sarif-file"])("%s, and the rest is written all the same", async (name) => {
    const other = name === "json-file" ? "sarif-file" : "json-file";
    const file = join(folder.path, `${name}.other`);
    const ran = await muslgate([
      "image",
      api,
      "--corefile",
      NLD,
      `--${name}`,
      "/dev/full",
      `--${other}`,
      file,
    ]);
    expect(ran.err).toMatch(new RegExp(`^muslgate: ${name} /dev/full cannot be written: ENOSPC`, "m"));
    expect(ran.code).toBe(2);
    expect(ran.out).toContain("affected");
    expect(JSON.parse(readFileSync(file, "utf8"))).toBeTypeOf("object");
  });

  it("fails the Action", async () => {
    const ran = await runAction({ images: api, corefile: NLD, "sarif-file": "/dev/full" });
    expect(ran.out).toMatch(/^::error::sarif-file \/dev\/full cannot be written: ENOSPC/m);
    expect(ran.code).toBe(1);
  });
});

describe("nothing that is printed is a command to a runner", () => {
  const corefile = folder.write(
    "Corefile",
    ".:53 {\n    ::error::pwned\n    ##[error]pwned\n    template ANY AAAA {\n        rcode NXDOMAIN\n    }\n}\n",
  );

  it("the Action, whose only commands are its own", async () => {
    const ran = await runAction(
      { images: "##[error]pwned.tar\n::error::pwned.tar", corefile },
      { env: { ACTIONS_STEP_DEBUG: "true" } },
    );
    expect(ran.out).toContain("pwned");
    for (const command of commandsIn(ran.out)) expect(command).toMatch(/^::(?:error|warning|notice)(?: |::)/);
    expect(ran.out).not.toMatch(/^\s*::error::pwned/m);
  });

  it("a patch is fenced instead of changed, and applies", async () => {
    const fixable = `.:53 {
    template ANY AAAA {
        rcode NXDOMAIN
    }
    hosts {
        ::1 localhost
        fallthrough
    }
}
`;
    const place = join(folder.path, "patched");
    mkdirSync(place);
    folder.write("patched/Corefile", fixable);
    const plain = await muslgate(["corefile", "Corefile", "--fix"], {}, place);
    const fenced = await muslgate(["corefile", "Corefile", "--fix"], { GITHUB_ACTIONS: "true" }, place);
    expect(plain.out).toMatch(/^ +::1 localhost$/m);
    const [, token, between] = /^::stop-commands::(\S+)\n([\s\S]*)::\1::\n$/.exec(fenced.out) ?? [];
    expect(token).toMatch(/^muslgate-[0-9a-f-]{36}$/);
    expect(between).toBe(plain.out);
    execFileSync("git", ["apply"], { cwd: place, input: fenced.out });
    expect(readFileSync(join(place, "Corefile"), "utf8")).toBe(fixable.replace("NXDOMAIN", "NOERROR"));
    // Nothing reads commands out of a file.
    const file = join(place, "fix.diff");
    await shell(["corefile", join(place, "Corefile"), "--fix"], `> ${file}`, { GITHUB_ACTIONS: "true" });
    expect(readFileSync(file, "utf8")).not.toContain("stop-commands");
  });
});
