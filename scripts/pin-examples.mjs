// Writes a release into every example of how muslgate is got. Must change nothing else of a document.
import { readFileSync, writeFileSync } from "node:fs";

const [commit, tag] = process.argv.slice(2);
if (!/^[0-9a-f]{40}$/.test(commit) || !/^v\d+\.\d+\.\d+$/.test(tag)) {
  console.error("Call it as scripts/pin-examples.mjs COMMIT vX.Y.Z.");
  process.exit(2);
}
/** What a user copies, whatever release stands there now. */
const EXAMPLES = [
  // Tags can be moved, also by who breaks in; a commit cannot.
  [/(uses: muslgate\/muslgate)@\S+(?: # v\S+)?/g, `$1@${commit} # ${tag}`],
  [/(rev: )\S+( # muslgate)/g, `$1${tag}$2`],
  [/(?<![/\w])muslgate@\d[\d.]*/g, `muslgate@${tag.slice(1)}`],
  [/(ghcr\.io\/muslgate\/muslgate):v[\d.]+/g, `$1:${tag}`],
  // True until now.
  [/^There is no release yet:[\s\S]*?\n\n/m, ""],
];
for (const file of ["README.md", "docs/forks.md", "docs/probe-job.yaml"]) {
  const text = readFileSync(file, "utf8");
  writeFileSync(
    file,
    EXAMPLES.reduce((changed, [from, to]) => changed.replace(from, to), text),
  );
}
