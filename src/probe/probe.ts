/** Asks a DNS server for names as musl's getaddrinfo does. Must not search domains or read a resolv.conf. */
import { isIP } from "node:net";
import { MuslgateError } from "../model/error.ts";
import type { ProbeResult } from "../model/probe.ts";
import { exchange, type ProbePorts, type Question, type Server, type Timing } from "./exchange.ts";
import { encodeQuestion } from "./message.ts";
import { outcomesOf } from "./outcome.ts";

/** Whom to ask, for what, and how patiently. */
export interface ProbeOptions extends Timing {
  /** `IP`, `IP:PORT`, `[IPv6]:PORT`; port 53 unless given. */
  readonly server: string;
  readonly names: readonly string[];
}

/** Asks one name after the other. Throws MuslgateError `usage` for a server that is no address, or a name that is none. */
export async function probe(options: ProbeOptions, ports: ProbePorts): Promise<readonly ProbeResult[]> {
  const server = parseServer(options.server);
  const asked = options.names.map((name) => ({ name, questions: questionsFor(name, ports) }));
  const results: ProbeResult[] = [];
  for (const { name, questions } of asked) {
    const { halves, tookMs, problem } = await exchange(server, questions, options, ports);
    const [a, aaaa] = halves;
    if (a === undefined || aaaa === undefined) continue;
    results.push({
      name,
      a,
      aaaa,
      tookMs,
      problem,
      outcomes: outcomesOf(a, aaaa),
    });
  }
  return results;
}

/** Reads `IP[:PORT]`. Throws MuslgateError `usage`. */
function parseServer(text: string): Server {
  if (isIP(text) !== 0) return { address: text, port: 53 };
  const match = /^(?:\[([^\]]{1,100})\]|([\d.]{7,15}))(?::(\d{1,5}))?$/.exec(text);
  const address = match?.[1] ?? match?.[2] ?? "";
  const port = Number(match?.[3] ?? 53);
  if (isIP(address) === 0 || port < 1 || port > 65_535) {
    throw new MuslgateError(
      "usage",
      `"${text}" is not the address of a DNS server`,
      "Write IP or IP:PORT, such as 169.254.20.10 or [fd00::10]:53; the nameserver line of a pod's /etc/resolv.conf has it.",
    );
  }
  return { address, port };
}

/** The two halves with different ids, as musl has them since 1.2.4 (6c858d6f); older ones differ by chance only. */
function questionsFor(name: string, ports: ProbePorts): readonly Question[] {
  const first = ports.randomId();
  const second = (first + 1 + (ports.randomId() % 0xffff)) & 0xffff;
  const a = encodeQuestion(first, name, "A");
  const aaaa = encodeQuestion(second, name, "AAAA");
  if (a === undefined || aaaa === undefined) {
    throw new MuslgateError(
      "usage",
      `"${name}" is not a domain name`,
      "Write it in full, in ASCII (xn--… for other letters), such as kubernetes.default.svc.cluster.local.",
    );
  }
  return [
    { type: "A", bytes: a },
    { type: "AAAA", bytes: aaaa },
  ];
}
