import { describe, expect, it } from "vitest";
import { layerOrigins } from "../../src/image/origin.ts";

const layer = (createdBy: string) => ({ createdBy, emptyLayer: false });
const empty = (createdBy: string) => ({ createdBy, emptyLayer: true });

describe("layerOrigins", () => {
  it("takes what stands before a CMD that other layers follow for the base", () => {
    const history = [
      layer("ADD alpine-minirootfs.tar.gz / # buildkit"),
      empty('CMD ["/bin/sh"]'),
      layer("RUN /bin/sh -c apk add nodejs # buildkit"),
      empty('CMD ["node"]'),
      layer("COPY . /app # buildkit"),
      empty('CMD ["node", "/app/server.js"]'),
    ];
    expect(layerOrigins(history, 3)).toEqual(["base", "base", "own"]);
  });
  it("knows the older builder's words", () => {
    const history = [
      layer("/bin/sh -c #(nop) ADD file:1 in / "),
      empty('/bin/sh -c #(nop)  CMD ["/bin/sh"]'),
      layer("/bin/sh -c #(nop) COPY dir:2 in /app "),
    ];
    expect(layerOrigins(history, 2)).toEqual(["base", "own"]);
  });
  it("says nothing where it cannot tell", () => {
    expect(layerOrigins([layer("ADD x /"), empty('CMD ["x"]')], 1)).toEqual([]);
    expect(layerOrigins([layer("ADD x /"), layer("COPY y /")], 2)).toEqual([]);
    expect(layerOrigins([], 3)).toEqual([]);
    expect(layerOrigins([layer("ADD x /"), empty("CMD x"), layer("COPY y /")], 5)).toEqual([]);
    expect(layerOrigins([layer("ADD x /"), empty("CMDX"), layer("COPY y /")], 2)).toEqual([]);
  });
});
