import fc from "../../../support/property.ts";
import { describe, expect, it } from "vitest";
import { parseChallenges } from "../../../../src/image/source/registry/challenge.ts";

const read = (...headers: string[]) =>
  parseChallenges(headers).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

describe("parseChallenges", () => {
  it.each([
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
      [
        [
          "bearer",
          {
            realm: "https://auth.docker.io/token",
            service: "registry.docker.io",
            scope: "repository:a/b:pull,push",
          },
        ],
      ],
    ],
    [
      'Basic realm="a, Bearer x=\\"y\\"", Bearer realm="https://r/t" , service = s',
      [
        ["basic", { realm: 'a, Bearer x="y"' }],
        ["bearer", { realm: "https://r/t", service: "s" }],
      ],
    ],
    [
      "Negotiate, Basic realm=x",
      [
        ["negotiate", {}],
        ["basic", { realm: "x" }],
      ],
    ],
    [
      'Negotiate YWJj==, Bearer realm="r"',
      [
        ["negotiate", {}],
        ["bearer", { realm: "r" }],
      ],
    ],
    ['BEARER REALM="r",realm="second"', [["bearer", { realm: "r" }]]],
    [",, ,Basic", [["basic", {}]]],
    ['Bearer realm="never closed', [["bearer", {}]]],
    ["", []],
    ["=x", []],
  ])("reads %s", (header, expected) => {
    expect(read(header)).toEqual(expected);
  });
  it("joins several headers", () => {
    expect(read('Bearer realm="r"', 'Basic realm="b"').map(([scheme]) => scheme)).toEqual([
      "bearer",
      "basic",
    ]);
  });
  it("gives some answer to any header", () => {
    fc.assert(fc.property(fc.string(), (header) => parseChallenges([header]).length >= 0));
  });
  it.each(["a ", "a=", 'a="\\', "a,", "a b=c ", "=", "a=a=a="])(
    "looks at no more of %j than its budget",
    (part) => {
      const [whole, budget] = [part.repeat(200_000), part.repeat(16_384).slice(0, 16_384)];
      expect(parseChallenges([whole])).toEqual(parseChallenges([budget]));
    },
  );
});
