/** Finds who signs for a bucket, as AWS's own clients do: the environment, a web identity, the container. Must send what it finds to none but these. */
import { isLoopback } from "../image/source/registry/realm.ts";
import { MuslgateError, messageOf } from "../model/error.ts";
import { readRegularFile } from "../tree/regular-file.ts";

/** What signs. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Milliseconds since 1970; absent for those that stay. */
  readonly expires?: number;
}

type Env = NodeJS.ProcessEnv;
/** `fetch`. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** A token is some kilobytes. */
const MOST_TOKEN = 64 * 1024;

/** Finds them. Rejects with MuslgateError (`usage` where there are none, `registry` where who gives them fails). */
export async function s3Credentials(env: Env, region: string, fetch: Fetch): Promise<S3Credentials> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = env;
  if (accessKeyId && secretAccessKey)
    return { accessKeyId, secretAccessKey, sessionToken: AWS_SESSION_TOKEN || undefined };
  if (env.AWS_ROLE_ARN && env.AWS_WEB_IDENTITY_TOKEN_FILE) return await webIdentity(env, region, fetch);
  const relative = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI;
  // The addresses of ECS, and of EKS's agent (AWS SDKs reference guide, "Container credential provider").
  const address = relative ? `http://169.254.170.2${relative}` : env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  if (address) return await ofContainer(address, env, fetch);
  throw new MuslgateError(
    "usage",
    "nobody says who signs for the bucket",
    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run it with a role (web identity or container credentials).",
  );
}

/** STS, AssumeRoleWithWebIdentity: an answer in XML with four values. */
async function webIdentity(env: Env, region: string, fetch: Fetch): Promise<S3Credentials> {
  const body = new URLSearchParams({
    Action: "AssumeRoleWithWebIdentity",
    Version: "2011-06-15",
    RoleArn: env.AWS_ROLE_ARN ?? "",
    RoleSessionName: env.AWS_ROLE_SESSION_NAME || "muslgate",
    WebIdentityToken: token("AWS_WEB_IDENTITY_TOKEN_FILE", env.AWS_WEB_IDENTITY_TOKEN_FILE ?? ""),
  });
  const url = env.AWS_ENDPOINT_URL_STS || `https://sts.${region}.amazonaws.com/`;
  const text = await answered("STS", fetch(url, { method: "POST", body }));
  const value = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  return whole("STS", {
    AccessKeyId: value("AccessKeyId"),
    SecretAccessKey: value("SecretAccessKey"),
    Token: value("SessionToken"),
    Expiration: value("Expiration"),
  });
}

async function ofContainer(address: string, env: Env, fetch: Fetch): Promise<S3Credentials> {
  const file = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
  const authorization = file
    ? token("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file)
    : env.AWS_CONTAINER_AUTHORIZATION_TOKEN;
  if (!URL.canParse(address) || !mayBeAsked(new URL(address)))
    throw new MuslgateError(
      "usage",
      `AWS_CONTAINER_CREDENTIALS_FULL_URI is "${address}"`,
      "It is an https address, or one of this machine, of ECS or of EKS.",
    );
  const text = await answered(
    "the container's credentials",
    fetch(address, { headers: authorization ? { authorization } : {} }),
  );
  try {
    return whole("the container's credentials", JSON.parse(text) as Given);
  } catch (error) {
    if (error instanceof MuslgateError) throw error;
    throw failed("the container's credentials", "the answer is not JSON");
  }
}

function mayBeAsked({ protocol, hostname }: URL): boolean {
  return (
    protocol === "https:" ||
    isLoopback(hostname) ||
    ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"].includes(hostname)
  );
}

type Given = Readonly<Partial<Record<"AccessKeyId" | "SecretAccessKey" | "Token" | "Expiration", unknown>>>;

function whole(who: string, { AccessKeyId, SecretAccessKey, Token, Expiration }: Given): S3Credentials {
  if (typeof AccessKeyId !== "string" || typeof SecretAccessKey !== "string")
    throw failed(who, "the answer has no key");
  const expires = typeof Expiration === "string" ? Date.parse(Expiration) : Number.NaN;
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: typeof Token === "string" ? Token : undefined,
    expires: Number.isNaN(expires) ? undefined : expires,
  };
}

function token(variable: string, file: string): string {
  const read = readRegularFile(file, { most: MOST_TOKEN });
  if ("bytes" in read) return read.bytes.toString("utf8").trim();
  throw new MuslgateError(
    "usage",
    `${variable} ${file} cannot be read: ${read.problem}`,
    "Mount the token there.",
  );
}

async function answered(who: string, asked: Promise<Response>): Promise<string> {
  let response: Response;
  try {
    response = await asked;
  } catch (error) {
    throw failed(who, messageOf(error), error);
  }
  if (response.ok) return await response.text();
  await response.body?.cancel();
  throw failed(who, `the answer has status ${response.status}`);
}

function failed(who: string, why: string, cause?: unknown): MuslgateError {
  return new MuslgateError(
    "registry",
    `${who} gave nobody who signs for the bucket: ${why}`,
    "Check the role and try again.",
    cause,
  );
}
