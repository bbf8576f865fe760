import { describe, expect, it } from "vitest";
import type { Detector } from "../../../src/image/detect/detector.ts";
import { DETECTORS } from "../../../src/image/detect/index.ts";
import { mayBeWanted } from "../../../src/image/detect/name-filter.ts";
import { FactCollection } from "../../../src/image/layer/fact-collection.ts";
import { DEFAULT_LIMITS } from "../../../src/image/limits.ts";
import fc from "../../support/property.ts";

/** What names are made of that some detector looks for, and what comes near it. */
const FOLDERS = (
  "etc usr lib var db opt app bin share nginx conf.d default profile.d node_modules apk dpkg status.d opkg xbps pkg " +
  "sys-libs musl-1.2.2 cron.d crontabs supervisor supervisord.d s6-rc.d sites-enabled systemd system x\ny ."
).split(" ");
const BASES = (
  "installed status os-release alpine-release PF pkgdb-0.38.plist ld-musl-x86_64.so.1 libc.so libc.a ld-x.a " +
  "libc-2.31.so libx.so.6 a.so ld.so ld64 run up start entry.sh x.env .env profile .bashrc nginx.conf a.conf " +
  "a.template package.json nsswitch.conf crontab supervisord.conf a.ini Procfile base.md5sums index.js README .npmrc " +
  "ld-musl-arm.path inittab x.service LICENSE a.tar.gz ü a\n.sh x.so\n"
).split(" ");
const path = fc
  .tuple(
    fc.array(fc.constantFrom(...FOLDERS), { maxLength: 5 }),
    fc.constantFrom(...BASES),
    fc.string({ maxLength: 2 }),
  )
  .map(([folders, base, end]) => [...folders, base + end].join("/"));
const file = fc.record({
  path: fc.oneof({ weight: 4, arbitrary: path }, { weight: 1, arbitrary: fc.string({ minLength: 1 }) }),
  size: fc.constantFrom(0, 1, 51, 52, 9_000, 20_000, 10_000_000),
  executable: fc.boolean(),
});

/** The same detector without a word on what paths it may want. */
const asked = (detector: Detector): Detector => ({ ...detector, names: undefined });

describe("the filter over all names", () => {
  it("leaves out no file that a detector wants when it is asked", () => {
    const filter = mayBeWanted(DETECTORS);
    fc.assert(
      fc.property(file, (header) => {
        const wanting = DETECTORS.filter((detector) => detector.start(header) !== undefined);
        if (wanting.length > 0) expect([header, filter(header)]).toEqual([header, true]);
      }),
      { numRuns: 5_000 },
    );
  });

  it("changes nothing of what is gathered", () => {
    const gathered = (
      detectors: readonly Detector[],
      files: readonly { path: string; size: number; executable: boolean }[],
    ) => {
      const facts = new FactCollection(detectors, DEFAULT_LIMITS);
      const sinks = files.map(({ path: name, size, executable }) => {
        const entry = { name, type: "file", size, mode: executable ? 0o755 : 0o644, link: "" } as const;
        const wants = facts.wants(entry);
        const sink = facts.entry(entry);
        sink?.push(Buffer.from("#!/bin/sh\nA=b\n"));
        sink?.end();
        return [wants, sink !== undefined];
      });
      return { sinks, result: facts.result() };
    };
    fc.assert(
      fc.property(fc.array(file, { maxLength: 20 }), (files) => {
        expect(gathered(DETECTORS, files)).toEqual(gathered(DETECTORS.map(asked), files));
      }),
      { numRuns: 300 },
    );
  });

  it("is given by every detector, spares most files of an application, and is not there where one says nothing", () => {
    expect(DETECTORS.filter(({ names }) => names === undefined)).toEqual([]);
    expect(DETECTORS.map(({ names }) => names?.flags)).toEqual(DETECTORS.map(() => ""));
    const plain = (name: string) => ({ path: name, size: 100, executable: false });
    const names = [
      "app/node_modules/x/index.js",
      "usr/include/stdio.h",
      "usr/lib/python3/os.py",
      "app/x.json",
    ];
    expect(names.map((name) => mayBeWanted(DETECTORS)(plain(name)))).toEqual(names.map(() => false));
    const silent = asked(DETECTORS[0] as Detector);
    expect(mayBeWanted([...DETECTORS, silent])(plain("app/x.json"))).toBe(true);
  });
});
