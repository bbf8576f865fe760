// Writes the part of GitHub's OpenAPI description that the tests hold requests against. Run by hand for a newer one:
//   npm install --no-save --ignore-scripts @octokit/openapi@VERSION && node test/support/github-description.mjs
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const REPO = "/repos/{owner}/{repo}";
/** What src/publish asks, and the statuses whose answers the test server makes. */
const USED = [
  [`${REPO}/issues/{issue_number}/comments`, "get", "200"],
  [`${REPO}/issues/{issue_number}/comments`, "post", "201"],
  [`${REPO}/issues/comments/{comment_id}`, "patch", "200"],
  [`${REPO}/git/trees/{tree_sha}`, "get", "200"],
  [`${REPO}/git/blobs/{file_sha}`, "get", "200"],
  [`${REPO}/pulls`, "get"],
  [`${REPO}/pulls/{pull_number}/files`, "get"],
  [`${REPO}/pulls/{pull_number}/comments`, "get"],
  [`${REPO}/pulls/{pull_number}/reviews`, "post"],
  ["/user", "get"],
];
/** Words for readers; they check nothing. */
const WORDS = new Set(["description", "summary", "title", "example", "examples", "externalDocs"]);

const find = createRequire(import.meta.url).resolve;
const { version } = JSON.parse(readFileSync(find("@octokit/openapi/package.json"), "utf8"));
const whole = JSON.parse(readFileSync(find("@octokit/openapi/generated/api.github.com.json"), "utf8"));

/** A copy without words, in `properties` and the like names stay whatever they are. */
function bare(value, names = false) {
  if (Array.isArray(value)) return value.map((one) => bare(one));
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value).filter(([key]) => names || !(WORDS.has(key) || key.startsWith("x-")));
  return Object.fromEntries(
    kept.map(([key, one]) => [key, bare(one, !names && (key === "properties" || key === "schemas"))]),
  );
}

const part = {
  source: `npm package @octokit/openapi ${version} (MIT), generated/api.github.com.json; made by github-description.mjs`,
  paths: {},
  components: {},
};

/** Takes what a value refers to as well. */
function withReferences(value) {
  for (const [, group, name] of JSON.stringify(value).matchAll(/"#\/components\/([\w-]+)\/([\w-]+)"/g)) {
    part.components[group] ??= {};
    if (part.components[group][name] !== undefined) continue;
    part.components[group][name] = bare(whole.components[group][name]);
    withReferences(part.components[group][name]);
  }
  return value;
}

for (const [path, verb, ...statuses] of USED) {
  const { parameters, requestBody, responses } = bare(whole.paths[path][verb]);
  const answers = statuses.map((status) => [status, { content: responses[status].content }]);
  part.paths[path] ??= {};
  part.paths[path][verb] = withReferences({
    parameters,
    requestBody,
    responses: Object.fromEntries(answers),
  });
}
writeFileSync(new URL("github-description.json", import.meta.url), `${JSON.stringify(part, null, 1)}\n`);
