import { expect, it } from "vitest";
import { joinPath } from "../../src/tree/paths.ts";

it.each([
  ["", "Corefile", "Corefile"],
  ["dns", "Corefile", "dns/Corefile"],
  ["dns/", "./Corefile", "dns/Corefile"],
  ["dns/prod/", "../Corefile", "dns/Corefile"],
])("joins %j and %j", (folder, relative, path) => {
  expect(joinPath(folder, relative)).toEqual({ path });
});

it.each([
  ["dns/", "../../Corefile"],
  ["dns", "/Corefile"],
  ["", "https://example.org/Corefile"],
])("joins not %j and %j", (folder, relative) => {
  expect(joinPath(folder, relative)).toBeUndefined();
});
