import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { RESOLVER_GENERATIONS } from "../../src/knowledge/musl.ts";
import { pairLookup } from "../../src/lookup/pair.ts";
import type { ProbeResult } from "../../src/model/probe.ts";
import { probe } from "../../src/probe/probe.ts";
import { type Running, type Script, type Scripted, startServer } from "./server.ts";

const V4: Scripted = { a: ["192.0.2.1"] };
const V6: Scripted = { aaaa: [1] };
const EMPTY: Scripted = {};
const code = (rcode: number): Scripted => ({ rcode });
const [SERVFAIL, NXDOMAIN, NOTIMP, REFUSED] = [code(2), code(3), code(4), code(5)];

const running: Running[] = [];
afterEach(() => {
  for (const server of running.splice(0)) server.close();
});

async function ask(script: Script): Promise<{ result: ProbeResult; server: Running }> {
  const server = await startServer(script);
  running.push(server);
  const ids = [0x1234, 0x0017];
  let looks = 0;
  const ports = {
    createSocket,
    connect,
    now: () => looks++,
    randomId: () => ids.shift() ?? 1,
  };
  const options = { server: server.address, names: ["db.example.com"], timeoutMs: 300, attempts: 2 };
  const [result] = await probe(options, ports);
  return { result: result!, server };
}

/** The outcomes oldest first, in few letters: error or addresses, `~` for what waits for the timeout. */
function told({ outcomes }: ProbeResult): string[] {
  return outcomes.map(
    ({ error, addresses, effect }) =>
      (effect.endsWith("slowly") ? "~" : "") + (error?.replace("EAI_", "") ?? addresses.join(" ")),
  );
}

const pair =
  (a: Scripted | undefined, aaaa: Scripted | undefined): Script =>
  (type) =>
    type === "A" ? a : aaaa;

describe("what getaddrinfo makes of a pair", () => {
  it.each<[string, Scripted | undefined, Scripted | undefined, string[]]>([
    ["ok / NXDOMAIN", V4, NXDOMAIN, ["192.0.2.1", "NONAME", "NONAME"]],
    ["ok / NODATA", V4, EMPTY, ["192.0.2.1", "192.0.2.1", "192.0.2.1"]],
    ["ok / ok", V4, V6, ["192.0.2.1 fd00::1", "192.0.2.1 fd00::1", "192.0.2.1 fd00::1"]],
    ["ok / SERVFAIL", V4, SERVFAIL, ["~192.0.2.1", "~AGAIN", "~AGAIN"]],
    ["ok / REFUSED", V4, REFUSED, ["~192.0.2.1", "~AGAIN", "~AGAIN"]],
    ["ok / NOTIMP", V4, NOTIMP, ["~192.0.2.1", "~AGAIN", "~AGAIN"]],
    ["ok / silence", V4, undefined, ["~192.0.2.1", "~AGAIN", "~AGAIN"]],
    [
      "ok / an A record",
      V4,
      { a: ["192.0.2.7"] },
      ["192.0.2.1 192.0.2.7", "192.0.2.1 192.0.2.7", "192.0.2.1"],
    ],
    ["NXDOMAIN / NODATA", NXDOMAIN, EMPTY, ["NONAME", "NONAME", "NONAME"]],
    ["NODATA / NXDOMAIN", EMPTY, NXDOMAIN, ["NONAME", "NONAME", "NONAME"]],
    ["NXDOMAIN / ok", NXDOMAIN, V6, ["fd00::1", "NONAME", "NONAME"]],
    ["NODATA / NODATA", EMPTY, EMPTY, ["NONAME", "NONAME", "NODATA"]],
    ["SERVFAIL / NODATA", SERVFAIL, EMPTY, ["~AGAIN", "~AGAIN", "~AGAIN"]],
    ["silence / silence", undefined, undefined, ["~AGAIN", "~AGAIN", "~AGAIN"]],
    ["truncated, no TCP / NODATA", { truncated: true }, EMPTY, ["NONAME", "NONAME", "~AGAIN"]],
  ])("%s", async (_, a, aaaa, expected) => {
    const { result } = await ask((type, over) => (over === "tcp" ? undefined : pair(a, aaaa)(type, over, 0)));
    expect(told(result)).toEqual(expected);
  });

  it("says what the rule's own knowledge says of every answer to AAAA", async () => {
    const answers = {
      NXDOMAIN,
      SERVFAIL,
      REFUSED,
      NOTIMP,
      "other-rcode": code(9),
      "no-reply": undefined,
      NODATA: EMPTY,
      address: V6,
    };
    for (const [kind, scripted] of Object.entries(answers)) {
      const { result } = await ask(pair(V4, scripted));
      expect(result.aaaa.kind).toBe(kind);
      const effects = RESOLVER_GENERATIONS.map(({ pairs }) => pairLookup(pairs, "address", result.aaaa.kind));
      expect([kind, ...result.outcomes.map(({ effect }) => effect)]).toEqual([kind, ...effects]);
    }
  });
});

describe("how it asks", () => {
  it("sends A and AAAA at once, with ids of their own, recursion desired and nothing else", async () => {
    const { server } = await ask(pair(V4, V6));
    const tail = "026462076578616d706c6503636f6d00";
    const header = "01000001000000000000";
    expect(server.questions.map((question) => question.toString("hex"))).toEqual([
      `1234${header}${tail}00010001`,
      `124c${header}${tail}001c0001`,
    ]);
  });

  it("asks again only for what is missing, once for every attempt", async () => {
    const { server, result } = await ask(pair(V4, undefined));
    expect(server.questions.map((question) => question.readUInt16BE(question.length - 4))).toEqual([
      1, 28, 28,
    ]);
    // Of the looks at the clock the first is the start, one is the answer to A, the third is the end.
    expect(result.tookMs).toBe(2);
  });

  it("asks again at once after SERVFAIL, four times a round, and takes what comes", async () => {
    const { server, result } = await ask(pair(V4, SERVFAIL));
    expect(server.questions).toHaveLength(1 + (1 + 4) * 2);
    expect(result.aaaa.passedOver).toEqual(["SERVFAIL"]);
    const recovered = await ask((type, _, time) => (type === "A" ? V4 : time < 4 ? SERVFAIL : EMPTY));
    expect(told(recovered.result)).toEqual(["192.0.2.1", "192.0.2.1", "192.0.2.1"]);
  });

  it("asks over TCP after a truncated answer, which musl does since 1.2.4", async () => {
    const { result } = await ask((type, over) =>
      type === "AAAA" ? EMPTY : over === "udp" ? { truncated: true } : { a: ["192.0.2.1", "192.0.2.2"] },
    );
    expect(told(result)).toEqual(["NONAME", "NONAME", "192.0.2.1 192.0.2.2"]);
    expect(result.a.tcp?.addresses).toHaveLength(2);
  });

  it.each(["localhost", "1.2.3", "1.2.3.4:0", "1.2.3.4:70000", "::1:53:x", ""])(
    "refuses %j as a server",
    async (server) => {
      const options = { server, names: [], timeoutMs: 1, attempts: 1 };
      const ports = { createSocket, connect, now: () => 0, randomId: () => 1 };
      await expect(probe(options, ports)).rejects.toThrow("is not the address of a DNS server");
    },
  );

  it.each(["a..b", "", "ä.example", `${"x".repeat(64)}.com`, "y.".repeat(128)])(
    "refuses %j as a name",
    async (name) => {
      const options = { server: "127.0.0.1", names: [name], timeoutMs: 1, attempts: 1 };
      const ports = { createSocket, connect, now: () => 0, randomId: () => 1 };
      await expect(probe(options, ports)).rejects.toThrow("is not a domain name");
    },
  );
});
