import { describe, expect, it } from "vitest";
import { fleetProgram } from "../../src/cli/fleet-commands.ts";
import { programFor } from "../../src/cli/command-line.ts";

let told = "";
const program = programFor({
  writeOut: (text) => {
    told += text;
  },
  scan: async () => {},
  ended: () => {},
});
program.configureOutput({ getOutHelpWidth: () => 100, getOutHasColors: () => false });
const below = (command: typeof program): (typeof program)[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== "help");
const fleet = fleetProgram({
  ended: () => {},
  output: program.configureOutput(),
});
const scanning = below(program).filter((command) => command.name() !== "fleet");
const commands = [program, ...scanning, fleet, ...below(fleet)];

/** What `--help` prints. */
function helpOf(command: (typeof commands)[number]): string {
  told = "";
  command.configureOutput(program.configureOutput()).outputHelp();
  return told;
}

describe("help", () => {
  it.each(commands.map((command) => [command.name(), command] as const))("of %s", async (name, command) => {
    const help = helpOf(command);
    await expect(help).toMatchFileSnapshot(`./golden/help-${name.replace("muslgate fleet", "fleet")}.txt`);
    expect(help).toMatch(/^Examples:\n {2}\$ .*muslgate/m);
    expect(help).toMatch(/^Exit codes:\n {2}0 {2}/m);
    // What the Action has by itself is no default of a flag.
    expect(help).not.toMatch(/in the Action/);
  });
  it("is there for every command and step, and not for what shells ask", () => {
    expect(commands.map((command) => command.name())).toEqual([
      "muslgate",
      "repo",
      "image",
      "cluster",
      "diff",
      "corefile",
      "probe",
      "lookup",
      "explain",
      "init",
      "completion",
      "muslgate fleet",
      "plan",
      "read",
      "merge",
    ]);
  });
  it("has each flag under a heading", () => {
    for (const name of ["repo", "image", "cluster", "corefile", "probe", "lookup", "plan", "read", "merge"]) {
      const command = commands.find((one) => one.name() === name);
      expect(command?.options.filter(({ helpGroupHeading }) => helpGroupHeading === undefined)).toEqual([]);
    }
  });
});
