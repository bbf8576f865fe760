import { createServer } from "node:net";
import { afterAll, it } from "vitest";
import { demoImages, demoRepository, HIT } from "../support/demo-repository.ts";
import { temporaryFolder } from "../support/folder.ts";
import { startImageRegistry } from "../support/image-registry.ts";
import { muslgate } from "./program.ts";

const folder = temporaryFolder();
const registry = await startImageRegistry(demoImages());
afterAll(() => registry.close());

/** A port of this machine on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function demo(name: string, host: string): string {
  for (const [file, text] of Object.entries(demoRepository(host))) folder.write(`${name}/${file}`, text);
  return `${folder.path}/${name}`;
}

const env = { COLUMNS: "120", PATH: "/usr/bin:/bin" };

it("names each cause once where no registry answers, on a screen", async () => {
  const at = demo("absent", `127.0.0.1:${await closedPort()}`);
  const { out } = await muslgate(["repo", ".", "--no-cache"], env, at);
  console.log(out);
});

it("finds every service that is hit, and nothing else", async () => {
  const at = demo("there", registry.host);
  const { out } = await muslgate(["repo", ".", "--no-cache", "--json-file", "/tmp/rep.json"], env, at);
  console.log(out, HIT);
});
