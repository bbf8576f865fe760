/** Opens images that a Docker or podman daemon holds, over its API. Must not start, pull or change anything. */
import { streamedMembers } from "./archives.ts";
import { existsSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { MuslgateError, messageOf } from "../../model/error.ts";
import type { ArchiveReader } from "../layer/reader.ts";
import type { Limits } from "../limits.ts";
import { openEither } from "./docker-archive.ts";
import type { Source, SourceRequest } from "./source.ts";

/** Where a daemon listens: a socket, or a host that speaks plain http. */
type Endpoint = { readonly socketPath: string } | { readonly host: string; readonly port: number };

/** Where daemons listen unless DOCKER_HOST says otherwise (Docker and podman manuals). */
function standardSockets(env: NodeJS.ProcessEnv): readonly string[] {
  const runtime = env.XDG_RUNTIME_DIR;
  return [
    "/var/run/docker.sock",
    ...(runtime === undefined ? [] : [`${runtime}/podman/podman.sock`]),
    "/run/podman/podman.sock",
  ];
}

/** `docker-daemon:NAME[:TAG]` */
export function dockerDaemonSource(reader: ArchiveReader, env: NodeJS.ProcessEnv, limits: Limits): Source {
  return {
    scheme: "docker-daemon",
    guess: async (reference) => {
      const endpoint = findEndpoint(env);
      if (endpoint === undefined || existsSync(reference) || !/^[\w./:@-]+$/.test(reference)) return false;
      const answer = await get(
        endpoint,
        `/images/${encodeReference(reference)}/json`,
        AbortSignal.timeout(2_000),
      );
      answer.destroy();
      return answer.statusCode === 200;
    },
    open: async (request) => {
      const endpoint = findEndpoint(env);
      if (endpoint === undefined) throw noDaemon(request.written);
      const path = `/images/${encodeReference(request.reference)}/get`;
      const open = (signal: AbortSignal) => save(endpoint, path, request, signal);
      const members = streamedMembers(await reader.readArchive({ kind: "stream", open }, request.signal));
      return openEither(members, "", request, limits);
    },
  };
}

/** Names keep their slashes; everything that would end the path does not. */
function encodeReference(reference: string): string {
  return reference.split("/").map(encodeURIComponent).join("/");
}

function findEndpoint(env: NodeJS.ProcessEnv): Endpoint | undefined {
  const written = env.DOCKER_HOST;
  if (written) {
    if (written.startsWith("unix://")) return { socketPath: written.slice("unix://".length) };
    const tcp = /^(?:tcp|http):\/\/([^/:]+|\[[^\]]+\]):(\d{1,5})\/?$/.exec(written);
    if (tcp !== null) return { host: (tcp[1] as string).replace(/^\[|\]$/g, ""), port: Number(tcp[2]) };
    throw new MuslgateError(
      "usage",
      `DOCKER_HOST is "${written}", which muslgate cannot reach`,
      "It takes unix:// and tcp:// without TLS; otherwise save the image and give the archive.",
    );
  }
  const socketPath = standardSockets(env).find((path) => existsSync(path));
  return socketPath === undefined ? undefined : { socketPath };
}

async function save(endpoint: Endpoint, path: string, { written }: SourceRequest, signal: AbortSignal) {
  const answer = await get(endpoint, path, signal);
  if (answer.statusCode === 200) return answer;
  answer.destroy();
  throw answer.statusCode === 404
    ? new MuslgateError(
        "input",
        `the daemon has no image ${written}`,
        "Pull or build it first, or give a registry: reference.",
      )
    : new MuslgateError(
        "input",
        `the daemon answered ${answer.statusCode} for ${written}`,
        "Look at the daemon's log.",
      );
}

function get(endpoint: Endpoint, path: string, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // Loaded where a daemon is asked, and not imported: see the registries' connection.
    const { request } = process.getBuiltinModule("node:http");
    const sent = request({ ...endpoint, path, signal, timeout: 30_000 }, resolve);
    sent.on("timeout", () => sent.destroy(new Error("it did not answer within 30 seconds")));
    sent.on("error", (error) => {
      reject(
        new MuslgateError(
          "input",
          `the Docker or podman daemon cannot be asked: ${messageOf(error)}`,
          "Check that it runs and that you may use its socket, or save the image and give the archive.",
          error,
        ),
      );
    });
    sent.end();
  });
}

function noDaemon(written: string): MuslgateError {
  return new MuslgateError(
    "input",
    `there is no Docker or podman daemon to ask for ${written}`,
    "Start one, set DOCKER_HOST, or save the image and give the archive.",
  );
}
