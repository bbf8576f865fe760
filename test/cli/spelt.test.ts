import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { reportWithFlags, withFlags } from "../../src/cli/spelt.ts";
import { renderTable } from "../../src/report/table.ts";
import { OPTIONS, type Option } from "../../src/settings/options.ts";
import { cluster, image, onMusl, report } from "../support/profiles.ts";

describe("withFlags", () => {
  it.each([
    ["Choose another with `platform`.", "Choose another with --platform."],
    ["Give `registry` and `registry-username`.", "Give --registry and --registry-username."],
    [
      "Name `images`, as `template` and ``platform`` are.",
      "Name images, as `template` and `--platform` are.",
    ],
    ["The plugin `cache` keeps it.", "The plugin `cache` keeps it."],
    ["`toString` is `__proto__`.", "`toString` is `__proto__`."],
  ])("%s", (written, read) => {
    expect(withFlags(written)).toBe(read);
  });
  it("reaches the hints of the run, of images and of clusters, and the ways out, and nothing else", () => {
    const told = {
      code: "not-followed",
      message: "`config` is as the user wrote it",
      hint: "Use `config`.",
      weight: "gap",
    } as const;
    const on = cluster("NXDOMAIN", "NXDOMAIN", { diagnostics: [told] });
    const made = report([{ ...image(onMusl("1.2.2")), diagnostics: [told] }], on, { diagnostics: [told] });
    const { diagnostics, images, clusters, judgements } = reportWithFlags(made);
    const read = { ...told, hint: "Use --config." };
    expect([diagnostics, images[0]?.diagnostics, clusters[0]?.diagnostics]).toEqual([[read], [read], [read]]);
    expect(judgements).toEqual(made.judgements);
  });

  it("says which cluster to name, for flags and for inputs", () => {
    const made = report([image(onMusl("1.2.2"))], cluster("unknown", "unknown", { basis: "nothing" }));
    const style = { colour: false, width: 200 };
    expect(renderTable(made, style)).toContain("`corefile`, or `gke-version` with `node-local-dns`");
    expect(renderTable(reportWithFlags(made), style)).toContain(
      "--corefile, or --gke-version with --node-local-dns",
    );
  });
});

describe("hints in the sources", () => {
  it("name no option as a flag: the Action's readers have inputs", () => {
    const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter(
      (name) =>
        name.endsWith(".ts") &&
        !/^(?:cli|publish)\W|^report\W(?:table|rule-page)\.ts$|^tree\Wgit-commit\.ts$/.test(name),
    );
    const names = Object.entries<Option>(OPTIONS).filter(([, { command }]) => command !== "none");
    // In a sentence; a string that is a flag and no more is a word of another program's command line.
    const any = `--(?:${names.map(([name]) => name).join("|")})`;
    const flag = new RegExp(` ${any}(?![\\w-])|["'\`]${any} `);
    const found = files.flatMap((name) =>
      readFileSync(`src/${name}`, "utf8")
        .split("\n")
        .filter((line) => !/^ *(?:\/\/|\*|\/\*)/.test(line) && flag.test(line))
        .map((line) => `${name}: ${line.trim()}`),
    );
    expect(found).toEqual([]);
  });
});
