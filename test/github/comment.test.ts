import { afterEach, describe, expect, it } from "vitest";
import { commentMarker, postComment } from "../../src/github/comment.ts";
import type { WorkflowEvent } from "../../src/github/event.ts";
import {
  type ApiContent,
  first,
  PULL,
  refuse,
  REPOSITORY,
  startGitHubApi,
  type TestApi,
} from "../support/github-api.ts";

let api: TestApi | undefined;
afterEach(async () => {
  const one = api;
  api = undefined;
  await one?.close();
});

const BOT = { login: "github-actions[bot]", type: "Bot" } as const;
const marker = commentMarker("job");
const secondary = "You have exceeded a secondary rate limit. Please wait a few minutes.";

function eventFor(apiUrl: string, more: Partial<WorkflowEvent> = {}): WorkflowEvent {
  return {
    kind: "pull_request",
    repository: REPOSITORY,
    pullRequest: PULL,
    fromFork: false,
    apiUrl,
    serverUrl: "https://github.com",
    counted: "new",
    ...more,
  };
}

async function post(
  content: ApiContent,
  comment: { body?: string; key?: string } = { body: "Three will fail." },
  more: Partial<WorkflowEvent> = {},
  patience?: number,
) {
  api = await startGitHubApi(content);
  return again(comment, more, patience);
}

function again(
  comment: { body?: string; key?: string },
  more: Partial<WorkflowEvent> = {},
  patience?: number,
) {
  const access = { token: "t0ken", ...(patience === undefined ? {} : { patience }) };
  return postComment(eventFor(api?.url ?? "", more), access, {
    key: "job",
    resolved: "All is well.",
    ...comment,
  });
}

const users = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ login: "someone", type: "User" as const, body: `word ${i}` }));

describe("postComment", () => {
  it("creates one, updates it in place, leaves it alone when nothing has changed, resolves it", async () => {
    expect(await post({})).toEqual({ posted: true, how: "created" });
    expect(api?.comments).toEqual([{ ...BOT, id: 1000, body: `${marker}\nThree will fail.` }]);
    expect(await again({ body: "Two will fail." })).toEqual({ posted: true, how: "updated" });
    expect(await again({ body: "Two will fail." })).toEqual({ posted: true, how: "unchanged" });
    expect(await again({})).toEqual({ posted: true, how: "updated" });
    expect(api?.comments).toEqual([{ ...BOT, id: 1000, body: `${marker}\nAll is well.` }]);
    expect(api?.count("POST", "")).toBe(1);
    expect(api?.count("PATCH", "")).toBe(2);
    expect(api?.seen[0]?.headers.authorization).toBe("token t0ken");
  });

  it("creates none where there is nothing to say", async () => {
    expect(await post({}, {})).toEqual({ posted: false, because: "there is nothing to say" });
    expect(api?.comments).toEqual([]);
  });

  it("finds it on a later page", async () => {
    const comments = [...users(230), { ...BOT, body: `${marker}\r\nold` }, ...users(5)];
    expect(await post({ comments })).toEqual({ posted: true, how: "updated" });
    expect(api?.count("GET", "comments")).toBe(3);
    expect(api?.comments[230]?.body).toBe(`${marker}\nThree will fail.`);
  });

  it("makes no second one when it cannot look at all comments", async () => {
    expect(await post({ comments: users(3001) })).toEqual({
      posted: false,
      because: "the pull request has more than 3000 comments",
    });
  });

  it("keeps one comment a key, whatever the key holds", async () => {
    await post({}, { body: "a", key: "a --> <script>" });
    await again({ body: "b", key: "\ud800" });
    await again({ body: "c", key: "a --> <script>" });
    expect(api?.comments.map(({ body }) => body.split("\n")[1])).toEqual(["c", "b"]);
    expect(JSON.stringify(api?.comments)).not.toContain("script");
  });

  it("overwrites nobody who quotes it", async () => {
    const comments = [
      { login: "someone", type: "User", body: `${marker}\nmine` },
      { login: "someone", type: "User", body: `> ${marker}\n> Three will fail.` },
      { login: "other[bot]", type: "Bot", body: `Said: ${marker}` },
    ] as const;
    expect(await post({ comments })).toEqual({ posted: true, how: "created" });
    expect(api?.comments.slice(0, 3).map(({ body }) => body)).toEqual(comments.map(({ body }) => body));
  });

  it("finds its own comment with a personal token too", async () => {
    const author = { login: "robot", type: "User" } as const;
    const comments = [
      { login: "someone", type: "User" as const, body: `${marker}\nmine` },
      { ...author, body: `${marker}\nold` },
    ];
    expect(await post({ author, comments })).toEqual({ posted: true, how: "updated" });
    expect(api?.comments.map(({ body }) => body.split("\n")[1])).toEqual(["mine", "Three will fail."]);
  });

  it("asks nothing outside a pull request or without a token", async () => {
    const none = await post({}, { body: "x" }, { pullRequest: undefined });
    expect(none).toEqual({ posted: false, because: "this run belongs to no pull request" });
    const access = { token: "" };
    expect(await postComment(eventFor(api?.url ?? ""), access, { key: "", body: "x", resolved: "" })).toEqual(
      {
        posted: false,
        because: "no token was given; one with permissions: pull-requests: write is needed",
      },
    );
    expect(api?.seen).toEqual([]);
  });
});

describe("what GitHub refuses", () => {
  it.each([
    ["writing, 403", refuse("POST"), 403],
    ["writing, 404", refuse("POST", 404), 404],
    ["reading, 403", refuse("GET"), 403],
    ["reading, 404", refuse("GET", 404), 404],
  ])("%s: names the permission, and does not ask again", async (_, fault, status) => {
    const result = await post({ fault });
    expect(result).toMatchObject({ posted: false });
    expect("because" in result && result.because).toMatch(
      new RegExp(
        `^the token may not write the comment: give the job permissions: pull-requests: write \\(GitHub says ${status}: `,
      ),
    );
    expect(api?.seen.length).toBeLessThanOrEqual(2);
  });

  it("updating: names the permission too", async () => {
    const result = await post({ comments: [{ ...BOT, body: marker }], fault: refuse("PATCH") });
    expect(result).toMatchObject({ because: expect.stringContaining("permissions: pull-requests: write") });
  });

  it("says that a fork's or Dependabot's run gets no such permission", async () => {
    expect(await post({ fault: refuse("POST") }, { body: "x" }, { fromFork: true })).toEqual({
      posted: false,
      because:
        "a run for a fork or for Dependabot has a token that only reads: it gets no permissions: pull-requests: write",
    });
  });

  it("a token it does not know, a locked conversation, a body it does not take", async () => {
    const said = async (status: number, message: string) => {
      await api?.close();
      return post({ fault: first(9, "POST", status, message) });
    };
    expect(await said(401, "Bad credentials")).toMatchObject({
      because: expect.stringContaining("does not know the token"),
    });
    expect(await said(403, "Unable to create comment because issue is locked.")).toEqual({
      posted: false,
      because: "the pull request's conversation is locked",
    });
    const hostile = await said(422, "Validation\n::error::pwned\u202e");
    expect(hostile).toMatchObject({ posted: false, because: expect.stringContaining("422: Validation") });
    expect(JSON.stringify(hostile)).not.toMatch(/\\n|\u202e/);
  });

  it("a body above 65,536 characters", async () => {
    expect(await post({}, { body: "x".repeat(65_536) })).toMatchObject({
      because: expect.stringContaining("too long"),
    });
  });

  it("everything, by not being there", async () => {
    api = await startGitHubApi();
    const { url } = api;
    await api.close();
    api = undefined;
    const result = await postComment(
      eventFor(url),
      { token: "t", patience: 2_000 },
      { key: "", body: "x", resolved: "" },
    );
    expect(result).toMatchObject({ because: expect.stringMatching(/^GitHub could not be reached/) });
  });

  it("without ever answering, for as long as there is patience", async () => {
    const result = await post({ fault: () => true }, { body: "x" }, {}, 700);
    expect(result).toMatchObject({ because: expect.stringMatching(/^GitHub could not be reached/) });
  });
});

describe("what passes", () => {
  it.concurrent.each([
    ["a secondary rate limit when reading", first(1, "GET", 403, secondary, { "retry-after": "1" })],
    ["a secondary rate limit when writing", first(1, "POST", 403, secondary, { "retry-after": "1" })],
    ["429", first(1, "GET", 429, secondary, { "retry-after": "1" })],
    ["502 twice when reading", first(2, "GET", 502, "Bad Gateway")],
    ["502 twice when writing", first(2, "POST", 502, "Bad Gateway")],
  ])("%s", async (_, fault) => {
    const own = await startGitHubApi({ fault });
    const comment = { key: "job", body: "x", resolved: "" };
    const result = await postComment(eventFor(own.url), { token: "t" }, comment);
    expect(result).toEqual({ posted: true, how: "created" });
    expect(own.comments).toHaveLength(1);
    await own.close();
  });

  it("a 502 after which the comment is there: no second one", async () => {
    const fault: ApiContent["fault"] = (seen, response, count) => {
      if (seen.method !== "POST" || count > 1) return undefined;
      (api as unknown as { comments: object[] }).comments.push({
        ...BOT,
        id: 5,
        body: JSON.parse(seen.body).body,
      });
      return first(1, "POST", 502, "Bad Gateway")(seen, response, count);
    };
    expect(await post({ fault })).toEqual({ posted: true, how: "unchanged" });
    expect(api?.comments).toHaveLength(1);
  });

  it("a comment that is deleted meanwhile", async () => {
    const fault: ApiContent["fault"] = (seen) => {
      if (seen.method === "PATCH") (api as unknown as { comments: object[] }).comments.length = 0;
      return undefined;
    };
    expect(await post({ comments: [{ ...BOT, body: marker }], fault })).toEqual({
      posted: true,
      how: "created",
    });
  });

  it("but not a rate limit that lasts longer than the patience", async () => {
    const fault = first(9, "GET", 403, secondary, { "retry-after": "3600" });
    expect(await post({ fault })).toMatchObject({
      because: expect.stringMatching(/^GitHub's rate limit leaves no room/),
    });
    expect(api?.seen).toHaveLength(1);
  });
});

describe("the server that stands for GitHub", () => {
  it("fails a test that asks for what GitHub does not have", async () => {
    const one = await startGitHubApi();
    const headers = { authorization: "token t", "user-agent": "x", accept: "application/json" };
    await fetch(`${one.url}/repos/shop/api/issues/12/remarks`, { headers });
    await fetch(`${one.url}/repos/shop/api/issues/12/comments?perpage=100`, { headers });
    await fetch(`${one.url}/repos/shop/api/issues/12/comments`, {
      method: "POST",
      headers,
      body: '{"text":"x"}',
    });
    await fetch(`${one.url}/repos/shop/api/issues/12/comments`);
    await expect(one.close()).rejects.toThrow(
      /no such path.*\n.*no query parameter perpage\n.*(required property 'body'|not said to be JSON)\n.*no authorization/,
    );
  });
});
