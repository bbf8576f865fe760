/** Makes a private authority and a server's certificate with openssl. Must only be used where it is installed. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** PEM texts, which are also in the folder as `ca.crt`, `server.crt` and `server.key`. */
export interface MadeCertificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Makes them for 127.0.0.1, localhost and the names given, in an existing folder. */
export function makeCertificates(folder: string, names: readonly string[] = []): MadeCertificates {
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...ec,
    "-keyout",
    "ca.key",
    "-out",
    "ca.crt",
    "-days",
    "2",
    "-subj",
    "/CN=test authority",
  );
  openssl("req", ...ec, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=test server");
  const alternatives = ["IP:127.0.0.1", "DNS:localhost", ...names.map((name) => `DNS:${name}`)];
  writeFileSync(join(folder, "ext"), `subjectAltName=${alternatives.join(",")}\n`);
  const sign = ["x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial"];
  openssl(...sign, "-out", "server.crt", "-days", "2", "-extfile", "ext");
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  return { ca: read("ca.crt"), cert: read("server.crt"), key: read("server.key") };
}
