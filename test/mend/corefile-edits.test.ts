import { applyEdits } from "../../src/text/edit.ts";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "../support/property.ts";
import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import { readCorefileInput } from "../../src/cluster/corefiles/find.ts";
import { obeyedIn, unifiedDiff } from "../../src/text/diff.ts";
import { explain } from "../../src/explain/explain.ts";
import { findEdits } from "../../src/mend/corefile-edits.ts";
import { describeWith } from "../support/parts.ts";

const DENY = `cluster.local:53 {
    errors
    template ANY AAAA {
        rcode NXDOMAIN
    }
    forward . 10.0.0.10
}
.:53 {
    template IN AAAA {
        rcode NXDOMAIN # no IPv6 here
    }
    forward . 192.0.2.9
}
`;

const MATCH = `.:53 {
    template IN AAAA {
        match "^blocked[.]example[.]$"   # one name only
        rcode NXDOMAIN
    }
    forward . 192.0.2.9
}
`;

const edits = (file: string, text: string) => findEdits(file, text, readCorefileInput(file, text));
const fixed = (file: string, text: string) => applyEdits(text, edits(file, text));
const diff = (file: string, text: string) => unifiedDiff(file, text, edits(file, text));

function configMap(corefile: string): string {
  const lines = corefile.replace(/^(?=.)/gm, "      ");
  return `# ours\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: coredns}   # keep\ndata:\n  Corefile: |\n${lines}  other: "x"\n`;
}

/** What AAAA is answered in every zone. */
function kinds(file: string, text: string): string[] {
  const explanations = explain(readCorefileInput(file, text), { names: [], type: "AAAA" });
  return explanations.flatMap(({ zones }) => zones.map(({ answer }) => answer.kind));
}

describe("the smallest correction", () => {
  it("says that there is no such record instead of no such name", () => {
    expect(fixed("Corefile", DENY)).toBe(DENY.replaceAll("NXDOMAIN", "NOERROR"));
    expect(kinds("Corefile", DENY)).toEqual(["NXDOMAIN", "NXDOMAIN"]);
    expect(kinds("Corefile", fixed("Corefile", DENY))).toEqual(["NODATA", "NODATA"]);
  });

  it("lets the names through that match leaves out, behind the last line of the stanza", () => {
    const wanted = MATCH.replace("rcode NXDOMAIN\n", "rcode NOERROR\n        fallthrough\n");
    expect(fixed("Corefile", MATCH)).toBe(wanted);
    expect(kinds("Corefile", MATCH)).toEqual(["no-reply", "NXDOMAIN"]);
    expect(kinds("Corefile", wanted)).toEqual(["passed-on"]);
  });

  it("keeps a comment on its own line, and line ends as they are", () => {
    const text = `. {\r\n\ttemplate ANY ANY {\r\n\t\tmatch ^x # why\r\n\t}\r\n\tforward . 192.0.2.9\r\n}\r\n`;
    expect(fixed("Corefile", text)).toBe(text.replace("# why\r\n", "# why\r\n\t\tfallthrough\r\n"));
  });

  it.each([
    [
      "a pattern that matches everything",
      MATCH.replace(/match.*/, "match .*").replace("NXDOMAIN", "NOERROR"),
    ],
    ["nothing behind it", ". {\n    template IN AAAA {\n        match ^x\n    }\n}\n"],
    ["a fallthrough for some zones", MATCH.replace(/rcode.*/, "fallthrough example.")],
    [
      "a zone whose names are blocked",
      DENY.replace("ANY AAAA", "ANY ANY ads.test").replaceAll("AAAA", "TXT"),
    ],
    ["NOERROR already", DENY.replaceAll("NXDOMAIN", "NOERROR")],
    ["a Corefile that does not start", DENY.replaceAll("AAAA", "aaaa")],
  ])("leaves alone: %s", (_, text) => {
    expect(edits("Corefile", text)).toEqual([]);
  });

  it("corrects a snippet once, however often it is imported", () => {
    const text =
      "(deny) {\n    template ANY AAAA {\n        rcode NXDOMAIN\n    }\n}\na.example {\n    import deny\n}\n. {\n    import deny\n}\n";
    expect(fixed("Corefile", text)).toBe(text.replace("NXDOMAIN", "NOERROR"));
  });
});

describe("inside other files", () => {
  it.each([
    ["deny", DENY],
    ["match", MATCH],
  ])("a block scalar: %s", (_, corefile) => {
    const text = configMap(corefile);
    const result = fixed("coredns.yaml", text);
    expect(result).toBe(configMap(fixed("Corefile", corefile)));
  });

  it.each([
    ["deny", DENY],
    ["match", MATCH],
    ["tabs", MATCH.replaceAll("    ", "\t")],
  ])("a JSON string: %s", (_, corefile) => {
    const json = (data: string) => JSON.stringify({ kind: "ConfigMap", data: { Corefile: data } });
    expect(fixed("coredns.json", json(corefile))).toBe(json(fixed("Corefile", corefile)));
  });

  it("a block scalar with CRLF", () => {
    const text = configMap(MATCH).replaceAll("\n", "\r\n");
    const wanted = configMap(fixed("Corefile", MATCH)).replaceAll("\n", "\r\n");
    expect(fixed("coredns.yaml", text)).toBe(wanted);
  });

  it("mends what only shows once the first line is mended", () => {
    const denied = `. {
    forward . 192.0.2.9
    template ANY A {
        rcode REFUSED
    }
    template ANY AAAA {
        match "b c" d
    }
}
`;
    const mended = `. {
    forward . 192.0.2.9
    template ANY AAAA {
        match "b c" d
        fallthrough
    }
}
`;
    expect(fixed("Corefile", denied)).toBe(mended);
    expect(edits("Corefile", mended)).toEqual([]);
  });

  it("refuses a form that a line does not fit into", () => {
    const text = `kind: ConfigMap\ndata:\n  Corefile: '${MATCH.replaceAll("\n", "\n\n      ")}'\n`;
    expect(() => edits("coredns.yaml", text)).toThrow("cannot be corrected in place");
  });

  it("changes nothing but the Corefile in any file", () => {
    const word = fc.constantFrom("errors", "cache 30", "forward . 192.0.2.9", "rewrite name a. b.");
    const stanza = fc
      .tuple(
        fc.constantFrom("ANY", "IN", "CH"),
        fc.constantFrom("AAAA", "ANY", "A", "MX"),
        fc.constantFrom("", "match ^a[.]\n", 'match "b c" d\n', "match .\n"),
        fc.constantFrom(
          "",
          "rcode NXDOMAIN\n",
          "rcode SERVFAIL # x\n",
          'rcode "REFUSED"\n',
          "rcode NOERROR\n",
        ),
        fc.constantFrom("", "fallthrough\n", "# fallthrough\n"),
      )
      .map(([cls, type, ...rest]) => `template ${cls} ${type} {\n${rest.join("")}}`);
    const block = fc
      .tuple(
        fc.constantFrom(".", "a.example", "cluster.local"),
        fc.array(fc.oneof(word, stanza), { maxLength: 4 }),
      )
      .map(([zone, directives]) => `${zone} {\n${directives.join("\n")}\n}\n`);
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 3 }), (blocks) => {
        const corefile = blocks.join("");
        const plain = fixed("Corefile", corefile);
        const text = configMap(corefile);
        expect(fixed("c.yaml", text)).toBe(configMap(plain));
        expect((parse(fixed("c.yaml", text)) as { data: object }).data).toEqual({
          Corefile: plain,
          other: "x",
        });
        // Corrected once, there is nothing left to correct.
        expect(edits("Corefile", plain)).toEqual([]);
      }),
    );
  });
});

describe("the diff", () => {
  it.each([
    ["an escape", "\u001b]0;x\u0007", "U+001B"],
    ["a C1 control", "\u009b31m", "U+009B"],
    ["a mark that turns the text", "\u202e", "U+202E"],
    ["an isolate", "\u2066", "U+2066"],
    ["a carriage return inside a line", "a\rb", "U+000D"],
  ])("is told to hold %s", (_, comment, character) => {
    expect(obeyedIn(diff("Corefile", DENY.replace("# no IPv6 here", `# ${comment}`)))).toBe(character);
  });

  it("holds nothing of it with tabs and CRLF", () => {
    const text = DENY.replaceAll("    ", "\t").replaceAll("\n", "\r\n");
    expect(obeyedIn(diff("Corefile", text))).toBeUndefined();
  });

  it("shows each change with three lines around it", () => {
    expect(diff("conf/Corefile", DENY)).toBe(`--- a/conf/Corefile
+++ b/conf/Corefile
@@ -1,13 +1,13 @@
 cluster.local:53 {
     errors
     template ANY AAAA {
-        rcode NXDOMAIN
+        rcode NOERROR
     }
     forward . 10.0.0.10
 }
 .:53 {
     template IN AAAA {
-        rcode NXDOMAIN # no IPv6 here
+        rcode NOERROR # no IPv6 here
     }
     forward . 192.0.2.9
 }
`);
  });

  it("is empty without a change", () => {
    expect(diff("Corefile", DENY.replaceAll("NXDOMAIN", "NOERROR"))).toBe("");
  });
});

describeWith({ programs: ["patch", "git"] }, "patch and git apply", () => {
  const json = JSON.stringify({ kind: "ConfigMap", data: { Corefile: MATCH } });
  it.each([
    ["Corefile", DENY],
    ["Corefile", MATCH],
    ["Corefile", MATCH.replaceAll("\n", "\r\n")],
    ["coredns.yaml", configMap(DENY + MATCH.replace(".:53", "b.example"))],
    ["coredns.yaml", configMap(`${DENY}${"# far\n".repeat(9)}${MATCH.replace(".:53", "b.example")}`)],
    // Without a line break at its end.
    ["coredns.json", json],
    // Names that have to be quoted, or ended.
    ["my corefile", DENY],
    ['says "no".conf', DENY],
    ["caf\u00e9.conf", DENY],
    ["back\\slash", DENY],
  ])("make of %s what --write makes of it", (file, text) => {
    for (const [program, ...args] of [
      ["patch", "--binary", "-s", "-p1"],
      ["git", "apply", "--whitespace=nowarn"],
    ] as const) {
      const folder = mkdtempSync(join(tmpdir(), "muslgate-diff-"));
      try {
        writeFileSync(join(folder, file), text);
        const env = { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir() };
        execFileSync(program, args, { cwd: folder, env, input: diff(file, text) });
        expect(readFileSync(join(folder, file), "utf8")).toBe(fixed(file, text));
      } finally {
        rmSync(folder, { recursive: true });
      }
    }
  });
});
