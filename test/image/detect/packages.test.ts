import { describe, expect, it } from "vitest";
import { apk, dpkg, opkg, portage, xbps } from "../../../src/image/detect/packages.ts";
import { detect } from "../../support/detect.ts";

describe("apk", () => {
  const database =
    "C:Q1abc=\nP:musl\nV:1.2.2-r1\nA:x86_64\nF:lib\nR:ld-musl-x86_64.so.1\n\nC:Q1def=\nP:zlib\nV:1.2.11-r3\n\nP:busybox\nV:1.32.1-r9\n";

  it.each(["lib/apk/db/installed", "usr/lib/apk/db/installed"])("lists what decides, at %s", (path) => {
    expect(detect(apk, path, database)).toEqual({
      kind: "packages",
      manager: "apk",
      packages: [
        { name: "musl", version: "1.2.2-r1" },
        { name: "busybox", version: "1.32.1-r9" },
      ],
      total: 3,
    });
  });

  it("is only read where apk keeps it", () => {
    for (const path of ["etc/apk/db/installed", "srv/lib/apk/db/installed", "lib/apk/db/installed.new"])
      expect(detect(apk, path, database)).toBeUndefined();
  });

  it("takes damage for what it is", () => {
    const packages = (text: string) =>
      (detect(apk, "lib/apk/db/installed", text) as { packages: unknown }).packages;
    expect(packages("")).toEqual([]);
    expect(packages("P:musl\n\nV:1.2.2-r1\n")).toEqual([]);
    expect(packages("V:1.2.2-r1\nP:musl")).toEqual([{ name: "musl", version: "1.2.2-r1" }]);
    expect(packages("P:musl\r\nV:1.2.2-r1\r\n\r\nP:gcompat\r\nV:1-r0\r\n")).toEqual([
      { name: "musl", version: "1.2.2-r1" },
      { name: "gcompat", version: "1-r0" },
    ]);
    expect(packages(":\n::\n P:musl\nP\n")).toEqual([]);
  });

  it("says that it was cut", () => {
    const collector = apk.start({ path: "lib/apk/db/installed", size: 64 * 2 ** 20, executable: false });
    collector?.push(Buffer.from("P:musl\nV:1.2.2-r1\n\n"));
    expect(collector?.end()).toMatchObject({
      packages: [{ name: "musl", version: "1.2.2-r1" }],
      partial: expect.stringContaining("bytes"),
    });
  });
});

describe("dpkg", () => {
  const listed = (path: string, text: string) =>
    (detect(dpkg, path, text) as { packages: unknown } | undefined)?.packages;

  it("lists installed packages, and none that were removed", () => {
    const text = [
      "Package: libc6\nStatus: install ok installed\nVersion: 2.36-9+deb12u10\nDescription: GNU C Library\n Package: musl\n .",
      "Package: musl\nStatus: deinstall ok config-files\nVersion: 1.2.3-1",
      "Package: libc-bin\nStatus: hold ok installed\nVersion: 2.36-9",
      "Package: busybox\nStatus: install ok not-installed\nVersion: 1",
    ].join("\n\n");
    expect(listed("var/lib/dpkg/status", text)).toEqual([
      { name: "libc6", version: "2.36-9+deb12u10" },
      { name: "libc-bin", version: "2.36-9" },
    ]);
  });

  it("reads distroless images' single files, which have no status", () => {
    const text = "Package: libc6\nVersion: 2.36-9\nArchitecture: amd64\n";
    expect(listed("var/lib/dpkg/status.d/libc6", text)).toEqual([{ name: "libc6", version: "2.36-9" }]);
    expect(listed("var/lib/dpkg/status.d/libc6.md5sums", text)).toBeUndefined();
    expect(listed("var/lib/dpkg/status-old", text)).toBeUndefined();
  });
});

describe("opkg, xbps and portage", () => {
  it.each(["usr/lib/opkg/status", "var/lib/opkg/status"])("opkg at %s", (path) => {
    const text =
      "Package: libc\nVersion: 1.2.4-4\nStatus: install user installed\n\nPackage: x\nVersion: 1\n\n";
    expect(detect(opkg, path, text)).toEqual({
      kind: "packages",
      manager: "opkg",
      packages: [{ name: "libc", version: "1.2.4-4" }],
      total: 2,
    });
    const removed = "Package: libc\nVersion: 1.2.4-4\nStatus: deinstall user not-installed\n";
    expect(detect(opkg, path, removed)).toMatchObject({ packages: [] });
  });

  it("xbps", () => {
    const plist = (name: string) =>
      `<key>${name}</key>\n<dict>\n<key>automatic-install</key>\n<true/>\n<key>pkgver</key>\n\t<string>${name}</string>\n</dict>`;
    const text = `<plist><dict>${plist("musl-1.1.24_20")}${plist("zlib-1.2.11_4")}${plist("glibc-2.36_1")}</dict></plist>`;
    expect(detect(xbps, "var/db/xbps/pkgdb-0.38.plist", text)).toEqual({
      kind: "packages",
      manager: "xbps",
      packages: [
        { name: "musl", version: "1.1.24_20" },
        { name: "glibc", version: "2.36_1" },
      ],
      total: 3,
    });
    const begin = performance.now();
    detect(xbps, "var/db/xbps/pkgdb-0.38.plist", "<key>pkgver</key>   <string>a-b-c-".repeat(50_000));
    expect(performance.now() - begin).toBeLessThan(1_000);
  });

  it("portage", () => {
    const of = (path: string, text: string) => detect(portage, path, text);
    expect(of("var/db/pkg/sys-libs/musl-1.2.2-r7/PF", "musl-1.2.2-r7\n")).toMatchObject({
      manager: "portage",
      packages: [{ name: "musl", version: "1.2.2-r7" }],
    });
    expect(of("var/db/pkg/sys-libs/glibc-2.38/PF", "glibc-2.38")).toMatchObject({
      packages: [{ name: "glibc", version: "2.38" }],
    });
    expect(of("var/db/pkg/sys-libs/musl-1.2.2-r7/PF", "nonsense")).toBeUndefined();
    expect(of("var/db/pkg/sys-libs/musl-1.2.2-r7/PROVIDES", "musl-1.2.2-r7")).toBeUndefined();
    expect(of("var/db/pkg/sys-libs/musl-utils-1/PF", "musl-utils-1")).toBeUndefined();
  });
});
