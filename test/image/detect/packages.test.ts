import { describe, expect, it } from "vitest";
import { DETECTORS } from "../../../src/image/detect/index.ts";
import { factsOf } from "../../support/image-files.ts";

const read = (path: string, body: string, executable = false) =>
  factsOf({ path, size: Buffer.byteLength(body), executable }, Buffer.from(body));

describe("package databases", () => {
  it("apk's, in both places, without a blank line at the end", () => {
    const body =
      "C:Q1x=\nP:musl\nV:1.2.2-r1\nA:x86_64\nF:lib\nR:ld-musl-x86_64.so.1\n\nP:zlib\nV:1.2.12-r3\n";
    const fact = {
      kind: "packages",
      manager: "apk",
      packages: [{ name: "musl", version: "1.2.2-r1" }],
      total: 2,
    };
    expect(read("lib/apk/db/installed", body)).toEqual([fact]);
    expect(read("usr/lib/apk/db/installed", body)).toEqual([fact]);
    expect(read("srv/lib/apk/db/installed", body)).toEqual([]);
  });

  it("apk's of OpenWrt names musl `libc`, Wolfi's has glibc", () => {
    expect(read("lib/apk/db/installed", "P:libc\nV:1.2.5-r4\n\n")).toMatchObject([
      { packages: [{ name: "libc", version: "1.2.5-r4" }] },
    ]);
    expect(read("lib/apk/db/installed", "P:glibc\nV:2.38-r5\n\n")).toMatchObject([
      { packages: [{ name: "glibc" }] },
    ]);
  });

  it("dpkg's, without what was removed, and distroless' single files", () => {
    const body =
      "Package: musl\nStatus: deinstall ok config-files\nVersion: 1.2.3-1\n\nPackage: libc6\nStatus: install ok installed\nVersion: 2.36-9\nDescription: x\n Package: musl\n\n";
    expect(read("var/lib/dpkg/status", body)).toMatchObject([
      { manager: "dpkg", packages: [{ name: "libc6", version: "2.36-9" }], total: 1 },
    ]);
    expect(read("var/lib/dpkg/status.d/libc6", "Package: libc6\nVersion: 2.36-9\n")).toMatchObject([
      { packages: [{ name: "libc6" }], total: 1 },
    ]);
    expect(read("var/lib/dpkg/status.d/libc6.md5sums", "abc")).toEqual([]);
  });

  it("opkg's, xbps', portage's", () => {
    expect(
      read("usr/lib/opkg/status", "Package: libc\nVersion: 1.2.5-1\nStatus: install user installed\n"),
    ).toMatchObject([{ manager: "opkg", packages: [{ name: "libc", version: "1.2.5-1" }] }]);
    const plist =
      "<dict><key>musl</key><dict><key>pkgver</key>\n\t\t<string>musl-1.1.24_20</string></dict><key>x</key><dict><key>pkgver</key><string>lib-x-2_1</string></dict></dict>";
    expect(read("var/db/xbps/pkgdb-0.38.plist", plist)).toMatchObject([
      { manager: "xbps", packages: [{ name: "musl", version: "1.1.24_20" }], total: 2 },
    ]);
    expect(read("var/db/pkg/sys-libs/musl-1.2.2-r7/PF", "musl-1.2.2-r7\n")).toMatchObject([
      { manager: "portage", packages: [{ name: "musl", version: "1.2.2-r7" }] },
    ]);
    expect(read("var/db/pkg/sys-libs/zlib-1.3/PF", "zlib-1.3\n")).toEqual([]);
  });

  it("says that a huge one was not read whole, and keeps within its bound", () => {
    const body = `${"P:a\nV:1\n\n".repeat(1_000_000)}P:musl\nV:1.2.2-r1\n\n`;
    const [fact] = read("lib/apk/db/installed", body);
    expect(fact).toMatchObject({ packages: [], partial: expect.stringContaining("more than") });
  });
});

describe("releases", () => {
  it("os-release with its quotes, alpine-release", () => {
    const body =
      'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.13.12\nPRETTY_NAME=\'x\'\n# ID=no\nID_LIKE="a b"\n';
    expect(read("etc/os-release", body)).toEqual([
      { kind: "release", id: "alpine", idLike: "a b", name: "Alpine Linux", version: "3.13.12" },
    ]);
    expect(read("etc/alpine-release", "3.20.0_alpha20240329\n")).toEqual([
      { kind: "release", id: "alpine", version: "3.20.0_alpha20240329" },
    ]);
  });
});

describe("scripts", () => {
  it("interpreter and at most one argument, as the kernel splits them", () => {
    const first = (body: string) => read("app", body, true)[0];
    expect(first("#!/bin/sh\nx")).toMatchObject({
      interpreter: "/bin/sh",
      text: "#!/bin/sh\nx",
      truncated: false,
    });
    expect(first("#! \t/usr/bin/env  python3 -u \t\nx")).toMatchObject({
      interpreter: "/usr/bin/env",
      argument: "python3 -u",
    });
    expect(first("#!/usr/bin/python3\nprint(1)")).toEqual({
      kind: "script",
      interpreter: "/usr/bin/python3",
      truncated: false,
    });
    expect(first("#!/usr/bin/env bash\nx")).toMatchObject({ text: expect.any(String) });
    expect(first("#!/bin/sh\r\nx")).toMatchObject({ interpreter: "/bin/sh\r" });
    expect(first("echo no mark")).toMatchObject({ text: "echo no mark" });
  });

  it("a shell script by its name alone, a long one cut", () => {
    expect(read("app/start.sh", "exec app\n")).toEqual([
      { kind: "script", text: "exec app\n", truncated: false },
    ]);
    expect(read("x.sh", `#!/bin/sh\n${"# x\n".repeat(20_000)}`)).toMatchObject([{ truncated: true }]);
  });
});

describe("nginx", () => {
  const text = `# resolver 1.1.1.1;
http {
  resolver 10.0.0.10
    valid=10s ipv6=off; # why
  server { listen 80; resolver [::1]; }
  set $x "resolver 8.8.8.8;";
  resolver_timeout 5s;
}`;
  it("its resolver directives, wherever they stand, with their lines", () => {
    expect(read("etc/nginx/nginx.conf", text)).toEqual([
      {
        kind: "config",
        program: "nginx",
        directives: [
          { line: 3, text: "resolver 10.0.0.10 valid=10s ipv6=off" },
          { line: 5, text: "resolver [::1]" },
        ],
      },
    ]);
    expect(read("etc/nginx/sites-enabled/default", "resolver x;")).toHaveLength(1);
    expect(read("etc/nginx/mime.types", "resolver x;")).toEqual([]);
  });
});

describe("all of them", () => {
  it("keep within eight megabytes each, and have names of their own", () => {
    for (const { maxBytes } of DETECTORS) expect(maxBytes).toBeLessThanOrEqual(8 * 2 ** 20);
    expect(new Set(DETECTORS.map(({ id }) => id)).size).toBe(DETECTORS.length);
  });
});
