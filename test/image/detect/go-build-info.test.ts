import { describe, expect, it } from "vitest";
import { goBuildInfo } from "../../../src/image/detect/go-build-info.ts";

/** The form of Go 1.18 and later: magic, pointer size, flags, then two strings behind their lengths. */
function data(version: string, module: string, { at = 0, flags = 2 } = {}): Buffer {
  const length = (value: number): number[] =>
    value < 128 ? [value] : [(value & 127) | 128, ...length(value >> 7)];
  const text = (value: string) => Buffer.concat([Buffer.from(length(value.length)), Buffer.from(value)]);
  const head = Buffer.alloc(32);
  head.write("\xff Go buildinf:", 0, "latin1");
  head[14] = 8;
  head[15] = flags;
  return Buffer.concat([Buffer.alloc(at), head, text(version), text(module)]);
}
const MODULE =
  "0w\xaf\x0c\npath\texample.com/app\nmod\texample.com/app\tv1\nbuild\tCGO_ENABLED=0\nbuild\tGOOS=linux\n";

describe("goBuildInfo", () => {
  it("reads version, main package and cgo", () => {
    expect(goBuildInfo(data("go1.22.1", MODULE))).toEqual({
      version: "go1.22.1",
      cgo: false,
      main: "example.com/app",
    });
    expect(goBuildInfo(data("go1.22.1", "build\tCGO_ENABLED=1\n"))).toEqual({
      version: "go1.22.1",
      cgo: true,
    });
    expect(goBuildInfo(data("devel go1.23-abc", ""))).toEqual({
      version: "devel go1.23-abc",
      cgo: "unknown",
    });
    expect(goBuildInfo(data("go1.22.1", "dep\tx\tCGO_ENABLED=1\nbuild\t-tags=CGO_ENABLED=1\n"))?.cgo).toBe(
      "unknown",
    );
  });

  it("takes long module lists and any aligned place", () => {
    const long = `dep\tx\n`.repeat(5_000);
    expect(goBuildInfo(data("go1.22.1", `${long}build\tCGO_ENABLED=1\n`, { at: 4096 }))?.cgo).toBe(true);
    expect(goBuildInfo(data("go1.22.1", MODULE, { at: 8 }))).toBeUndefined();
    // A magic number that is only a string somewhere does not hide the real one.
    const decoy = Buffer.concat([Buffer.from("\xff Go buildinf:", "latin1"), Buffer.alloc(18)]);
    expect(goBuildInfo(Buffer.concat([decoy, data("go1.20", "")]))?.version).toBe("go1.20");
  });

  it("is nothing in the older form, in other texts and where it is cut", () => {
    expect(goBuildInfo(data("go1.17", MODULE, { flags: 0 }))).toBeUndefined();
    expect(goBuildInfo(data("node18", MODULE))).toBeUndefined();
    expect(goBuildInfo(Buffer.alloc(0))).toBeUndefined();
    const whole = data("go1.22.1", MODULE);
    for (let end = 0; end < 41; end++) expect(goBuildInfo(whole.subarray(0, end))).toBeUndefined();
    // Without the whole of its modules it still is Go.
    expect(goBuildInfo(whole.subarray(0, 60))).toEqual({ version: "go1.22.1", cgo: "unknown" });
  });

  it("takes linear time over many magic numbers and endless lengths", () => {
    const begin = performance.now();
    const head = data("", "").subarray(0, 32);
    goBuildInfo(Buffer.concat(Array(30_000).fill(head)));
    goBuildInfo(Buffer.concat([head, Buffer.alloc(1 << 20, 0xff)]));
    expect(performance.now() - begin).toBeLessThan(1_000);
  });
});
