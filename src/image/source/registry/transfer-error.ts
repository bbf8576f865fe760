/** Says how an exchange with a server broke off. Must not carry addresses with queries: those may be signed. */

/**
 * `lost`: the connection broke or went silent; worth another try. `unreachable`: no such host, or nothing listens.
 * `untrusted`: its certificate is not accepted. `not-tls`: it does not speak TLS. `garbled`: it does not speak HTTP.
 */
export type TransferFailure = "lost" | "unreachable" | "untrusted" | "not-tls" | "garbled";

/** An exchange that broke off. */
export class TransferError extends Error {
  override readonly name = "TransferError";
  readonly failure: TransferFailure;

  constructor(failure: TransferFailure, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.failure = failure;
  }
}

/** Codes of Node's TLS layer for certificates that are not accepted (openssl, X509_V_ERR_*, as Node names them). */
const CERTIFICATE =
  /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|CRL_|ERR_SSL_(?:TLSV1|SSLV3)_ALERT_(?:BAD_CERT|CERTIFICATE|UNKNOWN_CA))/;

/** Sorts an error of Node's network layers. */
export function transferError(error: unknown): TransferError {
  if (error instanceof TransferError) return error;
  const { code = "", message }: NodeJS.ErrnoException =
    error instanceof Error ? error : new Error(String(error));
  const said = code || message.split("\n", 1)[0] || "unknown";
  if (CERTIFICATE.test(code))
    return new TransferError("untrusted", `its certificate is not trusted (${said})`, error);
  if (code === "ENOTFOUND") return new TransferError("unreachable", "its name does not resolve", error);
  if (code === "ECONNREFUSED") return new TransferError("unreachable", "nothing listens there", error);
  if (code === "EHOSTUNREACH" || code === "ENETUNREACH") {
    return new TransferError("unreachable", "there is no route to it", error);
  }
  if (code === "EPROTO" || code.startsWith("ERR_SSL_")) {
    return new TransferError("not-tls", "it does not answer in TLS", error);
  }
  if (code.startsWith("HPE_"))
    return new TransferError("garbled", `it does not answer in HTTP (${said})`, error);
  return new TransferError("lost", `the connection broke off (${said})`, error);
}
