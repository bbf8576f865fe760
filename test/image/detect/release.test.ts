import { describe, expect, it } from "vitest";
import { release } from "../../../src/image/detect/release.ts";
import { detect } from "../../support/detect.ts";

describe("release", () => {
  it.each([
    [
      "etc/os-release",
      'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.13.12\n',
      "alpine",
      "Alpine Linux",
      "3.13.12",
    ],
    [
      "usr/lib/os-release",
      '# c\nID=\'wolfi\'\nNAME="Wolfi"\r\nVERSION_ID="20230201"\r\n',
      "wolfi",
      "Wolfi",
      "20230201",
    ],
    ["etc/os-release", 'ID=x\nNAME="A \\"B\\" \\$C \\\\"\n', "x", 'A "B" $C \\', undefined],
    ["etc/os-release", "ID=a\nID=b\nNAME=\n", "b", undefined, undefined],
    ["etc/os-release", "", undefined, undefined, undefined],
  ])("%s %j", (path, text, id, name, version) => {
    expect(detect(release, path, text)).toMatchObject({ kind: "release", id, name, version });
  });

  it("reads what a distribution is like", () => {
    expect(detect(release, "etc/os-release", 'ID=postmarketos\nID_LIKE="alpine"\n')).toMatchObject({
      id: "postmarketos",
      idLike: "alpine",
    });
  });

  it("reads alpine-release", () => {
    const of = (text: string) => detect(release, "etc/alpine-release", text);
    expect(of("3.13.12\n")).toEqual({ kind: "release", id: "alpine", version: "3.13.12" });
    expect(of("3.21.0_alpha20240807\n\n")).toMatchObject({ version: "3.21.0_alpha20240807" });
    expect(of("\n")).toBeUndefined();
  });

  it("is nowhere else", () => {
    for (const path of ["srv/etc/os-release", "etc/lsb-release", "etc/os-release.bak"])
      expect(detect(release, path, "ID=alpine")).toBeUndefined();
  });
});
