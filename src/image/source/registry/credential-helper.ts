/** Asks a docker credential helper for one registry. Must not show what the helper printed: it may be a secret. */
import { spawn } from "node:child_process";
import { field, parseDocument } from "../../oci/json-document.ts";
import { DEFAULT_LIMITS } from "../../limits.ts";

/** What a helper answered. `nothing`: it works and has no entry. `problem`: one clause, without secrets. */
export type HelperAnswer =
  | { readonly kind: "found"; readonly username: string; readonly secret: string }
  | { readonly kind: "nothing" }
  | { readonly kind: "problem"; readonly why: string };

/** Milliseconds a helper may take: cloud helpers renew their tokens over the network. */
const TIME = 30_000;
/** Bytes a helper may print: identity tokens of some kilobytes are common. */
const OUTPUT = 256 * 1024;

/**
 * Runs `docker-credential-NAME get` with the address on its standard input (docker-credential-helpers, README,
 * "Development"). Never rejects. The name comes from a file and must be a plain word, so that it is no path.
 */
export async function askHelper(
  name: string,
  address: string,
  env: NodeJS.ProcessEnv,
  milliseconds: number = TIME,
): Promise<HelperAnswer> {
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(name)) {
    return { kind: "problem", why: "the credential helper's name is not a plain word" };
  }
  const program = `docker-credential-${name}`;
  return await new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let over: string | undefined;
    const child = spawn(program, ["get"], { env, stdio: ["pipe", "pipe", "ignore"], windowsHide: true });
    const stop = (why: string) => {
      over ??= why;
      child.kill("SIGKILL");
      child.stdout.destroy();
    };
    const timer = setTimeout(() => stop(`did not answer within ${milliseconds / 1000} s`), milliseconds);
    const end = (answer: HelperAnswer) => {
      clearTimeout(timer);
      resolve(answer);
    };
    child.on("error", (error: NodeJS.ErrnoException) =>
      end({
        kind: "problem",
        why: `${program} ${error.code === "ENOENT" ? "is not installed" : "does not start"}`,
      }),
    );
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > OUTPUT) stop("printed too much");
      else chunks.push(chunk);
    });
    child.on("close", (code) => {
      if (over !== undefined) return end({ kind: "problem", why: `${program} ${over}` });
      end(readAnswer(program, code, Buffer.concat(chunks)));
    });
    // A helper that ends without reading its input must not end us with EPIPE.
    child.stdin.on("error", () => {});
    child.stdin.end(`${address}\n`);
  });
}

function readAnswer(program: string, code: number | null, output: Buffer): HelperAnswer {
  if (code !== 0) {
    // The words of docker-credential-helpers (credentials/error.go); helpers print them to standard output.
    if (
      /credentials not found|no credentials server URL|no usable credentials/i.test(output.toString("utf8"))
    ) {
      return { kind: "nothing" };
    }
    return { kind: "problem", why: `${program} ended with ${code === null ? "a signal" : `code ${code}`}` };
  }
  try {
    const answer = parseDocument(output, DEFAULT_LIMITS, "helper's answer");
    const username = field(answer, "Username");
    const secret = field(answer, "Secret");
    if (typeof username === "string" && typeof secret === "string") {
      return secret === "" ? { kind: "nothing" } : { kind: "found", username, secret };
    }
  } catch {
    // Said below without the parser's words: they quote the output.
  }
  return { kind: "problem", why: `${program} printed something that is not credentials` };
}
