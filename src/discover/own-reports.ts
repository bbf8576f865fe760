/** Tells reports of scanners, ours too, from what is deployed: they quote what they found. Must not hide what somebody may deploy. */

/** How ours begins, and one in SARIF, of any program. */
const HEAD =
  /^\s*\{\s*"(?:version":\s*"\d+\.\d+",\s*"summary"|\$schema":\s*"[^"]{0,200}\bsarif\b|version":\s*"2\.1\.\d")/;

/** What one in SARIF may have at its top (SARIF 2.1.0, 3.13); ours has lists of judgements, images and clusters. */
const OF_SARIF = new Set(["$schema", "version", "runs", "inlineExternalProperties", "properties"]);
const OF_OURS = ["judgements", "images", "clusters"];

/** Whether a text is a whole report, and nothing besides. */
export function isReport(text: string): boolean {
  if (!HEAD.test(text.slice(0, 400))) return false;
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return false;
  }
  if (Array.isArray(value.runs)) return Object.keys(value).every((key) => OF_SARIF.has(key));
  const isObject = "kind" in value || "apiVersion" in value;
  return !isObject && OF_OURS.every((key) => Array.isArray(value[key]));
}
