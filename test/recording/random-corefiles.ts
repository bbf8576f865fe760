/** Corefiles made up at random, and the names that each tells apart. Must make the same of the same seed. */
import { effectiveCorefile } from "../../src/corefile/effective.ts";
import { nameSets } from "../../src/corefile/name-sets.ts";
import { parseCorefile } from "../../src/corefile/parser.ts";

/** One of them. */
export interface RandomCorefile {
  readonly name: string;
  /** `UPSTREAM` stands for a server with an A record for every name. */
  readonly text: string;
  /** With an address behind them where it is asked at several: `www.a.test.@127.0.0.2`. */
  readonly names: readonly string[];
}

/** Addresses that may be listened on, each a listener of its own. */
export const LISTENERS = ["127.0.0.2", "127.0.0.3"];

const ZONES = ["a.test", "b.a.test", "example.com", "cluster.local", "svc.cluster.local", "test"];
const PATTERNS = [
  "^www[.]",
  "(.*[.])?a[.]test[.]$",
  "^[^.]+[.]$",
  "x",
  "[.]com[.]$",
  "^(db|api)-?\\d*[.]",
  "(?i)^NAME",
  ".*",
];
const RCODES = ["NXDOMAIN", "NOERROR", "SERVFAIL", "REFUSED", "NOTIMP"];

/** The first `count` of a seed. */
export function randomCorefiles(count: number, seed: number): readonly RandomCorefile[] {
  let state = seed;
  const below = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const one = <T>(of: readonly T[]): T => of[below(of.length)] as T;
  const often = (percent: number) => below(100) < percent;

  const template = () => {
    const type = one(["AAAA", "AAAA", "A", "ANY", "TXT"]);
    const zones = often(40) ? ` ${one(ZONES)}` : "";
    const match = often(50) ? `  match ${one(PATTERNS)}\n` : "";
    const answer = type === "A" && often(40) ? '  answer "{{ .Name }} 60 IN A 192.0.2.1"\n' : "";
    const goOn = often(60) ? `  fallthrough${often(20) ? ` ${one(ZONES)}` : ""}\n` : "";
    return ` template ${one(["IN", "ANY", "CH"])} ${type}${zones} {\n${match}${answer}  rcode ${one(RCODES)}\n${goOn} }\n`;
  };
  const rewrite = () =>
    one([
      () => ` rewrite name suffix .${one(ZONES)}. .${one(ZONES)}.\n`,
      () => ` rewrite name exact www.${one(ZONES)} db.${one(ZONES)}\n`,
      () => ` rewrite name prefix www. ${one(["api.", "x."])}\n`,
      () => ` rewrite ${one(["stop", "continue"])} type ${one(["AAAA A", "A AAAA", "AAAA TXT"])}\n`,
      () => ` rewrite name regex (.*)[.]a[.]test[.] {1}.${one(ZONES)}.\n`,
      () => ` rewrite rcode regex .* NXDOMAIN ${one(["NOERROR", "SERVFAIL"])}\n`,
    ])();
  const hosts = () =>
    ` hosts {\n  192.0.2.7 www.${one(ZONES)}\n  2001:db8::7 db.${one(ZONES)}\n${often(70) ? `  fallthrough${often(20) ? ` ${one(ZONES)}` : ""}\n` : ""} }\n`;
  const acl = () => {
    const policy = () =>
      `  ${one(["block", "filter", "allow"])} type ${one(["AAAA", "A", "A AAAA", "*"])}${often(20) ? " net 198.51.100.0/24" : ""}\n`;
    return ` acl${often(50) ? ` ${one(ZONES)}` : ""} {\n${policy()}${often(30) ? policy() : ""} }\n`;
  };
  /** Plugins that pass on, are asked in a word or two, or answer what no Corefile says. */
  const small = () =>
    one([
      " any\n",
      " chaos\n",
      " nsid x\n",
      " loadbalance\n",
      " bufsize 1232\n",
      " cancel\n",
      " metadata\n",
      " errors\n",
      " header {\n  response set aa\n }\n",
      " tsig {\n  require all\n }\n",
      ` tsig ${one(ZONES)} {\n  require AAAA\n }\n`,
      " autopath /etc/resolv.conf\n",
      " siit\n",
      " root /\n",
      " erratic {\n  drop 0\n }\n",
    ]);
  const block = (key: string, bind = "") => {
    let text = `${key} {\n${bind}`;
    if (often(30)) text += small();
    for (let i = below(3); i > 0; i--) text += template();
    for (let i = below(3); i > 0; i--) if (often(60)) text += rewrite();
    if (often(25)) text += hosts();
    if (often(15)) text += acl();
    if (often(15)) text += " dns64 {\n  allow_ipv4\n }\n";
    if (often(10)) text += " minimal\n";
    if (often(10)) text += " local\n";
    if (often(15)) text += " cache 30\n";
    if (often(5)) text += " whoami\n";
    if (often(70)) {
      const from = often(80) ? "." : one(ZONES);
      const except = from === "." && often(15) ? ` {\n  except ${one(ZONES)}\n }` : "";
      text += ` forward ${from} UPSTREAM${except}\n`;
    }
    return `${text}}\n`;
  };
  return Array.from({ length: count }, (_, i) => {
    const keys = [...new Set([".", ...Array.from({ length: below(3) }, () => one(ZONES))])];
    const served = often(90) ? keys : keys.slice(1).length > 0 ? keys.slice(1) : keys;
    if (!often(25)) {
      const text = served.map((key) => block(key)).join("");
      return { name: `${seed}-${i}`, text, names: namesOf(text, [""]) };
    }
    const text = served
      .flatMap((key) =>
        often(30)
          ? [block(key, ` bind ${LISTENERS.join(" ")}\n`)]
          : LISTENERS.map((address) => block(key, ` bind ${address}\n`)),
      )
      .join("");
    const asked = LISTENERS.map((address) => `@${address}`);
    return { name: `${seed}-${i}`, text, names: namesOf(text, asked) };
  });
}

/** A witness of each set, and some names besides, at each address. */
function namesOf(text: string, at: readonly string[]): readonly string[] {
  const { corefile, diagnostics } = parseCorefile(text.replaceAll("UPSTREAM", "192.0.2.9"));
  const effective = effectiveCorefile(corefile, diagnostics);
  const found = [...nameSets(effective, "cluster.local")].map(({ witness }) => witness);
  const others = [
    "example.com.",
    "www.example.com.",
    "kubernetes.default.svc.cluster.local.",
    "db.b.a.test.",
    "zebra.invalid.",
    "web.shop.svc.cluster.local.",
  ];
  return at.flatMap((address) =>
    [...new Set([...others, ...found])].slice(0, 30 / at.length).map((name) => `${name}${address}`),
  );
}
