/** A DNS server on loopback that answers as a test says. Must not know what is tested. */
import { createSocket } from "node:dgram";
import { type AddressInfo, createServer } from "node:net";

/** What is answered to one question; nothing means silence. */
export interface Scripted {
  readonly rcode?: number;
  readonly truncated?: boolean;
  /** IPv4 addresses, whatever was asked. */
  readonly a?: readonly string[];
  /** The last group of addresses in fd00::/112. */
  readonly aaaa?: readonly number[];
}

/** By question type and transport; counts what was asked. */
export type Script = (type: "A" | "AAAA", over: "udp" | "tcp", time: number) => Scripted | undefined;

/** A running server. */
export interface Running {
  readonly address: string;
  /** The questions that came, as they came. */
  readonly questions: Buffer[];
  close(): void;
}

/** Starts a server on a free port of 127.0.0.1, UDP and TCP. */
export async function startServer(script: Script): Promise<Running> {
  const questions: Buffer[] = [];
  const udp = createSocket("udp4");
  const tcp = createServer((connection) => {
    connection.on("error", () => {});
    connection.on("data", (data: Buffer) => {
      const answer = reply(data.subarray(2), "tcp");
      if (answer === undefined) return;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(answer.length);
      // In two parts, as a network may deliver it.
      connection.write(Buffer.concat([length, answer.subarray(0, 5)]));
      setTimeout(() => connection.write(answer.subarray(5)), 5);
    });
  });
  const reply = (question: Buffer, over: "udp" | "tcp"): Buffer | undefined => {
    questions.push(Buffer.from(question));
    const type = question.readUInt16BE(question.length - 4) === 1 ? "A" : "AAAA";
    const scripted = script(type, over, questions.length);
    return scripted && encode(question, scripted);
  };
  udp.on("message", (question, from) => {
    const answer = reply(question, "udp");
    if (answer !== undefined) udp.send(answer, from.port, from.address);
  });
  // Ports of TCP are the scarcer ones: whatever is free there is free for UDP too.
  await new Promise<void>((resolve) => tcp.listen(0, "127.0.0.1", resolve));
  const { port } = tcp.address() as AddressInfo;
  await new Promise<void>((resolve) => udp.bind(port, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${port}`,
    questions,
    close: () => {
      udp.close();
      tcp.close();
    },
  };
}

function encode(question: Buffer, { rcode = 0, truncated = false, a = [], aaaa = [] }: Scripted): Buffer {
  const header = Buffer.from(question);
  header.writeUInt16BE(0x8180 | (truncated ? 0x200 : 0) | rcode, 2);
  header.writeUInt16BE(a.length + aaaa.length, 6);
  const records = [
    ...a.map((text) => record(1, Buffer.from(text.split(".").map(Number)))),
    ...aaaa.map((last) => {
      const bytes = Buffer.alloc(16);
      bytes.writeUInt16BE(0xfd00, 0);
      bytes.writeUInt16BE(last, 14);
      return record(28, bytes);
    }),
  ];
  return Buffer.concat([header, ...records]);
}

/** A record whose name is a pointer to the question. */
function record(type: number, data: Buffer): Buffer {
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length]);
  return Buffer.concat([head, data]);
}
