// Prints what CHANGELOG.md says of a version. Must fail where it says nothing, or where something waits for a later one.
import { readFileSync } from "node:fs";

const [version] = process.argv.slice(2);
const sections = readFileSync("CHANGELOG.md", "utf8").split(/^## /m).slice(1);
const titled = (title) => sections.find((section) => section.split("\n", 1)[0].split(" - ")[0] === title);
const notes = titled(version)?.replace(/.*\n/, "").trim();
const waiting = titled("Unreleased")?.replace(/.*\n/, "").trim();
if (!notes) fail(`CHANGELOG.md has no section "## ${version} - YYYY-MM-DD". Write it.`);
if (waiting) fail(`CHANGELOG.md has changes under "Unreleased". Move them to "## ${version}".`);
console.log(notes);

function fail(why) {
  console.error(why);
  process.exit(1);
}
