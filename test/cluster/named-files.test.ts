import { describe, expect, it } from "vitest";
import type { FileTree } from "../../src/tree/file-tree.ts";
import { filesInState, filesOnDisk } from "../../src/cluster/named-files.ts";
import { temporaryFolder } from "../support/folder.ts";

const folder = temporaryFolder();
folder.write("infra/main.tf", "now");
folder.write("infra/b.tfvars", "now");
folder.write("infra/.hidden.tf", "now");
folder.write("infra/readme.md", "now");
folder.write("infra/deep/main.tf", "now");
folder.write("new/main.tf", "new");
folder.write("empty/readme.md", "now");

/** The folder as it was. */
const tree: FileTree = {
  list: async () => ({
    paths: ["infra/old.tf", "infra/main.tf", "infra/.hidden.tf", "infra/deep/main.tf"],
    diagnostics: [],
  }),
  read: async (path) =>
    path.startsWith("infra/") && path.endsWith(".tf") ? { text: "then" } : { problem: "none" },
  bytes: async () => ({ problem: "none" }),
};

const noDoubt = (message: string) => {
  throw new Error(message);
};

const inFolder = (path: string) => `${folder.path}/${path}`;

describe("files that options name", () => {
  it("are read right from a folder, without what Terraform passes over", async () => {
    expect(await filesOnDisk(noDoubt).cluster([inFolder("infra/"), inFolder("infra/b.tfvars")])).toEqual([
      { file: inFolder("infra/b.tfvars"), text: "now" },
      { file: inFolder("infra/main.tf"), text: "now" },
      { file: inFolder("infra/b.tfvars"), text: "now", named: true },
    ]);
    await expect(filesOnDisk(noDoubt).cluster([inFolder("empty")])).rejects.toMatchObject({ code: "input" });
    await expect(filesOnDisk(noDoubt).cluster([inFolder("none")])).rejects.toMatchObject({ code: "usage" });
  });

  it("are read as they were where they were, else as they are", async () => {
    const named = await filesInState(tree, folder.path, process.env, noDoubt);
    expect(await named.cluster([inFolder("infra/")])).toEqual([
      { file: inFolder("infra/old.tf"), text: "then" },
      { file: inFolder("infra/main.tf"), text: "then" },
    ]);
    expect(await named.cluster([inFolder("new"), inFolder("infra/deep/main.tf")])).toEqual([
      { file: inFolder("new/main.tf"), text: "new" },
      { file: inFolder("infra/deep/main.tf"), text: "then", named: true },
    ]);
  });
});
