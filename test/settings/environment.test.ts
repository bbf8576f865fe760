import { describe, expect, it } from "vitest";
import { NO_CONFIG, readConfig } from "../../src/settings/config-file.ts";
import { saidBy, settingsOf } from "../../src/settings/states.ts";
import { OPTIONS, type Option, type OptionName } from "../../src/settings/options.ts";
import { environmentOptions, variableOf } from "../../src/settings/environment.ts";
import { readSettings } from "../../src/settings/settings.ts";

/** Three values that each option takes and that are no default; where a switch has two only, the third is the first. */
function valuesFor(name: OptionName, { kind, choices = [], default: initial }: Option): string[] {
  if (kind === "switch") return initial === "true" ? ["false", "true", "false"] : ["true", "false", "true"];
  if (kind === "choice") {
    const others = choices.filter((one) => one !== initial);
    return [0, 1, 2].map((i) => others[i % others.length] ?? "");
  }
  const shaped: Partial<Record<OptionName, string[]>> = {
    platform: ["linux/arm64", "linux/s390x", "linux/arm/v7"],
    "registry-mirror": ["a=x", "a=y", "a=z"],
    to: ["alpine=3.22", "alpine=3.23", "alpine=3.24"],
    limit: ["layers=1", "layers=2", "layers=3"],
  };
  return shaped[name] ?? ["a", "b", "c"];
}

const ROWS = Object.entries<Option>(OPTIONS).map(
  ([name, option]) => [name as OptionName, option, valuesFor(name as OptionName, option)] as const,
);

describe("options from the environment", () => {
  it("have one rule for their names", () => {
    expect(variableOf("registry-mirror")).toBe("MUSLGATE_REGISTRY_MIRROR");
    expect(variableOf("images")).toBe("MUSLGATE_IMAGES");
    expect(new Set(ROWS.map(([name]) => variableOf(name))).size).toBe(ROWS.length);
  });

  it.each(ROWS)("%s is set by its variable", (name, _, [value = ""]) => {
    const said = saidBy({}, { [variableOf(name)]: value });
    expect(said.written).toEqual({ [name]: value });
    expect(settingsOf(said)).toEqual(readSettings({ [name]: value }));
    if (name !== "config") expect(settingsOf(said)).not.toEqual(readSettings({}));
  });

  it.each(ROWS)(
    "%s: the call beats it, and it beats the file",
    (name, { inFile }, [call = "", variable = "", file = ""]) => {
      const config = inFile === true ? readConfig("m.yaml", `${name}: "${file}"\n`) : NO_CONFIG;
      const env = { [variableOf(name)]: variable };
      const as = (value: string) => readSettings({ [name]: value });
      expect(settingsOf(saidBy({ [name]: call }, env), config)).toEqual(as(call));
      expect(settingsOf(saidBy({ [name]: "" }, env), config)).toEqual(as(variable));
      if (inFile === true)
        expect(settingsOf(saidBy({}, { [variableOf(name)]: " " }), config)).toEqual(as(file));
    },
  );

  it("are lists by lines", () => {
    const said = saidBy({}, { MUSLGATE_REGISTRY_MIRROR: "docker.io=a\ndocker.io=b\n" });
    expect(settingsOf(said).registryMirrors).toEqual({ "docker.io": ["a", "b"] });
  });

  it("are no other variables", () => {
    const env = { MUSLGATE_CORPUS: "x", MUSLGATE_DEBUG: "1", MUSLGATE_NOTHING: "x", FAIL_ON: "never" };
    expect(saidBy({}, env).written).toEqual({});
    expect(Object.values(environmentOptions(env)).every((value) => value === undefined)).toBe(true);
  });

  it("are named where they are wrong, as a file's line is", () => {
    const wrong = (make: () => unknown) => {
      try {
        make();
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(wrong(() => settingsOf(saidBy({}, { MUSLGATE_FAIL_ON: "high" })))).toBe(
      'MUSLGATE_FAIL_ON is "high"',
    );
    expect(wrong(() => settingsOf(saidBy({ "fail-on": "high" }, { MUSLGATE_FAIL_ON: "note" })))).toBe(
      'fail-on is "high"',
    );
    expect(
      wrong(() => settingsOf(saidBy({}, {}), readConfig("m.yaml", "verify: true\nfail-on: high\n"))),
    ).toBe('m.yaml:2:1: fail-on is "high"');
  });
});

describe("rows of the table of options", () => {
  it.each(ROWS)(
    "%s is not for a file where it reaches outside",
    (_, { reaches, inFile, action, command, secret }) => {
      if (reaches || secret) expect(inFile).toMatch(/^[A-Z].*\.$/);
      expect(action || command !== "none").toBe(true);
    },
  );

  it("of what no input sets cannot weaken a check on GitHub, and all others can", () => {
    const harmless = ROWS.filter(([, { weakens }]) => !weakens).map(([name]) => name);
    expect(harmless).toEqual(
      ROWS.filter(([, { action, reaches }]) => !action && !reaches).map(([name]) => name),
    );
  });
});
