import { expect, it } from "vitest";
import { renderNumbers } from "../../src/cli/fleet-numbers.ts";

const NUMBERS = {
  run: "sha256:0",
  shards: 1,
  matrix: ["1/1"],
  clusters: 1,
  references: 1,
  layers: 1,
  unopened: [],
};
const told = (more: Partial<Parameters<typeof renderNumbers>[0]>) =>
  renderNumbers({ ...NUMBERS, bytes: 0, ...more }, "table", "fleet.plan")
    .split("\n")
    .slice(2, -1);

it("tells a plan's numbers, one of a thing as one", () => {
  expect(told({ bytes: 20_400 })).toEqual([
    "to judge 1 image reference on 1 cluster",
    "to read  1 layer, 20.4 kB, in 1 shard",
  ]);
  expect(told({ clusters: 4, references: 30, layers: 200, shards: 8, bytes: 12_340_000_000 })).toEqual([
    "to judge 30 image references on 4 clusters and targets",
    "to read  200 layers, 12.3 GB, in 8 shards",
  ]);
});

it("says how many references led nowhere", () => {
  expect(told({ references: 3, unopened: ["a: nothing listens there", "b: not found"] })[1]).toBe(
    "         2 of them could not be opened: what they run is not known",
  );
});
