import { join } from "node:path";
import fc from "../support/property.ts";
import { describe, expect, it } from "vitest";
import { fromFork, readEvent } from "../../src/github/event.ts";
import { temporaryFolder } from "../support/folder.ts";

const temporary = temporaryFolder();
const A = "a".repeat(40);
const B = "b".repeat(40);

let count = 0;
function read(name: string, event: unknown, more: Record<string, string> = {}) {
  const text = typeof event === "string" ? event : JSON.stringify(event);
  return readEvent({
    GITHUB_EVENT_NAME: name,
    GITHUB_EVENT_PATH: temporary.write(`event-${count++}.json`, text),
    GITHUB_REPOSITORY: "shop/api",
    GITHUB_RUN_ID: "77",
    ...more,
  });
}

const pull = (head = "shop/api") => ({
  number: 12,
  pull_request: {
    number: 12,
    user: { login: "someone" },
    head: { sha: B, repo: { full_name: head } },
    base: { sha: A, repo: { full_name: "shop/api" } },
  },
});

describe("readEvent", () => {
  it.each(["pull_request", "pull_request_target"])("%s: new findings count, against the base", (name) => {
    expect(read(name, pull())).toEqual({
      kind: name,
      repository: { owner: "shop", name: "api" },
      pullRequest: 12,
      baseSha: A,
      headSha: B,
      fromFork: false,
      apiUrl: "https://api.github.com",
      serverUrl: "https://github.com",
      runUrl: "https://github.com/shop/api/actions/runs/77",
      counted: "new",
    });
    expect(read(name, pull("stranger/api")).fromFork).toBe(true);
  });

  it("merge_group: new findings count, and there is no pull request", () => {
    const event = read("merge_group", { merge_group: { base_sha: A, head_sha: B } });
    expect(event).toMatchObject({ kind: "merge_group", baseSha: A, headSha: B, counted: "new" });
    expect(event.pullRequest).toBeUndefined();
  });

  it("push: all findings count; a branch that is new has nothing before", () => {
    expect(read("push", { before: A, after: B })).toMatchObject({ baseSha: A, headSha: B, counted: "all" });
    expect(read("push", { before: "0".repeat(40), after: B }).baseSha).toBeUndefined();
  });

  it.each(["release", "schedule", "workflow_dispatch"])("%s: all findings count", (name) => {
    expect(read(name, {}, { GITHUB_SHA: A })).toMatchObject({ kind: name, headSha: A, counted: "all" });
  });

  it("workflow_run: knows its one pull request", () => {
    const run = (pulls: unknown) =>
      read("workflow_run", { workflow_run: { head_sha: B, pull_requests: pulls } });
    expect(run([{ number: 3 }])).toMatchObject({ pullRequest: 3, headSha: B, counted: "all" });
    expect(run([]).pullRequest).toBeUndefined();
    expect(run([{ number: 3 }, { number: 4 }]).pullRequest).toBeUndefined();
  });

  it("other events are other", () => {
    expect(read("issue_comment", {})).toMatchObject({ kind: "other", counted: "all" });
  });

  it("knows GitHub Enterprise Server by the runner's variables, and no other address", () => {
    const server = {
      GITHUB_API_URL: "https://ghe.example/api/v3/",
      GITHUB_SERVER_URL: "https://ghe.example",
    };
    expect(read("push", { repository: { html_url: "https://evil.example" } }, server)).toMatchObject({
      apiUrl: "https://ghe.example/api/v3",
      runUrl: "https://ghe.example/shop/api/actions/runs/77",
    });
    expect(
      read("push", {}, { GITHUB_API_URL: "file:///etc", GITHUB_SERVER_URL: "https://a:b@ghe.example" }),
    ).toMatchObject({ apiUrl: "https://api.github.com", serverUrl: "https://github.com" });
  });

  it("takes Dependabot's runs for a fork's, whatever started them", () => {
    expect(read("push", {}, { GITHUB_ACTOR: "dependabot[bot]" }).fromFork).toBe(true);
  });

  it("leaves out what has another form", () => {
    const odd = {
      pull_request: { number: "12; rm", head: { sha: ["x"] }, base: { sha: `${A}\n` } },
      __proto__: { merge_group: 1 },
    };
    const event = read("pull_request", odd, { GITHUB_REPOSITORY: "../..", GITHUB_RUN_ID: "7/../8" });
    expect(event).toEqual({
      kind: "pull_request",
      fromFork: true,
      apiUrl: "https://api.github.com",
      serverUrl: "https://github.com",
      counted: "new",
    });
  });

  it("says why there is no event", () => {
    expect(readEvent({ GITHUB_EVENT_NAME: "push" }).problem).toBe("GITHUB_EVENT_PATH is not set");
    expect(readEvent({ GITHUB_EVENT_PATH: join(temporary.path, "none") }).problem).toContain("no such file");
    expect(read("push", "::error::x").problem).toBe("the event's file cannot be read: it is not JSON");
  });

  it("never throws", () => {
    const names = fc.constantFrom("pull_request", "merge_group", "push", "workflow_run", "release", "?");
    const odd = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: "small" }, fc.jsonValue(), tie("object")),
      object: fc.dictionary(
        fc.constantFrom(
          ..."pull_request merge_group workflow_run pull_requests head base repo sha".split(" "),
          ..."full_name user number before __proto__".split(" "),
        ),
        tie("value"),
        { maxKeys: 4 },
      ),
    })).object;
    fc.assert(
      fc.property(names, odd, fc.string(), (name, event, text) => {
        const made = read(name, event, {
          GITHUB_REPOSITORY: text,
          GITHUB_API_URL: text,
          GITHUB_RUN_ID: text,
        });
        expect(made.kind).toBe(name === "?" ? "other" : name);
        fromFork(event);
      }),
      { numRuns: 200 },
    );
  });
});

describe("fromFork", () => {
  const event = (head: string | null, login = "someone") => ({
    pull_request: {
      head: { repo: head === null ? null : { full_name: head } },
      base: { repo: { full_name: "shop/api" } },
      user: { login },
    },
  });
  it.each([
    ["the repository itself", event("shop/api"), false],
    ["a fork", event("stranger/api"), true],
    ["a fork that is gone", event(null), true],
    ["Dependabot", event("shop/api", "dependabot[bot]"), true],
    ["a push", {}, false],
    ["no event", null, false],
    ["a pull request without a form", { pull_request: 5 }, true],
  ])("%s", (_, given, expected) => {
    expect(fromFork(given)).toBe(expected);
  });
});
