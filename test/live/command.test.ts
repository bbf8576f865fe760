import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.ts";
import { muslgate } from "../support/in-process.ts";

const folder = temporaryFolder();

describe("muslgate cluster", () => {
  it.each([
    [["prod"], /"prod" is no source of a cluster's Lists\n.*a context is --context/],
    [["-", "--context", "prod"], /a context or namespace was given beside Lists/],
    [["-", "-n", "shop"], /a context or namespace was given beside Lists/],
    [[], /kubectl is not on the PATH\n.*muslgate cluster - reads it/],
  ])("%j is a wrong call", async (args, message) => {
    const { code, out, err } = await muslgate(["cluster", ...args], { PATH: folder.path });
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(message);
  });
});
