/** What another tool puts in, or decrypts: the part it stands in is unknown, the rest is judged, and the tool is named. */
import { describe, expect, it } from "vitest";
import { foundClusters } from "../../src/cluster/found.ts";
import { readSettings } from "../../src/settings/settings.ts";
import { found as discovered } from "../discover/tree.ts";

async function judged(file: string, text: string) {
  const { clusterFiles, unread } = await discovered({ [file]: text });
  const { profiles, diagnostics } = await foundClusters(clusterFiles, readSettings({}), unread);
  const all = [...diagnostics, ...profiles.flatMap((one) => one.diagnostics)];
  return {
    answers: profiles.map(({ answers }) => `${answers.internal.kind} ${answers.external.kind}`),
    told: all.map(({ code, at }) => `${code} ${at?.line}`),
    hints: all.map(({ hint }) => hint).join("\n"),
  };
}

const release = (zone: string, rcode: string) => `kind: HelmRelease
metadata: {name: coredns}
spec:
  values:
    servers:
      - zones: [{zone: "${zone}", scheme: dns://}]
        port: 53
        plugins:
          - {name: forward, parameters: ". $\{LAN_DNS:=192.0.2.1}"}
      - zones: [{zone: ., scheme: dns://}]
        port: 53
        plugins:
          - {name: template, parameters: IN AAAA, configBlock: rcode ${rcode}}
          - {name: kubernetes, parameters: cluster.local in-addr.arpa ip6.arpa}
          - {name: forward, parameters: . /etc/resolv.conf}
`;

describe("placeholders", () => {
  it.each([`$\{SECRET_DOMAIN}`, `$\{SECRET_DOMAIN:=home.arpa}`, `$\{A}.$\{B}`])(
    "of Flux in the zone %s leave the others judged",
    async (zone) => {
      const { answers, told, hints } = await judged("dns.yaml", release(zone, "NXDOMAIN"));
      expect(answers).toEqual(["unknown NXDOMAIN"]);
      expect(told).toEqual(["zone-placeholder 6"]);
      expect(hints).toContain("Flux");
      expect((await judged("dns.yaml", release(zone, "NOERROR"))).answers).toEqual(["NODATA NODATA"]);
    },
  );

  it("of Flux in a zone leave unknown which its names are, and nothing else", async () => {
    const denied = "    template ANY AAAA {\n        rcode NXDOMAIN\n    }\n";
    const text = `.:53 {\n    forward . 10.0.0.1\n}\n$\{CORP_ZONE}:53 {\n${denied}    forward . 10.0.0.2\n}\n`;
    const { clusterFiles, unread } = await discovered({ Corefile: text });
    const [profile] = (await foundClusters(clusterFiles, readSettings({}), unread)).profiles;
    expect(profile?.answers.external.kind).toBe("passed-on");
    expect(profile?.parts?.map(({ sets, aaaa }) => [sets.map(({ says }) => says), aaaa.kind])).toEqual([
      [[`names under $\{CORP_ZONE}`], "NXDOMAIN"],
    ]);
    const fine = await discovered({ Corefile: text.replace(denied, "") });
    const [other] = (await foundClusters(fine.clusterFiles, readSettings({}), fine.unread)).profiles;
    expect(other?.parts?.map(({ aaaa }) => aaaa.kind)).toEqual(["unknown"]);
  });

  it("of Helm stand for one word", async () => {
    const text =
      "{{ .Values.zone }}:53 {\n    forward . {{ .Values.dns | quote }}\n}\n.:53 {\n    template ANY AAAA {\n        rcode NXDOMAIN\n    }\n}\n";
    const { answers, told, hints } = await judged("Corefile", text);
    expect([answers, told]).toEqual([["unknown NXDOMAIN"], ["zone-placeholder 1"]]);
    expect(hints).toContain("helm template");
  });

  it("of Helm in a template's ConfigMap are told from what they stand beside", async () => {
    const chart = (inside: string) =>
      `{{- if .Values.dns }}\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ include "x.name" . }}\ndata:\n  Corefile: |\n    .:53 {\n${inside}        forward . {{ .Values.upstream }}\n    }\n{{- end }}\n`;
    const stanza = "        template ANY AAAA {\n            rcode NXDOMAIN\n        }\n";
    expect(await judged("chart/templates/dns.yaml", chart(stanza))).toMatchObject({
      answers: ["NXDOMAIN NXDOMAIN"],
      told: [],
    });
    expect((await judged("chart/templates/dns.yaml", chart(""))).answers).toEqual(["passed-on passed-on"]);
    const chosen = await judged(
      "chart/templates/dns.yaml",
      chart(`{{- if .Values.deny }}\n${stanza}{{- end }}\n`),
    );
    expect([chosen.answers, chosen.told]).toEqual([["unknown unknown"], ["corefile-unrendered 9"]]);
    const values =
      "kind: ConfigMap\nmetadata: {name: coredns}\ndata:\n  Corefile: {{ .Values.corefile | quote }}\n";
    expect((await judged("chart/templates/dns.yaml", values)).answers).toEqual([]);
  });

  it("in a directive that decides leave it unknown, in any other they do not matter", async () => {
    const text = (rcode: string) =>
      `.:53 {\n    cache $\{TTL}\n    template ANY AAAA {\n        rcode ${rcode}\n    }\n    forward . $UPSTREAM\n}\n`;
    const open = await judged("Corefile", text(`$\{RCODE}`));
    expect([open.answers, open.told]).toEqual([["unknown unknown"], ["corefile-unrendered 4"]]);
    expect((await judged("Corefile", text("NXDOMAIN"))).answers).toEqual(["NXDOMAIN NXDOMAIN"]);
    expect(await judged("Corefile", text("NOERROR"))).toMatchObject({ answers: ["NODATA NODATA"], told: [] });
  });
});

describe("what is encrypted", () => {
  it.each([
    ["SOPS", "ENC[AES256_GCM,data:p673w==,iv:YY=,aad:UQ=,tag:A=,type:str]"],
    ["Ansible Vault", "|\n    $ANSIBLE_VAULT;1.1;AES256\n    62313365396662343061393464336163"],
    ["age", "|\n    -----BEGIN AGE ENCRYPTED FILE-----\n    YWdl"],
    ["Sealed Secrets", `Ag${"By3i4OJSWK".repeat(10)}`],
  ])("by %s is no Corefile that does not start", async (tool, value) => {
    const { answers, told } = await judged(
      "dns.yaml",
      `kind: ConfigMap\nmetadata: {name: coredns}\ndata:\n  Corefile: ${value}\n`,
    );
    expect([answers, told.map((one) => one.split(" ")[0])]).toEqual([[], ["corefile-encrypted"]]);
    expect(tool).not.toBe("");
  });
});

describe("words of other tools", () => {
  const answersOf = async (corefile: string) => {
    const text = `kind: ConfigMap\nmetadata: {name: coredns}\ndata:\n  Corefile: |\n${corefile.replace(/^(?=.)/gm, "    ")}`;
    const { clusterFiles, unread } = await discovered({ "dns.yaml": text });
    const { profiles, diagnostics } = await foundClusters(clusterFiles, readSettings({}), unread);
    const all = [...diagnostics, ...profiles.flatMap((one) => one.diagnostics)];
    return {
      kinds: profiles.map(({ answers }) => answers.external.kind),
      parts: profiles.flatMap(({ parts = [] }) => parts.map(({ aaaa }) => aaaa.kind)),
      faults: profiles.flatMap(({ faults }) => faults.map(({ kind }) => kind)),
      gaps: all.filter(({ weight }) => weight === "gap").map(({ code }) => code),
    };
  };
  const WORDS = [
    "$(DNS_IP)",
    "@@DNS_IP@@",
    "%DNS_IP%",
    "%%DNS_IP%%",
    "<DNS_IP>",
    "__DNS_IP__",
    "DNS_SERVER_IP",
    "[[ dns.ip ]]",
    "$[[ inputs.ip ]]",
    "<%= dns_ip %>",
    "(@= data.values.ip @)",
    "#{ dns_ip }#",
    `\${dns.ip}`,
  ];

  it.each(WORDS)("%s in a directive is no fault, in a zone leaves that zone open", async (word) => {
    const forward = await answersOf(`.:53 {\n    forward . ${word}\n}\n`);
    expect(forward).toEqual({ kinds: ["passed-on"], parts: [], faults: [], gaps: [] });
    const zone = (body: string) =>
      `${word}:53 {\n    forward . 192.0.2.1\n}\n.:53 {\n${body}    forward . 192.0.2.1\n}\n`;
    const clean = await answersOf(zone(""));
    expect(clean).toEqual({
      kinds: ["passed-on"],
      parts: ["unknown"],
      faults: [],
      gaps: ["zone-placeholder"],
    });
    const denied = await answersOf(zone("    template ANY AAAA {\n        rcode NXDOMAIN\n    }\n"));
    expect(denied.kinds).toEqual(["NXDOMAIN"]);
  });

  it.each(["#{ dns_ip }#", "[[ dns.ip ]]", "<%= dns_ip %>"])("%s is shown as it is written", async (word) => {
    const text = `dns://${word}:53 {\n    forward . 192.0.2.1\n}\n.:53 {\n    template ${word} AAAA {\n        rcode NXDOMAIN\n    }\n    forward . 192.0.2.1\n}\n`;
    const { clusterFiles, unread } = await discovered({ Corefile: text });
    const { profiles } = await foundClusters(clusterFiles, readSettings({}), unread);
    const said = profiles.flatMap(({ parts = [], diagnostics }) => [
      ...parts.flatMap(({ sets }) => sets.map(({ says }) => says)),
      ...diagnostics.map(({ message }) => message),
    ]);
    expect(said).toEqual([
      `names under ${word}`,
      `The zone ${word} is a placeholder that another tool has yet to replace`,
      `What template does is not known: ${word} is yet to be put in`,
    ]);
  });

  it.each([
    "<path:secret/dns#corefile>",
    "ref+vault://dns#/corefile",
    "op://vault/dns/corefile",
    "$(COREFILE)",
  ])("%s is no Corefile", async (word) => {
    expect(await answersOf(`${word}\n`)).toEqual({
      kinds: [],
      parts: [],
      faults: [],
      gaps: ["corefile-unrendered"],
    });
  });

  it("a variable that Ansible Vault keeps is encrypted", async () => {
    const vault = "!vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  633064613\n";
    const { clusterFiles, unread } = await discovered({
      "group_vars/k8s.yml": `coredns_additional_configs: ${vault}`,
    });
    const { profiles, diagnostics } = await foundClusters(clusterFiles, readSettings({}), unread);
    expect([profiles.length, diagnostics.map(({ code }) => code)]).toEqual([0, ["corefile-encrypted"]]);
  });
});
