import { expect, it } from "vitest";
import type { Answer, Connection } from "../../../../src/image/source/registry/connection.ts";
import { SilentHosts } from "../../../../src/image/source/registry/silent-hosts.ts";
import { type TransferFailure, TransferError } from "../../../../src/image/source/registry/transfer-error.ts";

const signal = new AbortController().signal;
const asks = (host: string) => ({ url: new URL(`https://${host}/v2/`), headers: {}, signal });

/** A network on which each host does what it is told to, one step a question; the last step stays. */
function network(steps: Readonly<Record<string, readonly (TransferFailure | "answers")[]>>) {
  const asked: string[] = [];
  const connection: Connection = {
    async ask({ url }) {
      const before = asked.filter((host) => host === url.host).length;
      asked.push(url.host);
      await new Promise((resolve) => setImmediate(resolve));
      const all = steps[url.host] ?? [];
      const step = all[Math.min(before, all.length - 1)];
      if (step === "answers") return { url, status: 200 } as Answer;
      throw new TransferError(step ?? "unreachable", `${url.host} is ${step}`);
    },
  };
  return { hosts: new SilentHosts(connection), asked };
}

it.each(["unreachable", "lost"] as const)(
  "asks a host that is %s three times, however many want something of it at once and later",
  async (failure) => {
    const { hosts, asked } = network({ "gone.example": [failure], "here.example": ["answers"] });
    const many = Array.from({ length: 31 }, () => hosts.ask(asks("gone.example")));
    const results = await Promise.allSettled(many);
    expect(results.every(({ status }) => status === "rejected")).toBe(true);
    await expect(hosts.ask(asks("gone.example"))).rejects.toThrow(`gone.example is ${failure}`);
    expect(asked).toHaveLength(3);
    expect(hosts.isGivenUp(new URL("https://gone.example/"))).toBe(true);
    expect(await hosts.ask(asks("here.example"))).toMatchObject({ status: 200 });
  },
);

it("asks on a host that has answered once, if only that it speaks no TLS", async () => {
  const { hosts, asked } = network({
    "late.example": ["lost", "lost", "answers", "lost"],
    "plain.example": ["not-tls", "lost"],
  });
  for (const host of ["late.example", "plain.example"]) {
    for (let i = 0; i < 10; i++) await hosts.ask(asks(host)).catch(() => {});
    expect(hosts.isGivenUp(new URL(`https://${host}/`))).toBe(false);
  }
  expect(asked).toHaveLength(20);
});
