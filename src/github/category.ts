/** Tells runs for one commit apart: jobs, the jobs of a matrix, folders of a repository. Must stay the same from commit to commit. */

const MOST = 200;

/** The category as it was written; where nobody wrote one, made of the workflow, the job, its matrix and the folder. */
export function categoryOf(
  { category, directory }: { readonly category?: string; readonly directory: string },
  matrix: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (category !== undefined) return category.slice(0, MOST);
  const { GITHUB_WORKFLOW: workflow = "", GITHUB_JOB: job = "" } = env;
  const folder = directory.replace(/^(?:\.\/+)+|\/+$/g, "");
  const parts = [workflow, job, matrix, folder === "." ? "" : folder];
  return parts
    .filter((part) => part !== "")
    .join("/")
    .slice(0, MOST);
}

/**
 * `20, linux` of `{"os": "linux", "node": 20}`, which action.yml gives for a category where the input is not set; empty
 * where there is no matrix; nothing of what is no JSON of one.
 */
export function matrixOf(text: string): string | undefined {
  try {
    const matrix: unknown = JSON.parse(text);
    if (matrix === null) return "";
    if (typeof matrix !== "object" || Array.isArray(matrix)) return undefined;
    return Object.entries(matrix)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([, value]) => (typeof value === "string" ? value : JSON.stringify(value)))
      .join(", ");
  } catch {
    return undefined;
  }
}
