import { describe, expect, it } from "vitest";
import { saidProgress } from "../../src/publish/progress.ts";

function watch(terminal: boolean, columns = 60) {
  let time = 0;
  const written: string[] = [];
  const progress = saidProgress({
    write: (text) => written.push(text),
    terminal,
    columns,
    now: () => time,
  });
  const pass = (milliseconds: number) => {
    time += milliseconds;
  };
  return { written, progress, pass };
}

describe("progress", () => {
  it("draws over its line on a terminal, and wipes it", () => {
    const { written, progress, pass } = watch(true);
    progress.images(3);
    pass(100);
    progress.layerStarted(40_000_000);
    pass(50);
    progress.bytes(1_500_000);
    pass(60);
    progress.bytes(1_000_000);
    progress.end();
    progress.end();
    expect(written).toEqual([
      "\r\u001b[K0 of 3 images read · 0 of 1 layers, 0.0 of 40 MB",
      "\r\u001b[K0 of 3 images read · 0 of 1 layers, 2.5 of 40 MB",
      "\r\u001b[K",
    ]);
  });

  it("never breaks the line, whatever the terminal says of its width", () => {
    for (const columns of [0, 1, 20]) {
      const { written, progress, pass } = watch(true, columns);
      pass(100);
      progress.layerStarted(undefined);
      expect(written[0]?.replace("\r\u001b[K", "").length).toBeLessThan(columns > 1 ? columns : 80);
    }
  });

  it("names images where that is asked for, and nothing in them acts", () => {
    const written: string[] = [];
    const progress = saidProgress({
      write: (text) => written.push(text),
      terminal: false,
      columns: 0,
      verbose: true,
      now: () => 0,
    });
    progress.imageDone("shop/api:1\n::error::x");
    expect(written).toEqual(["muslgate: shop/api:1 ::error::x is read\n"]);
  });

  it("says a line now and then in a log, and nothing of a short run", () => {
    const { written, progress, pass } = watch(false);
    progress.images(200);
    for (let i = 0; i < 200; i++) {
      pass(200);
      progress.imageDone("x");
    }
    progress.end();
    expect(written).toEqual(["muslgate: 75 of 200 images read\n", "muslgate: 150 of 200 images read\n"]);
    const short = watch(false);
    short.progress.images(1);
    short.pass(14_000);
    short.progress.imageDone("x");
    short.progress.end();
    expect(short.written).toEqual([]);
  });
});
