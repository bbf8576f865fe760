import fc from "../support/property.ts";
import { expect, it } from "vitest";
import { decodeReply, encodeQuestion } from "../../src/probe/message.ts";

it("reads any bytes without throwing, in time that grows with their number only", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      const message = decodeReply(Buffer.from(bytes));
      expect(message === undefined).toBe(bytes.length < 4);
    }),
  );
});

it("stops at a record that is longer than the message, and keeps those before it", () => {
  const question = encodeQuestion(7, "a.b", "A")!;
  question.writeUInt16BE(0x8180, 2);
  question.writeUInt16BE(0xffff, 6);
  const record = (length: number) => Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, length, 192, 0, 2, 1]);
  const message = decodeReply(Buffer.concat([question, record(4), record(200)]));
  expect(message).toEqual({
    id: 7,
    rcode: "NOERROR",
    truncated: false,
    addresses: [{ type: "A", text: "192.0.2.1" }],
  });
});

it("does not follow pointers, so that a loop of them is nothing", () => {
  const loop = Buffer.concat([
    Buffer.from([0, 7, 0x81, 0x80, 0, 0, 0, 1, 0, 0, 0, 0]),
    Buffer.from([0xc0, 12]),
  ]);
  expect(decodeReply(loop)?.addresses).toEqual([]);
});
