import fc from "../support/property.ts";
import { describe, expect, it } from "vitest";
import { readCorefileInput } from "../../src/cluster/corefiles/find.ts";
import { clusterProfile } from "../../src/cluster/profile.ts";
import { MuslgateError } from "../../src/model/error.ts";

function external(text: string) {
  const profile = clusterProfile({
    nodeLocalDns: "auto",
    autopilot: false,
    corefiles: [{ file: "f", text }],
  });
  const { kind, at } = profile.answers.external;
  return [kind, at && text.split("\n")[at.line - 1]?.slice(at.column - 1)];
}

const SERVERS = `servers:
  - zones:
      - zone: .
        scheme: dns://
        use_tcp: true
    port: 53
    plugins:
      - name: errors
      - name: template
        parameters: ANY AAAA
        configBlock: |-
          rcode NXDOMAIN
      - name: kubernetes
        parameters: cluster.local in-addr.arpa ip6.arpa
        configBlock: |-
          fallthrough in-addr.arpa ip6.arpa
      - name: forward
        parameters: . /etc/resolv.conf
`;

const indent = (text: string, by: string) => text.replace(/^(?=.)/gm, by);

describe("where Corefiles stand", () => {
  it("reads the CoreDNS chart's values and points into them", () => {
    expect(external(SERVERS)).toEqual(["NXDOMAIN", "template"]);
    expect(external(SERVERS.replace("NXDOMAIN", "NOERROR"))).toEqual(["NODATA", "template"]);
    const [found] = readCorefileInput("f", SERVERS).corefiles;
    expect(found?.source.text.split("\n").slice(0, 5)).toEqual([
      "dns://.:53 {",
      "    errors",
      "    template ANY AAAA {",
      "rcode NXDOMAIN",
      "    }",
    ]);
  });

  it("reads a HelmRelease, and an Argo CD Application with its values as a string", () => {
    expect(external(`kind: HelmRelease\nspec:\n  values:\n${indent(SERVERS, "    ")}`)).toEqual([
      "NXDOMAIN",
      "template",
    ]);
    const argo = `kind: Application\nspec:\n  source:\n    helm:\n      values: |\n${indent(SERVERS, "        ")}`;
    expect(external(argo)).toEqual(["NXDOMAIN", "template"]);
    const object = `kind: Application\nspec:\n  source:\n    helm:\n      valuesObject:\n${indent(SERVERS, "        ")}`;
    expect(external(object)).toEqual(["NXDOMAIN", "template"]);
  });

  it("reads kustomize's generator, and says which file it needs", () => {
    const literal =
      "configMapGenerator:\n  - name: coredns\n    literals:\n      - |\n        Corefile=. {\n          template ANY AAAA {\n            rcode NXDOMAIN\n          }\n        }\n";
    expect(external(literal)).toEqual(["NXDOMAIN", "template ANY AAAA {"]);
    const files = "configMapGenerator:\n  - name: coredns\n    files:\n      - Corefile=dns/Corefile.prod\n";
    expect(() => external(files)).toThrow(
      "the Corefile of coredns stands in dns/Corefile.prod, which was not read",
    );
  });

  it("adds node-cache's server blocks for stub domains, which escape the template", () => {
    const text = `kind: ConfigMap
metadata:
  name: node-local-dns
data:
  Corefile: |
    .:53 {
      bind 169.254.20.10
      template ANY AAAA {
        rcode NXDOMAIN
      }
      forward . __PILLAR__UPSTREAM__SERVERS__
    }
---
kind: ConfigMap
metadata:
  name: kube-dns
data:
  stubDomains: |
    {"corp.test": ["192.0.2.53"]}
  upstreamNameservers: |
    ["192.0.2.1", "192.0.2.2"]
`;
    const profile = clusterProfile({
      nodeLocalDns: "auto",
      autopilot: false,
      corefiles: [{ file: "f", text }],
    });
    expect(profile.zones.map(({ zone, answer }) => [zone, answer.kind, answer.at?.line])).toEqual([
      [".", "NXDOMAIN", 8],
      ["corp.test.", "passed-on", 19],
    ]);
    const plain = text.replace(/ {6}template[^}]*}\n/, "");
    const handed = clusterProfile({
      nodeLocalDns: "auto",
      autopilot: false,
      corefiles: [{ file: "f", text: plain }],
    });
    expect(handed.answers.external.detail).toBe("192.0.2.1 192.0.2.2");
  });

  it("does not let a stub domain bring words of its own", () => {
    const text = `kind: ConfigMap\nmetadata:\n  name: node-local-dns\ndata:\n  Corefile: |\n    . {\n      forward . __PILLAR__UPSTREAM__SERVERS__\n    }\n---\nkind: ConfigMap\nmetadata:\n  name: kube-dns\ndata:\n  stubDomains: '{"x {\\n whoami\\n}\\ny": ["192.0.2.1"]}'\n`;
    const profile = clusterProfile({
      nodeLocalDns: "auto",
      autopilot: false,
      corefiles: [{ file: "f", text }],
    });
    expect(profile.zones.map(({ zone }) => zone)).toEqual(["."]);
  });

  it("gives a profile or one clear error for any text", () => {
    const piece = fc.constantFrom(
      "kind: ConfigMap\n",
      "data:\n",
      "  Corefile: |\n",
      "    . {\n",
      "    }\n",
      "Corefile: ",
      '"',
      "'",
      ">-\n",
      "{",
      "}",
      "servers:\n",
      "- plugins:\n",
      "  - name: x\n",
      "Data\n====\n",
      "Corefile:\n----\n",
      "{{ x }}\n",
      "---\n",
      "\t",
      "\\u0041",
      "&a ",
      "*a\n",
      "[",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece, { maxLength: 25 }).map((parts) => parts.join("")),
          fc.string(),
        ),
        (text) => {
          try {
            clusterProfile({ nodeLocalDns: "auto", autopilot: false, corefiles: [{ file: "f", text }] });
          } catch (error) {
            expect(error).toBeInstanceOf(MuslgateError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("says that a file is not YAML where that is why there is no Corefile", () => {
    expect(() => readCorefileInput("dns.tf", `locals {\n  corefile = "x"\n}\n`)).toThrow("is Terraform's");
    expect(() => readCorefileInput("c.yaml", `kind: ConfigMap\n${"} ".repeat(5_000)}`)).toThrow(
      "c.yaml is not quite YAML: it has more than 1000 syntax errors",
    );
  });
});
