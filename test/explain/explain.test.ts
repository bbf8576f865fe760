import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readCorefileInput } from "../../src/cluster/corefiles/find.ts";
import { explain, type ExplainOptions } from "../../src/explain/explain.ts";
import { renderExplanation } from "../../src/report/explain.ts";
import { parseCoreDns } from "../../src/version/coredns.ts";
import { CORPUS, describeWith } from "../support/parts.ts";

const of = (file: string, text: string, options: Partial<ExplainOptions> = {}) =>
  explain(readCorefileInput(file, text), { names: [], type: "AAAA", ...options });

describeWith({ corpus: true }, "the article's ConfigMaps", () => {
  it.each(["configmap.yaml", "describe.txt"])("zone by zone, from %s", (form) => {
    const zones = (version: string) => {
      const file = join(CORPUS, "corefile", `gke-${version}.${form}`);
      const [explanation] = of(file, readFileSync(file, "utf8"));
      return explanation!.zones.map(({ subject, answer, effects }) => [
        subject,
        answer.kind,
        effects?.tolerant,
        effects?.strict,
      ]);
    };
    expect(zones("1.22.6-gke.1000")).toEqual([
      ["cluster.local.", "NXDOMAIN", "resolves", "fails"],
      ["in-addr.arpa.", "passed-on", "resolves", "resolves"],
      ["ip6.arpa.", "passed-on", "resolves", "resolves"],
      [".", "NXDOMAIN", "resolves", "fails"],
    ]);
    expect(zones("1.21.6-gke.1500").map(([, kind]) => kind)).toEqual(Array(4).fill("passed-on"));
  });
});

describe("names", () => {
  const text = `. {
    template ANY AAAA internal.example {
        rcode SERVFAIL
    }
    template IN A {
        match ^old[.]
        fallthrough
    }
    forward . 192.0.2.9
}
`;

  it("asks for the type that is wanted, and says nothing of musl for A alone", () => {
    const names = ["db.internal.example", "old.example.com", "example.com"];
    const kinds = (type: "A" | "AAAA") =>
      of("Corefile", text, { names, type, version: parseCoreDns("1.14.7")! })[0]!.names.map(
        ({ answer, effects }) => [answer.kind, effects?.strict],
      );
    expect(kinds("AAAA")).toEqual([
      ["SERVFAIL", "fails-slowly"],
      ["passed-on", "resolves"],
      ["passed-on", "resolves"],
    ]);
    expect(kinds("A")).toEqual([
      ["passed-on", undefined],
      ["NODATA", undefined],
      ["passed-on", undefined],
    ]);
  });

  it("reads in plain words", () => {
    const explanations = of("Corefile", text, { names: ["db.internal.example"] });
    expect(renderExplanation(explanations, false)).toBe(`Corefile, cluster domain cluster.local

  .
    AAAA is answered by 192.0.2.9
    because forward . hands it to 192.0.2.9
    at Corefile:9:5
    every musl resolves, as long as that server answers properly

  names under internal.example
    AAAA is answered SERVFAIL
    because template ANY AAAA internal.example answers AAAA with SERVFAIL
    at Corefile:2:5
    musl 1.2.1 and newer fails every lookup here after its timeout; musl 1.2.0 and older resolves after it

  db.internal.example.
    AAAA is answered SERVFAIL
    because template ANY AAAA internal.example answers AAAA with SERVFAIL
    at Corefile:2:5
    musl 1.2.1 and newer fails every lookup here after its timeout; musl 1.2.0 and older resolves after it
`);
  });

  it("shows nothing of a file that a terminal would obey", () => {
    const explanations = of(
      "Core\u001b[31mfile",
      ". {\n    template ANY AAAA \u202ex {\n    rcode NXDOMAIN\n    }\n}\n",
    );
    expect(renderExplanation(explanations, false)).not.toMatch(/\p{Cf}|\p{Cc}(?<!\n)/u);
  });
});
