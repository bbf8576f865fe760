import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { answer } from "../../src/corefile/answer.ts";
import { effectiveCorefile } from "../../src/corefile/effective.ts";
import { parseCorefile } from "../../src/corefile/parser.ts";
import { parseCoreDns } from "../../src/version/coredns.ts";
import { agrees, letter } from "./letters.ts";

const here = dirname(fileURLToPath(import.meta.url));

interface Table {
  readonly coreDns: string;
  readonly names: readonly string[];
  readonly answers: Readonly<Record<string, string>>;
}

const tables = readdirSync(here)
  .filter((name) => /^answers-.*\.json$/.test(name))
  .map((name) => JSON.parse(readFileSync(join(here, name), "utf8")) as Table);

const cases = readFileSync(join(here, "cases.txt"), "utf8")
  .split(/^=== /m)
  .slice(1)
  .map((text) => {
    const end = text.indexOf("\n");
    // The recorder's own server, as the model sees it: an address.
    return [text.slice(0, end), text.slice(end + 1).replaceAll("UPSTREAM", "192.0.2.9")] as const;
  });

/** Cases whose answer depends on what no Corefile says; all others have to be known. */
const UNKNOWABLE: ReadonlyMap<string, string> = new Map([
  ["acl for a net", "the client's address"],
  ["view that is always true", "an expression over the client and the clock"],
  ["erratic without drops", "chance"],
  ["import of a file that is not there", "the file"],
  ["unheard-of directive", "which build it is"],
  ["snippet used before", "the file of that name"],
  ["dns64 over nothing", "whether the upstream denies the record or the name"],
  ["hosts falls through for a zone", "the hosts file named"],
  ["template with an expression", "an expression, which is not worked out"],
  ["template with a variable", "an expression, which is not worked out"],
]);

/** What is known to differ, and is left so because nothing in use depends on it. */
const KNOWN_DIFFERENCES: ReadonlyMap<string, string> = new Map([
  ["1.7.0 key with leading dot", "its DNS library took such a key, which no name can match"],
]);

describe.each(tables)("CoreDNS $coreDns", ({ coreDns, names, answers }) => {
  const version = parseCoreDns(coreDns);

  it("was asked about every Corefile", () => {
    expect(Object.keys(answers).toSorted()).toEqual(cases.map(([name]) => name).toSorted());
    expect(cases.length).toBeGreaterThanOrEqual(150);
  });

  it.each(cases)("answers as computed: %s", (name, text) => {
    const recorded = answers[name]!.split(" ");
    const { corefile, diagnostics } = parseCorefile(text);
    const effective = effectiveCorefile(corefile, diagnostics);
    const ours = names.flatMap((asked) =>
      (["A", "AAAA"] as const).map((type) => {
        const given = answer(effective, asked, type, version);
        return letter(given, !given.because.startsWith("CoreDNS does not start"));
      }),
    );
    if (KNOWN_DIFFERENCES.has(`${coreDns} ${name}`)) return;
    if (UNKNOWABLE.has(name) && ours.some((mine) => mine === "?" || mine === "+")) {
      // What is claimed all the same has to be right, or be left to data outside.
      const wrong = ours.filter((mine, i) => !["?", "+"].includes(mine) && !agrees(mine, recorded[i]!));
      expect(wrong).toEqual([]);
      return;
    }
    if (recorded[0] === "X") {
      expect([...new Set(ours)]).toEqual(["X"]);
      return;
    }
    const told = ours.map((mine, i) => (agrees(mine, recorded[i]!) ? recorded[i] : mine));
    expect(told).toEqual(recorded);
  });
});
