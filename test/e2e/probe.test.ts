import { readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import { afterAll, describe, expect, it } from "vitest";
import { muslConfig } from "../../src/lookup/resolv-conf.ts";
import { type Running, type Script, type Scripted, startServer } from "../probe/server.ts";
import { temporaryFolder } from "../support/folder.ts";
import { muslgate } from "./program.ts";

const V4: Scripted = { a: ["192.0.2.1"] };
const NXDOMAIN: Scripted = { rcode: 3 };

const running: Running[] = [];
afterAll(() => {
  for (const server of running) server.close();
});
const serve = async (script: Script): Promise<string> => {
  const server = await startServer(script);
  running.push(server);
  return server.address;
};

describe("muslgate probe", () => {
  it("prints both answers and what each musl makes of them, and ends with 1", async () => {
    const address = await serve((type) => (type === "A" ? V4 : NXDOMAIN));
    const { code, out, err } = await muslgate(["probe", "--server", address, "--name", "api.example"]);
    expect([code, err]).toEqual([1, ""]);
    expect(
      out.replace(address, "SERVER").replaceAll(/\d+ ms/g, "N ms"),
    ).toBe(`Asked SERVER as musl does: A and AAAA at once, 5 s timeout, 2 attempts

api.example
  A                      192.0.2.1 (N ms)
  AAAA                   NXDOMAIN (N ms)
  musl 1.2.0 and older   resolves: 192.0.2.1
  musl 1.2.1 to 1.2.3    fails: Name does not resolve (EAI_NONAME)
  musl 1.2.4 and newer   fails: Name does not resolve (EAI_NONAME)

musl 1.2.1 and newer fail: api.example.
`);
  });

  it("ends with 0 when every name resolves, and prints JSON", async () => {
    const address = await serve((type) => (type === "A" ? V4 : {}));
    const { code, out } = await muslgate(["probe", "--server", address, "--format", "json"]);
    const report = JSON.parse(out);
    expect(code).toBe(0);
    expect([report.timeoutMs, report.attempts]).toEqual([5000, 2]);
    expect(report.results.map((one: { name: string }) => one.name)).toEqual([
      "kubernetes.default.svc.cluster.local",
      "example.com",
    ]);
  });

  it("asks whom musl would ask here, where no server is named", async () => {
    let text = "";
    try {
      text = readFileSync("/etc/resolv.conf", "utf8");
    } catch {
      // musl asks this machine then.
    }
    const [first] = muslConfig(text).servers;
    const { code, out } = await muslgate([
      "probe",
      "--timeout",
      "1",
      "--attempts",
      "1",
      "--name",
      "a.invalid",
    ]);
    expect(out).toContain(`Asked ${first} as musl does`);
    expect(code).not.toBe(2);
  });

  it("ends with 3 when nobody replies: silence is not clean", async () => {
    const address = await serve(() => undefined);
    const args = ["probe", "--server", address, "--timeout", "1", "--name", "a.example"];
    const { code, out } = await muslgate(args);
    expect(code).toBe(3);
    expect(out).toContain("The server did not reply: nothing is known.");
  });

  it.each([
    [["--server", "dns.example"], "is not the address of a DNS server"],
    [["--server", "127.0.0.1", "--name", "a..b"], "is not a domain name"],
    [["--server", "127.0.0.1", "--timeout", "0"], "--timeout 0 is not possible"],
  ])("ends with 2 for %j", async (args, message) => {
    const { code, err } = await muslgate(["probe", ...args]);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe("muslgate corefile", () => {
  const folder = temporaryFolder();
  const example = readFileSync("examples/cluster/node-local-dns.yaml", "utf8");

  it("explains, and ends with 1 where musl fails", async () => {
    const { code, out } = await muslgate(["corefile", "examples/cluster/node-local-dns.yaml"]);
    expect(code).toBe(1);
    expect(out).toContain("AAAA is answered NXDOMAIN");
  });

  it("shows the correction with --fix and touches nothing", async () => {
    const file = folder.write("fix.yaml", example);
    const { code, out, err } = await muslgate(["corefile", file, "--fix"]);
    expect(code).toBe(1);
    expect(out.match(/^[-+] .*/gm)).toEqual(
      ["-", "+", "-", "+"].map((mark) =>
        `${mark}            rcode NO`.replace("NO", mark === "-" ? "NXDOMAIN" : "NOERROR"),
      ),
    );
    expect(err).toContain("fix.yaml:12:19");
    expect(readFileSync(file, "utf8")).toBe(example);
  });

  it("makes it with --write, changes nothing else, and ends with 0", async () => {
    const file = folder.write("write.yaml", example);
    expect((await muslgate(["corefile", file, "--write"])).code).toBe(0);
    expect(readFileSync(file, "utf8")).toBe(example.replaceAll("rcode NXDOMAIN", "rcode NOERROR"));
    expect((await muslgate(["corefile", file])).code).toBe(0);
    const again = await muslgate(["corefile", file, "--write"]);
    expect([again.code, again.out, again.err]).toEqual([0, "", "Nothing to correct.\n"]);
  });

  it("refuses a file it could not write again byte for byte", async () => {
    const file = folder.write("latin1", "");
    writeFileSync(file, Buffer.from(". {\n  # \xe9\n}\n", "latin1"));
    const { code, err } = await muslgate(["corefile", file, "--write"]);
    expect(code).toBe(2);
    expect(err).toContain("it is not UTF-8");
  });

  it.each([
    ["a file that is not there", "no-such-file", undefined, "no such file or folder"],
    ["a text that is no Corefile", "notes.md", "# Notes\n\nof a day\n", "is no Corefile"],
  ])("ends with 2 for %s", async (_, name, text, message) => {
    const file = text === undefined ? name : folder.write(name, text);
    const { code, out, err } = await muslgate(["corefile", file]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(message);
  });

  it("ends with 3 where a bound cut the work short", async () => {
    const text = "(a) {\n  import a\n}\n. {\n  import a\n}\n";
    const { code, out } = await muslgate(["corefile", folder.write("endless", text)]);
    expect(code).toBe(3);
    expect(out).toContain("(corefileImports)");
  });

  it("names a file elsewhere by its last part, and says where the diff is to be applied", async () => {
    const file = folder.write("elsewhere.yaml", example);
    const { out, err } = await muslgate(["corefile", file, "--fix"]);
    expect(out.split("\n", 2)).toEqual(["--- a/elsewhere.yaml", "+++ b/elsewhere.yaml"]);
    expect(err).toContain(`apply it in ${dirname(file)}.`);
    const below = await muslgate(["corefile", resolve("examples/cluster/node-local-dns.yaml"), "--fix"]);
    expect(below.out).toContain("--- a/examples/cluster/node-local-dns.yaml\n");
    expect(below.err).not.toContain("apply it in");
  });

  it("prints no patch whose lines a terminal would obey, and still makes it with --write", async () => {
    const hostile = example.replace("rcode NXDOMAIN", "rcode NXDOMAIN # \u001b]0;x\u0007");
    const file = folder.write("hostile.yaml", hostile);
    const shown = await muslgate(["corefile", file, "--fix"]);
    expect([shown.code, shown.out]).toEqual([2, ""]);
    expect(shown.err).toContain("its lines hold U+001B");
    const made = await muslgate(["corefile", file, "--write"]);
    expect([made.code, made.out]).toEqual([0, ""]);
    expect(readFileSync(file, "utf8")).toBe(hostile.replaceAll("rcode NXDOMAIN", "rcode NOERROR"));
  });

  it("judges by the names where some are given", async () => {
    const args = ["corefile", "examples/cluster/node-local-dns.yaml", "--name", "1.0.0.10.in-addr.arpa"];
    expect((await muslgate(args)).code).toBe(0);
    expect((await muslgate([...args, "--core-dns-version", "latest"])).code).toBe(2);
  });
});

describe("docs/probe-job.yaml", () => {
  it("runs the image's program, as it can be called", async () => {
    const text = readFileSync("docs/probe-job.yaml", "utf8");
    expect(readFileSync("Dockerfile", "utf8")).toContain('ENTRYPOINT ["node", "/opt/muslgate/cli.js"]');
    const [container] = parse(text).spec.template.spec.containers;
    expect(container.command).toBeUndefined();
    const address = await serve((type) => (type === "A" ? V4 : {}));
    const ran = await muslgate([...container.args, "--server", address]);
    expect([ran.code, ran.err]).toEqual([0, ""]);
    expect(ran.out).toContain("kubernetes.default.svc.cluster.local");
  });
});
