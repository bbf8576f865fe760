// Runs the bundled program on every input that means harm, and prints how long each took, its peak memory and how it ended. No test calls it.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  closeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { INPUTS } from "./hostile-inputs.mjs";

/** What each should stay under. */
const AIM = { seconds: 5, megabytes: 300 };
/** Then it is asked to end, and five seconds later made to. */
const PATIENCE_MS = 60_000;
/** A run that takes more is ended at once, for the sake of the machine. */
const MOST_MEGABYTES = 3_000;
const CLI = resolve("dist/cli.js");
/** Nothing listens there: no run may ask a registry of the world. */
const NOWHERE = "http://127.0.0.1:9";

/** The peak of a process in MB by Linux; elsewhere nothing. */
function peakOf(pid) {
  try {
    return (
      Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? Number.NaN) / 1024
    );
  } catch {
    return Number.NaN;
  }
}

function run({ args, to, env }, cwd) {
  return new Promise((done) => {
    const start = performance.now();
    // A shell closes what Node would open.
    const command =
      to === "closed"
        ? ["sh", ["-c", 'exec "$0" "$@" >&-', process.execPath, CLI, ...args]]
        : [process.execPath, [CLI, ...args]];
    const file = to?.startsWith("/") ? openSync(to, "w") : undefined;
    const child = spawn(...command, {
      cwd,
      env: {
        PATH: process.env.PATH,
        HOME: cwd,
        NO_COLOR: "1",
        HTTPS_PROXY: NOWHERE,
        HTTP_PROXY: NOWHERE,
        ...env,
      },
      stdio: ["ignore", file ?? "pipe", "pipe"],
    });
    if (file !== undefined) closeSync(file);
    let peak = Number.NaN;
    const poll = setInterval(() => {
      const now = peakOf(child.pid);
      if (!Number.isNaN(now)) peak = now;
      if (now > MOST_MEGABYTES) child.kill("SIGKILL");
    }, 10);
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (part) => (said = (said + part).slice(0, 200_000)));
    const ask = setTimeout(() => child.kill("SIGTERM"), PATIENCE_MS);
    const make = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS + 5_000);
    child.on("close", (code, signal) => {
      clearInterval(poll);
      clearTimeout(ask);
      clearTimeout(make);
      done({ seconds: (performance.now() - start) / 1000, peak, said, end: signal ?? `exit ${code}` });
    });
  });
}

/** All below a folder, `.git` included, by its bytes. */
function contentOf(folder) {
  const hash = createHash("sha256");
  for (const name of readdirSync(folder, { recursive: true }).toSorted()) {
    const path = join(folder, name);
    hash.update(`${name}\0`);
    if (lstatSync(path).isFile()) hash.update(readFileSync(path));
  }
  return hash.digest("hex");
}

/** What a run did that none may do. */
function harmOf({ said, end }, { to, must = "" }, before, after) {
  return [
    ...(before === after ? [] : ["CHANGED THE FOLDER"]),
    ...(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/.test(said)
      ? ["PRINTED CONTROL CHARACTERS"]
      : []),
    ...(/^\s*::\w/m.test(said) ? ["PRINTED A WORKFLOW COMMAND"] : []),
    ...(said.includes(must) ? [] : [`SAID NOTHING OF ${must}`]),
    ...(to !== undefined && end !== "exit 2" ? ["LOST ITS OUTPUT IN SILENCE"] : []),
    ...(end === "exit 4" || end === "SIGABRT" ? ["FELL OVER"] : []),
    ...(end === "SIGKILL" ? ["WAS MADE TO END"] : []),
  ].join(", ");
}

const chosen = process.argv[2] ?? "";
const place = mkdtempSync(join(tmpdir(), "muslgate-hostile-"));
console.log(
  `Aim: under ${AIM.seconds} s and ${AIM.megabytes} MB each.\n\n| input | s | peak MB | ended | |\n|---|---|---|---|---|`,
);
try {
  for (const [name, make] of Object.entries(INPUTS).filter(([one]) => one.includes(chosen))) {
    const folder = join(place, "input");
    mkdirSync(folder);
    const call = make(folder);
    const before = contentOf(folder);
    const ran = await run(call, folder);
    const late = ran.seconds > AIM.seconds || ran.peak > AIM.megabytes ? ["over the aim"] : [];
    const harm = harmOf(ran, call, before, contentOf(folder));
    const notes = [...late, ...(harm ? [harm] : [])].join(", ");
    const peak = Number.isNaN(ran.peak) ? "?" : ran.peak.toFixed(0);
    console.log(`| ${name} | ${ran.seconds.toFixed(1)} | ${peak} | ${ran.end} | ${notes} |`);
    rmSync(folder, { recursive: true, force: true });
  }
} finally {
  rmSync(place, { recursive: true, force: true });
}
