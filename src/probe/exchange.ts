/** Sends musl's two questions and waits as musl waits (res_msend.c). Must not judge what comes back. */
import type { Socket } from "node:dgram";
import { isIP, type Socket as TcpSocket } from "node:net";
import { messageOf } from "../model/error.ts";
import type { QueryType } from "../model/dns.ts";
import type { ProbedHalf, ProbedReply } from "../model/probe.ts";
import { decodeReply, type Message } from "./message.ts";

/** What the network and the clock look like from here. */
export interface ProbePorts {
  readonly createSocket: (type: "udp4" | "udp6") => Socket;
  readonly connect: (port: number, host: string) => TcpSocket;
  /** Milliseconds, never running backwards. */
  readonly now: () => number;
  /** 0 to 65535. */
  readonly randomId: () => number;
}

/** Where to ask. */
export interface Server {
  readonly address: string;
  readonly port: number;
}

/** How long to wait: `options timeout` and `attempts` of resolv.conf. */
export interface Timing {
  readonly timeoutMs: number;
  readonly attempts: number;
}

/** One question in wire form. */
export interface Question {
  readonly type: QueryType;
  readonly bytes: Buffer;
}

/** What came of a pair. */
export interface Exchanged {
  readonly halves: readonly ProbedHalf[];
  readonly tookMs: number;
  readonly problem?: string;
}

interface State {
  readonly question: Question;
  readonly id: number;
  udp?: ProbedReply;
  tcp?: ProbedReply;
  /** A reply over TCP is awaited, or was awaited in vain: musl does not take the truncated one then. */
  open?: boolean;
  readonly passedOver: string[];
}

/** No reply over TCP is longer: its length has 16 bits (RFC 1035 section 4.2.2). */
const MOST_TCP = 2 + 0xffff;

/** Sends the questions over UDP, truncated ones again over TCP, and resolves when all are answered or time is up. */
export function exchange(
  server: Server,
  questions: readonly Question[],
  timing: Timing,
  ports: ProbePorts,
): Promise<Exchanged> {
  return new Promise((resolve) => {
    const start = ports.now();
    const states: State[] = questions.map((question) => ({
      question,
      id: question.bytes.readUInt16BE(0),
      passedOver: [],
    }));
    const socket = ports.createSocket(isIP(server.address) === 6 ? "udp6" : "udp4");
    const connections: TcpSocket[] = [];
    let problem: string | undefined;
    let retries = 0;
    let over = false;
    const since = () => Math.round(ports.now() - start);
    const send = ({ question }: State) => {
      socket.send(question.bytes, server.port, server.address, (error) => {
        if (error) problem = messageOf(error);
      });
    };
    const round = () => {
      retries = 2 * states.length;
      for (const state of states) if (state.udp === undefined) send(state);
    };
    const finish = () => {
      if (over) return;
      over = true;
      clearInterval(rounds);
      clearTimeout(end);
      socket.close();
      for (const connection of connections) connection.destroy();
      resolve({
        halves: states.map(halfOf),
        tookMs: since(),
        problem,
      });
    };
    const finishWhenDone = () => {
      if (states.every(({ udp, open }) => udp !== undefined && open !== true)) finish();
    };
    const askOverTcp = (state: State) => {
      state.open = true;
      const connection = ports.connect(server.port, server.address);
      connections.push(connection);
      receive(connection, state.question.bytes, (message) => {
        const reply = message === undefined ? undefined : accepted(message, since());
        // Failed, it stays open: musl has no answer then, and waits.
        if (reply === undefined) return;
        state.tcp = reply;
        state.open = false;
        finishWhenDone();
      });
    };
    socket.on("error", (error) => {
      problem = messageOf(error);
      finish();
    });
    socket.on("message", (bytes, from) => {
      if (from.port !== server.port || !sameAddress(from.address, server.address)) return;
      const message = decodeReply(bytes);
      const state = states.find(({ id }) => id === message?.id);
      if (message === undefined || state === undefined || state.udp !== undefined) return;
      const reply = accepted(message, since());
      if (reply === undefined) {
        if (!state.passedOver.includes(message.rcode)) state.passedOver.push(message.rcode);
        if (message.rcode === "SERVFAIL" && retries > 0) {
          retries--;
          send(state);
        }
        return;
      }
      state.udp = reply;
      if (reply.truncated) askOverTcp(state);
      finishWhenDone();
    });
    const rounds = setInterval(round, timing.timeoutMs / timing.attempts);
    const end = setTimeout(finish, timing.timeoutMs);
    round();
  });
}

/** Only positive and negative answers count; every other code is passed over (musl res_msend.c). */
function accepted({ rcode, addresses, truncated }: Message, afterMs: number): ProbedReply | undefined {
  return rcode === "NOERROR" || rcode === "NXDOMAIN" ? { rcode, addresses, truncated, afterMs } : undefined;
}

function halfOf({ question, udp, tcp, passedOver }: State): ProbedHalf {
  const { type } = question;
  const last = tcp ?? udp;
  return {
    type,
    kind: kindOf(type, last, passedOver[0]),
    udp,
    tcp,
    passedOver,
  };
}

function kindOf(
  type: QueryType,
  reply: ProbedReply | undefined,
  code: string | undefined,
): ProbedHalf["kind"] {
  if (reply !== undefined) {
    if (reply.rcode === "NXDOMAIN") return "NXDOMAIN";
    return reply.addresses.some((address) => address.type === type) ? "address" : "NODATA";
  }
  switch (code) {
    case undefined:
      return "no-reply";
    case "SERVFAIL":
    case "REFUSED":
    case "NOTIMP":
      return code;
    default:
      return "other-rcode";
  }
}

/** Hands over one message of a TCP stream, or nothing when the stream ends before it. */
function receive(
  connection: TcpSocket,
  question: Buffer,
  done: (message: Message | undefined) => void,
): void {
  let parts: Buffer = Buffer.alloc(0);
  let told = false;
  const tell = (message: Message | undefined) => {
    if (!told) done(message);
    told = true;
  };
  connection.on("error", () => tell(undefined)).on("close", () => tell(undefined));
  connection.on("data", (part: Buffer) => {
    parts = Buffer.concat([parts, part]).subarray(0, MOST_TCP);
    if (parts.length < 2 || parts.length < 2 + parts.readUInt16BE(0)) return;
    const message = decodeReply(parts.subarray(2, 2 + parts.readUInt16BE(0)));
    tell(message?.id === question.readUInt16BE(0) ? message : undefined);
    connection.end();
  });
  const length = Buffer.alloc(2);
  length.writeUInt16BE(question.length, 0);
  connection.write(Buffer.concat([length, question]));
}

/** IPv6 has many spellings of one address. */
function sameAddress(a: string, b: string): boolean {
  const plain = (text: string) =>
    isIP(text) === 6 && !text.includes("%") ? new URL(`http://[${text}]`).hostname : text;
  return plain(a) === plain(b);
}
