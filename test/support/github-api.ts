/** A server on loopback that stands for GitHub's API. Must take no request that GitHub's OpenAPI description does not have. */
import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { Ajv, type ValidateFunction } from "ajv";
import { type Seen, sendJson, startServer } from "./faulty-registry.ts";

/** Takes a request over and returns true, or leaves it. `count` counts the requests so far with this method and path. */
export type ApiFault = (seen: Seen, response: ServerResponse, count: number) => boolean | undefined;

/** A comment in the server's memory. */
export interface HeldComment {
  readonly id: number;
  body: string;
  readonly login: string;
  readonly type: "Bot" | "User";
}

/** A file of the tree. */
export interface HeldFile {
  readonly path: string;
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  readonly size?: number;
}

/** What the server holds. */
export interface ApiContent {
  readonly comments?: readonly Omit<HeldComment, "id">[];
  /** The author that a new comment gets. */
  readonly author?: { readonly login: string; readonly type: "Bot" | "User" };
  readonly tree?: { readonly files: readonly HeldFile[]; readonly truncated?: boolean };
  /** Bytes by the blob's sha. */
  readonly blobs?: ReadonlyMap<string, Uint8Array>;
  /** Open pull requests by `owner:branch`, with the commit of each. */
  readonly pulls?: Readonly<Record<string, readonly { readonly number: number; readonly sha: string }[]>>;
  /** Files of the pull request, with their patches. */
  readonly changed?: readonly { readonly filename: string; readonly patch?: string }[];
  /** Comments of reviews that are there already. */
  readonly reviewComments?: readonly Readonly<Record<string, unknown>>[];
  /** There is always another page of them. */
  readonly endless?: boolean;
  readonly fault?: ApiFault;
}

/** The server of a test. */
export interface TestApi {
  readonly url: string;
  readonly seen: readonly Seen[];
  readonly comments: readonly HeldComment[];
  /** Comments of reviews, those that were there first. */
  readonly reviewComments: readonly Readonly<Record<string, unknown>>[];
  /** Requests of a kind, such as `POST comments`. */
  count(method: string, part: string): number;
  /** Stops the server. Rejects when a request was not as GitHub describes it. */
  close(): Promise<void>;
}

/** The repository everything is in. */
export const REPOSITORY = { owner: "shop", name: "api" };
/** The pull request the comments are on. */
export const PULL = 12;

const REPO = "/repos/{owner}/{repo}";

/** Starts the server. */
export async function startGitHubApi(content: ApiContent = {}): Promise<TestApi> {
  const author = content.author ?? { login: "github-actions[bot]", type: "Bot" };
  const comments: HeldComment[] = (content.comments ?? []).map((one, i) => ({ ...one, id: 1000 + i }));
  const reviewComments = [...(content.reviewComments ?? [])];
  const problems: string[] = [];
  const counts = new Map<string, number>();
  const server = await startServer((seen, response) => {
    const request = described(seen);
    if ("problem" in request) {
      problems.push(`${seen.method} ${seen.url}: ${request.problem}`);
      return void sendJson(response, 400, { message: request.problem });
    }
    const key = `${seen.method} ${seen.url}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (content.fault?.(seen, response, counts.get(key) ?? 0)) return;
    const { operation, path, query, body } = request;
    const say = (status: number, value: unknown, headers: Record<string, string> = {}) => {
      const wrong = operation.wrongAnswer(status, value);
      if (wrong !== undefined) problems.push(`the answer to ${key} is not GitHub's: ${wrong}`);
      sendJson(response, status, value, headers);
    };
    const missing = () => sendJson(response, 404, NOT_FOUND);
    if (
      operation.name !== "GET /user" &&
      (path.owner !== REPOSITORY.owner || path.repo !== REPOSITORY.name)
    ) {
      return void missing();
    }
    switch (operation.name) {
      case `GET ${REPO}/issues/{issue_number}/comments`: {
        if (Number(path.issue_number) !== PULL) return void missing();
        const size = Number(query.get("per_page") ?? 30);
        const page = Number(query.get("page") ?? 1);
        const shown = comments.slice((page - 1) * size, page * size).map(commentAnswer);
        const next = `<http://${seen.headers.host}${seen.url.split("?")[0]}?page=${page + 1}>; rel="next"`;
        return say(200, shown, page * size < comments.length ? { link: next } : {});
      }
      case `POST ${REPO}/issues/{issue_number}/comments`: {
        if (Number(path.issue_number) !== PULL) return void missing();
        if (tooLong(body.body))
          return void sendJson(response, 422, { message: "Body is too long (maximum is 65536 characters)" });
        const made: HeldComment = { ...author, id: 1000 + comments.length, body: String(body.body) };
        comments.push(made);
        return say(201, commentAnswer(made));
      }
      case `PATCH ${REPO}/issues/comments/{comment_id}`: {
        const held = comments.find(({ id }) => id === Number(path.comment_id));
        if (held === undefined) return void missing();
        if (tooLong(body.body))
          return void sendJson(response, 422, { message: "Body is too long (maximum is 65536 characters)" });
        held.body = String(body.body);
        return say(200, commentAnswer(held));
      }
      case `GET ${REPO}/git/trees/{tree_sha}`: {
        if (content.tree === undefined) return void missing();
        const { files, truncated = false } = content.tree;
        return say(200, { sha: path.tree_sha, url: "https://api.example/tree", truncated, tree: files });
      }
      case `GET ${REPO}/git/blobs/{file_sha}`: {
        const bytes = content.blobs?.get(path.file_sha ?? "");
        if (bytes === undefined) return void missing();
        // GitHub breaks the lines of base64.
        const base64 = Buffer.from(bytes).toString("base64").replace(/.{60}/g, "$&\n");
        const url = "https://api.example/blob";
        return say(200, {
          sha: path.file_sha,
          node_id: "x",
          size: bytes.length,
          url,
          content: base64,
          encoding: "base64",
        });
      }
      case `GET ${REPO}/pulls`: {
        if (query.get("state") !== "open") return void missing();
        const found = content.pulls?.[query.get("head") ?? ""] ?? [];
        // The whole of GitHub's answer has some hundred fields, of which only these are read.
        return void sendJson(
          response,
          200,
          found.map(({ number, sha }) => ({ number, head: { sha } })),
        );
      }
      case `GET ${REPO}/pulls/{pull_number}/files`:
        return void sendJson(response, 200, Number(query.get("page")) > 1 ? [] : (content.changed ?? []));
      case `GET ${REPO}/pulls/{pull_number}/comments`:
        return void sendJson(
          response,
          200,
          Number(query.get("page")) > 1 ? [] : reviewComments,
          content.endless ? { link: `<${server.host}?page=2>; rel="next"` } : {},
        );
      case `POST ${REPO}/pulls/{pull_number}/reviews`: {
        const made = body.comments as readonly Readonly<Record<string, unknown>>[];
        const missed = made.find(({ path: file, line }) => !isInPatch(content, String(file), Number(line)));
        if (missed !== undefined)
          return void sendJson(response, 422, {
            message: "Unprocessable Entity: line could not be resolved",
          });
        reviewComments.push(
          ...made.map((one, i) => ({ ...one, id: reviewComments.length + i + 1, user: author })),
        );
        return void sendJson(response, 200, { id: 1 });
      }
      case "GET /user":
        if (author.type === "Bot") return void sendJson(response, 403, NOT_ACCESSIBLE);
        return void sendJson(response, 200, { login: author.login, type: author.type });
      default:
        problems.push(`${operation.name} is GitHub's, but not held here`);
        return void sendJson(response, 400, { message: "not held here" });
    }
  });
  return {
    url: `http://${server.host}`,
    seen: server.seen,
    comments,
    reviewComments,
    count: (method, part) =>
      server.seen.filter((one) => one.method === method && one.url.includes(part)).length,
    async close() {
      await server.close();
      if (problems.length > 0) throw new Error(problems.join("\n"));
    },
  };
}

const NOT_FOUND = { message: "Not Found", documentation_url: "https://docs.github.com/rest", status: "404" };
const NOT_ACCESSIBLE = {
  message: "Resource not accessible by integration",
  documentation_url: "https://docs.github.com/rest",
  status: "403",
};

/** Refuses requests of a method as GitHub does where a permission is missing. */
export function refuse(method: string, status: 403 | 404 = 403): ApiFault {
  return (seen, response) =>
    seen.method === method && sendJson(response, status, status === 403 ? NOT_ACCESSIBLE : NOT_FOUND);
}

/** Answers the first `times` requests of a method so, whatever they ask for. */
export function first(
  times: number,
  method: string,
  status: number,
  message: string,
  headers: Record<string, string> = {},
): ApiFault {
  let left = times;
  return (seen, response) =>
    seen.method === method && left-- > 0 && sendJson(response, status, { message }, headers);
}

/** GitHub takes comments on lines that the pull request's diff shows, and on no others. */
function isInPatch({ changed = [] }: ApiContent, file: string, wanted: number): boolean {
  let line = 0;
  for (const text of changed.find(({ filename }) => filename === file)?.patch?.split("\n") ?? []) {
    const start = /^@@ -\d+(?:,\d+)? \+(\d+)/.exec(text)?.[1];
    if (start !== undefined) line = Number(start);
    else if (!text.startsWith("-") && line++ === wanted) return true;
  }
  return false;
}

function tooLong(body: unknown): boolean {
  return String(body).length > 65_536;
}

function commentAnswer({ id, body, login, type }: HeldComment): object {
  const url = "https://api.example/x";
  const addresses = "avatar html followers following gists starred subscriptions organizations repos events"
    .split(" ")
    .map((name) => [`${name}_url`, url]);
  const user = {
    login,
    type,
    id: 1,
    node_id: "x",
    gravatar_id: "",
    url,
    received_events_url: url,
    site_admin: false,
    ...Object.fromEntries(addresses),
  };
  const time = "2026-01-02T03:04:05Z";
  return {
    id,
    node_id: "x",
    url,
    html_url: url,
    issue_url: url,
    body,
    user,
    created_at: time,
    updated_at: time,
  };
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: { readonly type?: string };
}

interface Operation {
  /** Such as `GET /user`. */
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: ValidateFunction | undefined;
  wrongAnswer(status: number, value: unknown): string | undefined;
}

type Description = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly components: { readonly parameters: Readonly<Record<string, Parameter>> };
};

let loaded: { readonly description: Description; readonly ajv: Ajv } | undefined;

/** The part of GitHub's own description of its API that is asked here, in the form of OpenAPI 3.0. */
function github(): { readonly description: Description; readonly ajv: Ajv } {
  if (loaded !== undefined) return loaded;
  const file = new URL("github-description.json", import.meta.url);
  const description = JSON.parse(readFileSync(file, "utf8")) as Description;
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(description, "github");
  loaded = { description, ajv };
  return loaded;
}

/** A request as GitHub describes it, or what is wrong with it. */
function described({ method, url, headers, body }: Seen):
  | { readonly problem: string }
  | {
      readonly operation: Operation;
      readonly path: Readonly<Record<string, string>>;
      readonly query: URLSearchParams;
      readonly body: Readonly<Record<string, unknown>>;
    } {
  if (!/^(token|bearer) \S+$/i.test(headers.authorization ?? ""))
    return { problem: "it has no authorization" };
  if (!headers["user-agent"]) return { problem: "it has no user-agent (GitHub answers 403)" };
  if (!/^application\/(vnd\.github[\w.+-]*|json)/.test(headers.accept ?? ""))
    return { problem: "it accepts no JSON of GitHub's" };
  const { pathname, searchParams } = new URL(url, "http://api");
  const route = routeOf(method, pathname);
  if (route === undefined)
    return { problem: "GitHub has no such path, or github-description.mjs does not take it" };
  const { operation, path } = route;
  const wrong = wrongParameter(operation.parameters, path, searchParams);
  if (wrong !== undefined) return { problem: wrong };
  if (operation.body === undefined)
    return body === "" ? { ...route, query: searchParams, body: {} } : { problem: "it has a body" };
  if (!headers["content-type"]?.startsWith("application/json"))
    return { problem: "its body is not said to be JSON" };
  try {
    const value = JSON.parse(body) as Record<string, unknown>;
    if (operation.body(value)) return { ...route, query: searchParams, body: value };
    return { problem: github().ajv.errorsText(operation.body.errors) };
  } catch {
    return { problem: "its body is not JSON" };
  }
}

/** The operation whose path template fits; of several the one with the fewest variables. */
function routeOf(method: string, pathname: string) {
  const { description } = github();
  const verb = method.toLowerCase();
  const fitting = Object.keys(description.paths)
    .filter((template) => description.paths[template]?.[verb] !== undefined)
    .flatMap((template) => {
      const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
      const pattern = template.replace(/[.+]/g, "\\$&").replace(/\{\w+\}/g, "([^/]+)");
      const match = new RegExp(`^${pattern}$`).exec(pathname);
      if (match === null) return [];
      const values = match.slice(1).map(decodeURIComponent);
      return [{ template, path: Object.fromEntries(names.map((name, i) => [name, values[i] ?? ""])) }];
    })
    .toSorted((a, b) => Object.keys(a.path).length - Object.keys(b.path).length);
  const [found] = fitting;
  return found && { operation: operationOf(found.template, verb), path: found.path };
}

const operations = new Map<string, Operation>();

function operationOf(template: string, verb: string): Operation {
  const name = `${verb.toUpperCase()} ${template}`;
  const earlier = operations.get(name);
  if (earlier !== undefined) return earlier;
  const { description, ajv } = github();
  const raw = description.paths[template]?.[verb] as {
    parameters?: readonly (Parameter | { $ref: string })[];
    requestBody?: object;
    responses: Readonly<Record<string, object>>;
  };
  const pointer = (...steps: string[]) =>
    `github#/${["paths", template, verb, ...steps].map((step) => encodeURIComponent(step.replace(/~/g, "~0").replace(/\//g, "~1"))).join("/")}`;
  const compile = (...steps: string[]) =>
    ajv.compile({ $ref: pointer(...steps, "content", "application/json", "schema") });
  const made: Operation = {
    name,
    parameters: (raw.parameters ?? []).map((one) =>
      "$ref" in one
        ? (description.components.parameters[one.$ref.split("/").at(-1) ?? ""] as Parameter)
        : one,
    ),
    body: raw.requestBody === undefined ? undefined : compile("requestBody"),
    wrongAnswer(status, value) {
      if (raw.responses[status] === undefined) return `there is no ${status}`;
      const check = compile("responses", String(status));
      return check(value) ? undefined : ajv.errorsText(check.errors);
    },
  };
  operations.set(name, made);
  return made;
}

function wrongParameter(
  parameters: readonly Parameter[],
  path: Readonly<Record<string, string>>,
  query: URLSearchParams,
): string | undefined {
  const values = [
    ...Object.entries(path).map((entry) => ["path", ...entry] as const),
    ...[...query].map((entry) => ["query", ...entry] as const),
  ];
  for (const [where, name, value] of values) {
    const parameter = parameters.find((one) => one.in === where && one.name === name);
    if (parameter === undefined) return `there is no ${where} parameter ${name}`;
    if (parameter.schema.type === "integer" && !/^[1-9]\d*$/.test(value))
      return `${name} is no number: ${value}`;
    if (name === "per_page" && Number(value) > 100) return "per_page is above 100";
  }
  const lacks = parameters.find((one) => one.in === "query" && one.required && !query.has(one.name));
  return lacks && `the query lacks ${lacks.name}`;
}
