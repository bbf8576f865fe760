import { describe, expect, it } from "vitest";
import { answer } from "../../src/corefile/answer.ts";
import { effectiveCorefile } from "../../src/corefile/effective.ts";
import { parseCorefile } from "../../src/corefile/parser.ts";
import type { QueryType } from "../../src/model/dns.ts";
import { parseCoreDns } from "../../src/version/coredns.ts";

function ask(corefile: string, name = "example.com", type: QueryType = "AAAA", version?: string) {
  const { corefile: tree, diagnostics } = parseCorefile(corefile);
  const release = version === undefined ? undefined : parseCoreDns(version);
  return answer(effectiveCorefile(tree, diagnostics), name, type, release);
}

const block = (...lines: string[]) => `.:53 {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;
const FORWARD = "forward . 192.0.2.1";
const DENY = "template ANY AAAA {\n rcode NXDOMAIN\n}";

describe("answers", () => {
  it("asks plugins in CoreDNS's order, not the file's, and points at the stanza", () => {
    expect(ask(block(FORWARD, DENY))).toEqual({
      kind: "NXDOMAIN",
      because: "template ANY AAAA answers AAAA with NXDOMAIN",
      at: { file: "Corefile", line: 3, column: 3, endLine: 5, endColumn: 2 },
    });
    expect(ask(block(FORWARD, DENY), "example.com", "A").kind).toBe("passed-on");
  });

  it("lets the longest zone decide, wherever it stands", () => {
    const text = `${block(DENY, FORWARD)}a.test {\n forward . 192.0.2.2\n}\nb.a.test {\n whoami\n}\n`;
    expect(ask(text, "x.test").kind).toBe("NXDOMAIN");
    expect(ask(text, "y.a.test").detail).toBe("192.0.2.2");
    expect(ask(text, "y.b.a.test").kind).toBe("NODATA");
    expect(ask(text, "xa.test").kind).toBe("NXDOMAIN");
  });

  it("refuses names without a zone, and zones without a plugin", () => {
    expect(ask("a.test {\n whoami\n}").kind).toBe("REFUSED");
    expect(ask(". {\n bind 192.0.2.1\n}").kind).toBe("REFUSED");
    expect(ask(". {\n errors\n}").kind).toBe("SERVFAIL");
  });

  it.each<[string, string]>([
    ["template ANY AAAA {\n rcode NXDOMAIN\n}", "NXDOMAIN"],
    ["template ANY AAAA { rcode NXDOMAIN }", "NXDOMAIN"],
    ["template IN AAAA .", "NODATA"],
    ["template ANY AAAA {\n rcode NOERROR\n}", "NODATA"],
    ["template ANY AAAA {\n rcode SERVFAIL\n}", "SERVFAIL"],
    ["template ANY AAAA {\n rcode REFUSED\n}", "REFUSED"],
    ["template ANY AAAA {\n rcode NOTIMP\n}", "NOTIMP"],
    ["template ANY AAAA {\n rcode YXDOMAIN\n}", "other-rcode"],
    ["template CH AAAA {\n rcode NXDOMAIN\n}", "passed-on"],
    ["template ANY A {\n rcode NXDOMAIN\n}", "passed-on"],
    ["template ANY ANY {\n rcode NXDOMAIN\n}", "NXDOMAIN"],
    ["template ANY AAAA other.test {\n rcode NXDOMAIN\n}", "passed-on"],
    ["template ANY AAAA {\n match \\.test\\.$\n rcode NXDOMAIN\n fallthrough\n}", "passed-on"],
    ["template ANY AAAA {\n match com$\n rcode NXDOMAIN\n fallthrough\n}", "passed-on"],
    ["template ANY AAAA {\n match com\\.$\n rcode NXDOMAIN\n fallthrough\n}", "NXDOMAIN"],
    ["template ANY AAAA {\n match EXAMPLE\n rcode NXDOMAIN\n fallthrough\n}", "passed-on"],
    ["template ANY AAAA {\n match zzz\n rcode NXDOMAIN\n fallthrough other.test\n}", "SERVFAIL"],
    ["template ANY AAAA com {\n rcode NOERROR\n}\ntemplate ANY AAAA {\n rcode NXDOMAIN\n}", "NODATA"],
    [
      "template ANY AAAA com {\n match zzz\n fallthrough\n}\ntemplate ANY AAAA {\n rcode NXDOMAIN\n}",
      "NXDOMAIN",
    ],
    ['template ANY AAAA {\n answer "{{ .Name }} 60 IN AAAA ::1"\n}', "address"],
    ['template ANY AAAA {\n answer "{{ .Name }} 60 IN AAAA nonsense"\n}', "SERVFAIL"],
    ['template ANY AAAA {\n answer "{{ .Name }} 60 IN A 192.0.2.1"\n}', "NODATA"],
    ["template ANY AAAA {\n match \\pL\n rcode NXDOMAIN\n}", "unknown"],
    ["rewrite type AAAA A\ntemplate ANY AAAA {\n rcode NXDOMAIN\n}", "passed-on"],
    [
      "rewrite name exact example.com other.test\ntemplate ANY AAAA other.test {\n rcode NXDOMAIN\n}",
      "NXDOMAIN",
    ],
    ["rewrite rcode exact example.com NXDOMAIN NOERROR\ntemplate ANY AAAA {\n rcode NXDOMAIN\n}", "NXDOMAIN"],
    [
      'rewrite rcode exact example.com NXDOMAIN NOERROR\ntemplate ANY AAAA {\n rcode NXDOMAIN\n authority ". 60 IN SOA a. b. 1 2 3 4 5"\n}',
      "NODATA",
    ],
    ["acl {\n block type AAAA\n}", "REFUSED"],
    ["acl {\n filter type AAAA\n}", "NODATA"],
    ["acl {\n drop type AAAA\n}", "no-reply"],
    ["acl {\n block type AAAA net 192.0.2.0/24\n}", "unknown"],
    ["acl {\n allow type AAAA\n block\n}", "passed-on"],
    ["hosts {\n 192.0.2.1 example.com\n}", "NODATA"],
    ["hosts {\n 2001:db8::1 example.com\n}", "address"],
    ["hosts {\n 192.0.2.1 other.test\n fallthrough\n}", "passed-on"],
    ["hosts {\n 192.0.2.1 other.test\n}", "SERVFAIL"],
    ["kubernetes com", "NODATA"],
    ["file db.com com", "passed-on"],
    ["dns64 {\n allow_ipv4\n}\ntemplate ANY AAAA {\n rcode NXDOMAIN\n}", "address"],
    ["tsig {\n require all\n}", "REFUSED"],
    ["import other.conf", "unknown"],
    ["unheard_of_plugin", "unknown"],
    ["template ANY AAAA {\n rcode {$CODE}\n}", "unknown"],
  ])("%s: %s", (directives, kind) => {
    expect(ask(block(...directives.split("\n"), FORWARD), "example.com", "AAAA", "1.13.1").kind).toBe(kind);
  });

  it("knows where a pattern that misses changed between releases", () => {
    const text = block("template ANY AAAA {", " match zzz", " rcode NXDOMAIN", "}", FORWARD);
    expect(ask(text, "example.org", "AAAA", "1.7.0").kind).toBe("no-reply");
    expect(ask(text, "example.org", "AAAA", "1.9.3").kind).toBe("SERVFAIL");
    const both = ask(text, "example.org");
    expect(both.kind).toBe("no-reply");
    expect(both.because).toContain("no-reply with CoreDNS 1.7.0 to 1.8.7, SERVFAIL with CoreDNS 1.9.3 to");
  });

  it.each([
    "template in AAAA {\n rcode NXDOMAIN\n}",
    "template ANY aaaa {\n rcode NXDOMAIN\n}",
    "template ANY TYPE28 {\n rcode NXDOMAIN\n}",
    "template ANY AAAA {\n rcode nxdomain\n}",
    "template ANY AAAA {\n match (\n}",
    "template ANY AAAA\n{\n rcode NXDOMAIN\n}",
    "template ANY AAAA { match x }\ntemplate ANY A {\n}",
    "rewrite type AAAA B",
    "forward . dns.google",
  ])("does not call a Corefile clean that keeps CoreDNS from starting: %s", (directives) => {
    const given = ask(block(...directives.split("\n")));
    expect([given.kind, given.because.startsWith("CoreDNS does not start")]).toEqual(["unknown", true]);
    expect(given.at?.line).toBeGreaterThan(1);
  });

  it.each([":53 {\n whoami\n}", ". {\n whoami\n}\n.:53 {\n whoami\n}", "a..b {\n whoami\n}"])(
    "refuses the keys of %j",
    (text) => {
      const { corefile, diagnostics } = parseCorefile(text);
      const effective = effectiveCorefile(corefile, diagnostics);
      expect(effective.diagnostics.map(({ code }) => code)).toEqual(["corefile-refused"]);
    },
  );

  it.each(["CLUSTER_DOMAIN", "__DNS__ZONE__:53", "<domain>", "%DOMAIN%:53", "@ZONE@"])(
    "takes the zone %s for a placeholder, and any name for one that may belong to it",
    (zone) => {
      const text = `${zone} {\n  template IN AAAA {\n    rcode NXDOMAIN\n  }\n}\n. {\n  forward . 192.0.2.9\n}\n`;
      const { corefile, diagnostics } = parseCorefile(text);
      const effective = effectiveCorefile(corefile, diagnostics);
      expect(effective.diagnostics.map(({ code }) => code)).toEqual(["zone-placeholder"]);
      expect(answer(effective, "example.com.", "AAAA").kind).toBe("unknown");
    },
  );

  it("says of a zone that is yet to be put in nothing about its capitals", () => {
    const { corefile, diagnostics } = parseCorefile(`$\{DOMAIN} {\n  forward . 192.0.2.9\n}\n`);
    const codes = effectiveCorefile(corefile, diagnostics).diagnostics.map(({ code }) => code);
    expect(codes).toEqual(["zone-placeholder"]);
  });

  it("puts the cluster's domain in for its placeholder", () => {
    const text = `__PILLAR__DNS__DOMAIN__:53 {\n ${DENY}\n}\n.:53 {\n ${FORWARD}\n}`;
    expect(ask(text, "kubernetes.default.svc.cluster.local").kind).toBe("NXDOMAIN");
    expect(ask(text, "example.com").kind).toBe("passed-on");
  });

  it("judges what does not hang on a placeholder, and does not guess what does", () => {
    expect(ask(".:53 {\n forward . {{ .Values.upstream }}\n}").kind).toBe("passed-on");
    expect(ask(`.:53 {\n forward . $\{UPSTREAM:=192.0.2.1}\n}`).kind).toBe("passed-on");
    expect(ask(`.:53 {\n template IN AAAA {\n  rcode $\{RCODE}\n }\n forward . 192.0.2.1\n}`).kind).toBe(
      "unknown",
    );
    expect(ask(`{{ .Values.zone }}:53 {\n ${FORWARD}\n}\n.:53 {\n ${DENY}\n}`).kind).toBe("NXDOMAIN");
    expect(ask(".:53 {\n {{- if .Values.deny }}\n forward . 192.0.2.1\n {{- end }}\n}").kind).toBe("unknown");
  });

  it("does not decide between addresses and views", () => {
    const bound = `. {\n bind 192.0.2.1\n ${DENY}\n}\n. {\n bind 192.0.2.2\n ${FORWARD}\n}`;
    expect(ask(bound).kind).toBe("unknown");
    const views = `. {\n view v {\n  expr true\n }\n ${DENY}\n}\n. {\n ${FORWARD}\n}`;
    expect(ask(views, "example.com", "AAAA", "1.13.1").kind).toBe("unknown");
  });

  it("ends look-ups that go round in circles", () => {
    const loop = 'template ANY ANY {\n answer "{{ .Name }} 60 IN CNAME b.test."\n}';
    expect(ask(block(...loop.split("\n"))).kind).toBe("NODATA");
  });
});
