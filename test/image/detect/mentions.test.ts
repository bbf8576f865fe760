import { describe, expect, it } from "vitest";
import { mentionsIn } from "../../../src/image/detect/mentions.ts";
import { factsOf } from "../../support/image-files.ts";

const factOf = (path: string, body: string, executable = false) => {
  const bytes = Buffer.from(body);
  return factsOf({ path, size: bytes.length, executable }, bytes)[0];
};

describe("words by which a text may start programs", () => {
  it.each([
    ["python3", 'import subprocess\nsubprocess.run(["/opt/a", "b"])', ["/opt/a", "b"]],
    ["perl", "my $x = `/opt/a -v`; system('b c');", ["/opt/a", "b"]],
    ["node", "require('child_process').spawn('./a')", ["./a", "child_process"]],
    ["fish", "a b; and /opt/c", ["/opt/c", "a", "b", "and"]],
    ["exp", "spawn a\nexpect eof", ["spawn", "a", "expect", "eof"]],
    ["tcl", "exec a", ["exec", "a"]],
    ["python3", "print('/opt/a')", []],
    ["python3", "import subprocess\n# /opt/a\nsubprocess.run(x)", []],
    ["node", "// exec\nfetch('https://example.com/opt/a')", []],
  ])("%s %j", (language, text, words) => {
    expect([...mentionsIn(text, language)].toSorted()).toEqual([...words].toSorted());
  });

  it.each(["/+", "/+++", "+../", "./", "a-"])("end for %j many times", (piece) => {
    expect(mentionsIn(`system ${piece.repeat(200_000)}"`, "perl").length).toBeLessThan(64);
  });

  it.each([
    ["perl", 'system("w"."get -q http://db/")'],
    ["node", 'spawn(["w", "get"].join(""))'],
    ["python3", "os.system('w' + 'g' + 'et x')"],
    ["python3", "subprocess.run([''.join(['w', 'get'])])"],
    ["lua", 'os.execute("w" .. "get")'],
  ])("%s puts %s together", (language, text) => expect(mentionsIn(text, language)).toContain("wget"));

  it.each([
    ["node", 'execFile(path.join("/opt", "bin", "a"))'],
    ["python3", 'subprocess.run(os.path.join("/opt/bin", "a"))'],
    ["perl", 'exec("/opt"."/bin/"."a")'],
  ])("%s makes a path of %s", (language, text) => expect(mentionsIn(text, language)).toContain("/opt/bin/a"));

  it("are not put together where something stands between", () => {
    expect(mentionsIn('system("w", "get"); print "w", x . "get"', "perl")).not.toContain("wget");
  });

  it("say where more stand below values than are kept", () => {
    const text = (count: number) =>
      `exec(${Array.from({ length: count }, (_, i) => `\`\${x}/a${i}\``).join()})`;
    expect(mentionsIn(text(16), "node")).not.toContain("*/");
    expect(mentionsIn(`${text(16)}; exec(\`\${x}/a0\`)`, "node")).not.toContain("*/");
    expect(mentionsIn(text(17), "node")).toContain("*/");
  });

  it("are few, however many there are", () => {
    const text = `exec(${Array.from({ length: 9_000 }, (_, i) => `"/opt/a${i}"`).join()})`;
    expect(mentionsIn(text, "node").length).toBeLessThan(64);
  });
});

describe("what is kept of such a text", () => {
  it("its first line and these words, by `#!` or by its name", () => {
    expect(factOf("srv/main", "#!/usr/bin/env -S python3 -u\nexec('/a/b')\n", true)).toEqual({
      kind: "script",
      interpreter: "/usr/bin/env",
      argument: "-S python3 -u",
      mentions: ["/a/b"],
      truncated: false,
    });
    expect(factOf("srv/main.py", "os.system('/a/b')\n")).toEqual({
      kind: "script",
      mentions: ["/a/b"],
      truncated: false,
    });
  });

  it("that there are more words than are kept", () => {
    const body = Array.from({ length: 60 }, (_, i) => `set v${i}`).join("\n");
    expect(factOf("usr/bin/run", `#!/usr/bin/fish\n${body}\nexec curl\n`, true)).toMatchObject({
      truncated: true,
    });
  });

  it("nothing of a text that starts nothing, of one that a package brought, of one that is none", () => {
    expect(factOf("srv/main.py", "print(1)\n")).toBeUndefined();
    expect(factOf("usr/lib/python3/os.py", "os.system('/a/b')\n")).toBeUndefined();
    expect(factOf("app/node_modules/x/index.js", "exec('/a/b')\n")).toBeUndefined();
    expect(factOf("srv/main.js", "exec('/a/b')\0\n")).toBeUndefined();
  });
});

describe("settings of any name", () => {
  const isKept = (path: string, body: string) => {
    const bytes = Buffer.from(body);
    return factsOf({ path, size: bytes.length, executable: false }, bytes).some(
      ({ kind }) => kind === "text",
    );
  };
  it("npm's are kept for what runs scripts alone", () => {
    const kept = (body: string) => factOf("app/.npmrc", body);
    expect(kept("//registry/:_authToken=secret\nscript-shell = bash\n")).toMatchObject({
      text: "script-shell = bash",
    });
    expect(kept("//registry/:_authToken=secret\n")).toBeUndefined();
    expect(factOf("app/node_modules/a/.npmrc", "script-shell=bash\n")).toBeUndefined();
  });

  it("are kept where they are supervisord's, or a crontab", () => {
    expect(isKept("app.conf", "[program:a]\ncommand=b\n")).toBe(true);
    expect(isKept("app/my-crontab", "* * * * * x\n")).toBe(true);
    expect(isKept("app/jobs.cron", "* * * * * x\n")).toBe(true);
    expect(isKept("app.conf", "[server]\nport=1\n")).toBe(false);
  });
});
