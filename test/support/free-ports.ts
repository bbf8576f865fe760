/** Finds ports of loopback that nobody listens on. Must not be used where a server can choose its own. */
import { createServer, type Server } from "node:net";

/** As many as asked for, each another. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listening));
  return Promise.all(servers.map(closed));
}

function listening(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => resolve(server));
  });
}

function closed(server: Server): Promise<number> {
  const { port } = server.address() as { readonly port: number };
  return new Promise((resolve) => void server.close(() => resolve(port)));
}
