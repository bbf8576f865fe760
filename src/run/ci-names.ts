/** Takes what a CI system says of the repository by itself, which names of images are made of. Must take nothing that is secret. */

/** docs.github.com, Default environment variables; docs.gitlab.com, Predefined CI/CD variables. */
const NAMES = [
  "GITHUB_REPOSITORY",
  "GITHUB_REPOSITORY_OWNER",
  "CI_REGISTRY",
  "CI_REGISTRY_IMAGE",
  "CI_PROJECT_PATH",
  "CI_PROJECT_NAME",
  "CI_PROJECT_NAMESPACE",
] as const;

/** Their values in lower case, as images are called; empty outside of CI. */
export function ciNames(env: NodeJS.ProcessEnv): ReadonlyMap<string, string> {
  const pairs = NAMES.map((name) => [name, (env[name] ?? "").toLowerCase()] as const);
  return new Map(pairs.filter(([, value]) => value !== ""));
}
