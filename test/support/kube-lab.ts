/**
 * A real kube-apiserver and its etcd on loopback, with authorization by RBAC and a log of who asked for what. Nothing else of a
 * cluster runs: no kubelet and no controller. Must touch no configuration of the user's.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { makeCertificates } from "./certificates.ts";
import { freePorts } from "./free-ports.ts";
import type { LiveObject } from "./live-cluster.ts";
import type { Ran } from "./ran.ts";

/** One request that the API server let through or refused, from its audit log. */
export interface Audited {
  readonly user: string;
  readonly verb: string;
  /** Its path and query. */
  readonly uri: string;
  readonly resource: string;
  readonly name: string;
  readonly allowed: boolean;
}

/** A running lab. */
export interface KubeLab {
  /** The environment of who has every right, as the context `lab`. */
  readonly env: NodeJS.ProcessEnv;
  /** The same of an account of this namespace with this token. */
  as(namespace: string, token: string): NodeJS.ProcessEnv;
  /** Runs the real kubectl. */
  kubectl(args: readonly string[], input?: string, env?: NodeJS.ProcessEnv): Promise<Ran>;
  /** Makes an object; where it has a status, that too. Rejects when the API server does not take it. */
  create(path: string, object: LiveObject): Promise<LiveObject>;
  /** What was asked for since the last call. */
  audited(): readonly Audited[];
  close(): Promise<void>;
}

const ADMIN = "lab-admin-token";

/** Starts it in an existing folder; `server` is the path of a kube-apiserver, and etcd is on the PATH. */
export async function startKubeLab(server: string, folder: string): Promise<KubeLab> {
  const at = (name: string) => join(folder, name);
  const { ca } = makeCertificates(folder);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  openssl("genrsa", "-out", "accounts.key", "2048");
  writeFileSync(at("tokens.csv"), `${ADMIN},admin,admin,"system:masters"\n`);
  writeFileSync(
    at("audit.yaml"),
    JSON.stringify({
      apiVersion: "audit.k8s.io/v1",
      kind: "Policy",
      omitStages: ["RequestReceived"],
      rules: [{ level: "Metadata" }],
    }),
  );
  writeFileSync(at("audit.log"), "");
  const [client, peer, port] = (await freePorts(3)) as [number, number, number];
  const children: ChildProcess[] = [];
  const start = (name: string, program: string, args: readonly string[]) => {
    const log = openSync(at(`${name}.log`), "w");
    const child = spawn(program, args, { cwd: folder, stdio: ["ignore", log, log] });
    closeSync(log);
    children.push(child);
    return child;
  };
  const close = async () => {
    for (const child of children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    }
  };
  const [etcdUrl, peerUrl] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
  start("etcd", "etcd", [
    "--name=lab",
    `--data-dir=${at("etcd")}`,
    `--listen-client-urls=${etcdUrl}`,
    `--advertise-client-urls=${etcdUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=lab=${peerUrl}`,
    "--unsafe-no-fsync",
  ]);
  const api = start("kube-apiserver", server, [
    `--etcd-servers=${etcdUrl}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    "--endpoint-reconciler-type=none",
    `--secure-port=${port}`,
    `--tls-cert-file=${at("server.crt")}`,
    `--tls-private-key-file=${at("server.key")}`,
    `--token-auth-file=${at("tokens.csv")}`,
    "--authorization-mode=RBAC",
    "--anonymous-auth=false",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${at("accounts.key")}`,
    `--service-account-signing-key-file=${at("accounts.key")}`,
    "--service-cluster-ip-range=10.96.0.0/16",
    `--audit-policy-file=${at("audit.yaml")}`,
    `--audit-log-path=${at("audit.log")}`,
    "--audit-log-mode=blocking",
  ]);
  const as = (namespace: string, token: string): NodeJS.ProcessEnv => {
    const config = at(`${namespace}.config`);
    writeFileSync(config, JSON.stringify(configuration(port, ca, token, namespace)));
    mkdirSync(at("home"), { recursive: true });
    return { PATH: process.env.PATH, HOME: at("home"), KUBECONFIG: config };
  };
  const send = (method: string, path: string, body?: LiveObject, type = "application/json") =>
    asked({ port, ca, token: ADMIN, method, path, type }, body);
  try {
    // It makes this namespace itself, after all else.
    await ready(() => send("GET", "/api/v1/namespaces/kube-system"), api);
  } catch (error) {
    await close();
    const log = readFileSync(at("kube-apiserver.log"), "utf8").trimEnd().split("\n").slice(-5).join("\n");
    throw new Error(`kube-apiserver did not start: ${(error as Error).message}\n${log}`);
  }
  const admin = as("default", ADMIN);
  let read = 0;
  return {
    env: admin,
    as,
    kubectl(args, input = "", env = admin) {
      return ran("kubectl", args, input, env);
    },
    async create(path, object) {
      const made = await send("POST", path, object);
      if (made.status !== 201) throw new Error(`${path}: ${made.status} ${made.text}`);
      const { status, metadata } = object as { status?: LiveObject; metadata: { name: string } };
      if (status === undefined) return JSON.parse(made.text);
      const own = `${path}/${metadata.name}/status`;
      const patched = await send("PATCH", own, { status }, "application/merge-patch+json");
      if (patched.status !== 200) throw new Error(`${own}: ${patched.status} ${patched.text}`);
      return JSON.parse(patched.text);
    },
    audited() {
      const text = readFileSync(at("audit.log"), "utf8");
      const whole = text.slice(read, text.lastIndexOf("\n") + 1);
      read += whole.length;
      return whole.split("\n").flatMap((line) => (line === "" ? [] : auditedIn(line)));
    },
    close,
  };
}

/** Runs a program to its end, with a text on standard input; what it asks of this process is answered meanwhile. */
export function ran(
  program: string,
  args: readonly string[],
  input: string,
  env: NodeJS.ProcessEnv,
): Promise<Ran> {
  const child = spawn(program, args, { env });
  const text = (stream: Readable) => {
    const parts: Buffer[] = [];
    stream.on("data", (part: Buffer) => parts.push(part));
    return () => Buffer.concat(parts).toString("utf8");
  };
  const [out, err] = [text(child.stdout), text(child.stderr)];
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out: out(), err: err() }));
  });
}

function configuration(port: number, ca: string, token: string, namespace: string): LiveObject {
  const cluster = {
    server: `https://127.0.0.1:${port}`,
    "certificate-authority-data": Buffer.from(ca).toString("base64"),
  };
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "lab", cluster }],
    users: [{ name: "lab", user: { token } }],
    contexts: [{ name: "lab", context: { cluster: "lab", user: "lab", namespace } }],
    "current-context": "lab",
  };
}

function auditedIn(line: string): readonly Audited[] {
  const { user, verb, requestURI, objectRef = {}, annotations = {} } = JSON.parse(line);
  return [
    {
      user: user.username,
      verb,
      uri: requestURI,
      resource: [objectRef.resource, objectRef.apiGroup].filter(Boolean).join("."),
      name: objectRef.name ?? "",
      allowed: annotations["authorization.k8s.io/decision"] === "allow",
    },
  ];
}

interface Sent {
  readonly port: number;
  readonly ca: string;
  readonly token: string;
  readonly method: string;
  readonly path: string;
  readonly type: string;
}

function asked(
  { port, ca, token, method, path, type }: Sent,
  body?: LiveObject,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": type };
    const sent = request({ host: "127.0.0.1", port, ca, method, path, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString("utf8") }),
      );
    });
    sent.on("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Asks until it says that it is ready; it gives up when the program has ended, or after a count. */
async function ready(ask: () => Promise<{ readonly status: number }>, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const status = await ask().then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("it is not ready");
}
