import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { answer, startProblems } from "../../src/corefile/answer.ts";
import { effectiveCorefile } from "../../src/corefile/effective.ts";
import { parseCorefile } from "../../src/corefile/parser.ts";
import { PROVIDER_IDS, type ProviderId } from "../../src/knowledge/provider-ids.ts";
import { PROVIDERS } from "../../src/knowledge/providers.ts";
import { baseCorefile } from "../../src/providers/base-corefile.ts";
import { parseCoreDns } from "../../src/version/coredns.ts";
import { agrees, letter } from "./letters.ts";

const RELEASE = "1.15.0";
const RECORDED = join(import.meta.dirname, `providers-${RELEASE}.json`);
/** With both, the file is written anew by the program that record.mjs builds. */
const { MUSLGATE_RECORDER: recorder, MUSLGATE_SAMPLE: write } = process.env;

/** Parts of coredns-custom, and what they are twins of. */
const PARTS: Readonly<Record<string, { readonly override?: string; readonly server?: string }>> = {
  nothing: {},
  "every name denied": { override: "template ANY AAAA {\n    rcode NXDOMAIN\n}\n" },
  "every name answered with nothing": { override: "template ANY AAAA {\n    rcode NOERROR\n}\n" },
  "some names denied": {
    override: 'template IN AAAA {\n    match "^www[.]"\n    rcode NXDOMAIN\n    fallthrough\n}\n',
  },
  "one zone denied beside it": {
    server:
      "shop.example:PORT {\n    template IN AAAA {\n        rcode NXDOMAIN\n    }\n    forward . UPSTREAM\n}\n",
  },
  "one zone handed on beside it": { server: "shop.example:PORT {\n    forward . UPSTREAM\n}\n" },
  "a second hosts": { override: "hosts {\n    192.0.2.1 a.example\n    fallthrough\n}\n" },
  "a second cache": { override: "cache 60\n" },
};

const NAMES = ["www.example.com", "example.com", "www.shop.example", "a.example", "up.example"];

/** What the recorder is built without, and what needs a cluster, or a file of a node's. */
const LEFT_OUT =
  /^ *(?:health|ready|prometheus|loop)\n|^ *kubernetes [^{]*\{\n[^}]*\}\n|^ *(?=hosts).*NodeHosts/gm;

/** A provider's Corefile with the parts where it imports them. */
function corefileOf(
  id: ProviderId,
  { override = "", server = "" }: { override?: string; server?: string },
): string {
  const { port } = PROVIDERS[id].base!;
  return baseCorefile(id, {})
    .replace(LEFT_OUT, (found) => (found.includes("NodeHosts") ? "    hosts /dev/null" : ""))
    .replace("/etc/resolv.conf", "UPSTREAM")
    .replace(/^ *import .*override\n/m, override)
    .replace(/^import .*server\n/m, server.replace("PORT", String(port)))
    .replaceAll(`:${port} `, ":53 ");
}

const CASES = PROVIDER_IDS.filter((id) => PROVIDERS[id].base !== undefined).flatMap((id) =>
  Object.entries(PARTS).map(([part, texts]) => [`${id}, ${part}`, corefileOf(id, texts)] as const),
);

function recorded(): Readonly<Record<string, string>> {
  if (recorder !== undefined && write !== undefined) {
    const input = CASES.map(([name, text]) => `=== ${name}\n${text}`).join("");
    const output = execFileSync(recorder, {
      input: `names ${NAMES.join(" ")}\n${input}`,
      stdio: ["pipe", "pipe", "ignore"],
      maxBuffer: 2 ** 26,
    }).toString();
    const { answers } = JSON.parse(output.slice(output.indexOf('{\n "coreDns"'))) as { answers: object };
    writeFileSync(RECORDED, `${JSON.stringify(answers, undefined, 2)}\n`);
  }
  return JSON.parse(readFileSync(RECORDED, "utf8")) as Readonly<Record<string, string>>;
}

const answers = recorded();
const version = parseCoreDns(RELEASE);

it.each(CASES)(`CoreDNS ${RELEASE} answers as computed: %s`, (name, text) => {
  const { corefile, diagnostics } = parseCorefile(text.replaceAll("UPSTREAM", "192.0.2.9"));
  const effective = effectiveCorefile(corefile, diagnostics);
  const started = effective.problem === undefined && startProblems(effective, [version!]).length === 0;
  const real = answers[name]!.split(" ");
  const wrong = NAMES.flatMap((asked, i) =>
    (["A", "AAAA"] as const).flatMap((type, j) => {
      const ours = letter(answer(effective, asked, type, version), started);
      const given = real[0] === "X" ? "X" : real[2 * i + j]!;
      return ours !== "?" && agrees(ours, given) ? [] : [`${asked} ${type}: ${ours}, really ${given}`];
    }),
  );
  expect(wrong).toEqual([]);
});

it("a part decides in every provider's Corefile, and its twin is clean", () => {
  for (const id of PROVIDER_IDS.filter((one) => PROVIDERS[one].base !== undefined)) {
    const aaaa = (part: string) => answers[`${id}, ${part}`]!.split(" ").filter((_, i) => i % 2 === 1);
    expect(aaaa("every name denied"), id).toEqual(NAMES.map(() => "N"));
    expect(aaaa("every name answered with nothing"), id).toEqual(NAMES.map(() => "0"));
  }
});
