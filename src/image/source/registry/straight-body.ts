/**
 * Takes a long body straight off its connection, through one buffer: node:http copies each part of it, and leaves both copies to
 * the garbage collector. Must not read heads, nor bodies of unknown length: node:http does.
 */
import type { IncomingMessage } from "node:http";
import type { OnReadOpts, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { TransferError } from "./transfer-error.ts";

/** Bytes read at a time at most. */
const BUFFER = 256 * 1024;
/** Bytes of a body from which on it pays: its connection cannot be used again. */
export const LONG = 16 * 2 ** 20;

/** What is read of a connection: for node:http, or for whoever has asked. */
interface Tap {
  /** Gets the next bytes instead of node:http, which hold until it asks again. */
  take: ((bytes: Uint8Array) => void) | undefined;
}

const taps = new WeakMap<object, Tap>();

/** A connection that bodies can be taken off: `connect` is to hand `onread` on to net.connect or tls.connect. */
export function tapped<T extends Duplex | null | undefined>(connect: (onread: OnReadOpts) => T): T {
  const tap: Tap = { take: undefined };
  let socket: T | undefined;
  const callback = (length: number, buffer: Uint8Array) => {
    const bytes = buffer.subarray(0, length);
    if (tap.take === undefined) return usual(socket, bytes);
    tap.take(bytes);
    return false;
  };
  socket = connect({ buffer: Buffer.allocUnsafeSlow(BUFFER), callback });
  if (socket) taps.set(socket, tap);
  return socket;
}

/** Hands bytes to node:http, whose parser copies what it keeps; where it does not listen yet, they have to wait as a copy. */
function usual(socket: Duplex | null | undefined, bytes: Uint8Array): boolean {
  if (!socket) return false;
  if (!socket.readableFlowing || socket.readableLength > 0 || socket.listenerCount("data") === 0)
    return socket.push(Buffer.from(bytes));
  return socket.emit("data", bytes);
}

/** The bytes of a body that is `long` bytes or more and says so; undefined where it has to be read as usual. */
export function straightBody(message: IncomingMessage, long: number): AsyncIterable<Uint8Array> | undefined {
  const { "content-length": length = "", "transfer-encoding": coding } = message.headers;
  const tap = taps.get(message.socket);
  if (tap === undefined || coding !== undefined || !/^\d{1,15}$/.test(length) || Number(length) < long)
    return undefined;
  return taken(message, message.socket, tap, Number(length));
}

/** A chunk is valid until the next is asked for. Throws what the connection broke off with. */
async function* taken(
  message: IncomingMessage,
  socket: Socket,
  tap: Tap,
  length: number,
): AsyncGenerator<Uint8Array> {
  let left = length;
  let failure: Error | undefined;
  let asked: { resolve: (bytes: Uint8Array) => void; reject: (error: Error) => void } | undefined;
  const failed = (error?: Error) => {
    failure ??= error ?? new TransferError("lost", "the connection was closed too early");
    asked?.reject(failure);
  };
  message.on("error", failed).on("close", failed);
  /** What came with the head has gone through node:http, and Node may go on reading a connection for reasons of its own. */
  const early: Uint8Array[] = [];
  for (let part: Buffer | null = message.read(); part !== null; part = message.read()) early.push(part);
  // TLS hands over several records of one read through the connection's buffer: what is held must not lie in it. One chunk is
  // used while the next comes in.
  let [own, used] = [Buffer.allocUnsafeSlow(BUFFER), Buffer.allocUnsafeSlow(BUFFER)];
  tap.take = (bytes) => {
    if (asked === undefined) early.push(Buffer.from(bytes));
    else {
      own.set(bytes);
      asked.resolve(own.subarray(0, bytes.length));
      [own, used] = [used, own];
    }
    asked = undefined;
  };
  const next = () => {
    const waiting = early.shift();
    if (waiting !== undefined) return waiting;
    const coming = new Promise<Uint8Array>((resolve, reject) => {
      asked = { resolve, reject };
      if (failure === undefined) socket.resume();
      else reject(failure);
    });
    // It is told to whoever waits for it, if somebody does.
    coming.catch(() => {});
    return coming;
  };
  for (let coming = next(); ; ) {
    const bytes = await coming;
    left -= bytes.length;
    if (left > 0) coming = next();
    yield left < 0 ? bytes.subarray(0, left) : bytes;
    if (left <= 0) return;
  }
}
