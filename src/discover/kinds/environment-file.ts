/** Reads files of variables, such as compose's `.env`. Must not put one variable into another. */

/** `NAME=value` lines (docs.docker.com, Set environment variables; kustomize's `envs`). */
export function readEnvironment(text: string): ReadonlyMap<string, string> {
  const lines = text.split(/\r?\n/).flatMap((line) => {
    const match = /^(?:export\s+)?([A-Za-z_]\w*)=(.*)$/.exec(line.trim());
    if (match === null) return [];
    const quoted = /^(["'])([^"']*)\1/.exec(match[2] ?? "");
    const value = quoted?.[2] ?? (match[2] ?? "").replace(/\s+#.*$/, "");
    return [[match[1] as string, value] as const];
  });
  return new Map(lines);
}
