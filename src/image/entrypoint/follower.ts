/** Follows everything that starts in a container to its resolver. Must be bounded, and say unknown rather than drop what it does not follow. */
import type { StartProcess } from "../../model/image-profile.ts";
import type { ElfFact } from "../../model/layer-facts.ts";
import type { FileView } from "../file-view.ts";
import { Changes } from "./changes.ts";
import { classify, factOf, type File, unknown } from "./classify.ts";
import { type Following, NOTHING, type Situation, starter } from "./following.ts";
import { baseName } from "./identity.ts";
import type { Outcome } from "./outcome.ts";
import type { Parsed } from "./parsed.ts";
import { followProgram } from "./program.ts";
import { followScript } from "./script-file.ts";
import { chainOf, find } from "./search.ts";
import type { Ran } from "./shell/host.ts";
import { CHOSEN, HOLE, isKnown, readable } from "./shell/text.ts";
import { followSupervisor } from "./supervision.ts";

/** Steps from the entry point to a process, scripts and wrappers counted. */
const MOST_STEPS = 24;
/** Programs that are followed in all: scripts that start scripts that start scripts would double at every step. */
const MOST_FOLLOWED = 512;
/** Commands of scripts that are walked in all. */
const MOST_WORK = 20_000;

/** Follows starts, and gathers what they come to. */
export class Follower implements Following {
  readonly files: Changes;
  readonly hosts: readonly string[];
  readonly parsed: Parsed;
  readonly outcomes: Outcome[] = [];
  readonly absent: StartProcess[] = [];
  /** Whether something led back to itself. */
  circles = false;
  readonly #open = new Set<string>();
  readonly #done = new Map<string, Ran>();
  /** By whether files were changed. */
  readonly #musl = new Map<boolean, readonly string[]>();
  #followed = 0;
  #work = 0;

  /** `hosts`: names that /etc/hosts answers, beside those that are in every container. */
  constructor(files: FileView, parsed: Parsed, hosts: readonly string[] = []) {
    this.files = new Changes(files);
    this.parsed = parsed;
    this.hosts = hosts;
  }

  muslPrograms(): readonly string[] {
    const isChanged = this.files.version > 0;
    const before = this.#musl.get(isChanged);
    if (before !== undefined) return before;
    // A loader of any name may lead to musl, as gcompat's does.
    const led = new Map<string, boolean>();
    const leads = (file: File, fact: ElfFact) => {
      const loader = `${fact.machine} ${fact.interpreter}`;
      const known =
        led.get(loader) ?? classify(this.files, file, { ...fact, go: undefined }).musl !== undefined;
      led.set(loader, known);
      return known;
    };
    // A program without a resolver is not followed, nor one whose loader is not there: unless that is put there.
    const found = [...this.files.files()].flatMap(({ path, facts }) =>
      facts.some(
        (fact) =>
          fact.kind === "elf" &&
          (fact.linked?.musl === true
            ? fact.linked.noResolver !== true
            : fact.interpreter !== undefined &&
              ((isChanged && fact.interpreter.includes("musl")) ||
                leads({ kind: "file", path, executable: true, facts }, fact))),
      )
        ? [path]
        : [],
    );
    this.#musl.set(isChanged, found);
    return found;
  }

  run(words: readonly string[], how: Situation): Ran {
    const [first, ...rest] = words;
    if (first === undefined) return { status: true, output: "" };
    if (how.depth >= MOST_STEPS)
      return this.unknown(`the entry point leads through more than ${MOST_STEPS} programs`, how);
    if (first.includes(CHOSEN)) return NOTHING;
    if (!isKnown(first))
      return this.unknown(
        `what ${starter(how)} starts depends on a value that is only known when it runs`,
        how,
      );
    const key = JSON.stringify([words, how.cwd, how.stdin, [...how.environment]]);
    if (this.#open.has(key)) {
      this.circles = true;
      return NOTHING;
    }
    const memo = `${this.files.version} ${how.sure} ${how.isMain} ${how.prints === true} ${key}`;
    const known = this.#done.get(memo);
    if (known !== undefined) return known;
    if (++this.#followed > MOST_FOLLOWED)
      return this.unknown(`the entry point leads to more than ${MOST_FOLLOWED} programs`, how);
    this.#open.add(key);
    try {
      const ran = this.#found(first, rest, how);
      this.#done.set(memo, ran);
      return ran;
    } finally {
      this.#open.delete(key);
    }
  }

  runIn(files: FileView, words: readonly string[], how: Situation): void {
    const inside = new Follower(files, this.parsed, this.hosts);
    inside.#work = this.#work;
    inside.#followed = this.#followed;
    inside.run(words, how);
    this.#work = inside.#work;
    this.#followed = inside.#followed;
    this.outcomes.push(...inside.outcomes);
    this.absent.push(...inside.absent);
  }

  add(process: StartProcess, name: string, how: Situation): void {
    this.outcomes.push({
      process: { ...process, chain: [...how.steps, ...process.chain] },
      started: how.at === undefined ? undefined : `\`${readable(name)}\` in ${how.at}`,
      sure: how.sure,
      isMain: how.isMain,
    });
  }

  unknown(reason: string, how: Situation): Ran {
    this.add(unknown(reason), "", how);
    return { status: undefined, output: HOLE };
  }

  step(cost: number, how: Situation): boolean {
    this.#work += cost;
    if (this.#work <= MOST_WORK) return true;
    if (this.#work - cost <= MOST_WORK)
      this.unknown(`its scripts take more than ${MOST_WORK} steps to follow`, how);
    return false;
  }

  #found(first: string, rest: readonly string[], how: Situation): Ran {
    const found = find(this.files, first, how.environment.get("PATH"), how.cwd);
    if (found.kind === "unknown")
      return this.unknown(`the program ${first} is not known: ${found.because}`, how);
    if (found.kind === "missing" && found.mayCome !== undefined) {
      const why = `the program ${first} is not known: ${found.mayCome}`;
      this.add({ ...unknown(why), missing: first }, "", how);
      return { status: undefined, output: HOLE };
    }
    if (found.kind === "missing") {
      const process = { ...unknown(`the program ${first} is not in the image`), missing: first };
      // What takes the place of the shell, or stands at a path of its own, was meant to be there.
      if (how.isMain || (first.includes("/") && how.sure)) this.add(process, "", how);
      else this.absent.push(process);
      return { status: false, output: "" };
    }
    if (found.kind === "folder")
      return how.isMain
        ? this.unknown(`the program ${first} is a folder`, how)
        : { status: false, output: "" };
    if (found.kind === "plain")
      return this.unknown(`${found.path} is neither a program nor a script that can be read`, how);
    if (!found.executable && how.at !== undefined) return { status: false, output: "" };
    const steps = [...how.steps, ...chainOf(found.named, found, how.script)];
    return this.#file(found, found.named, first, rest, { ...how, steps });
  }

  /** Follows a file that is executed. */
  #file(file: File, named: string, word: string, rest: readonly string[], how: Situation): Ran {
    const script = factOf(file, "script");
    const elf = factOf(file, "elf");
    const [applet = ""] = rest;
    // `busybox crond` is what a link named so is.
    const isApplet = /^(?:busybox|toybox)/.test(baseName(named)) && /^\w[\w-]*$/.test(applet);
    const supervised = isApplet
      ? followSupervisor(this, file, `/bin/${applet}`, rest.slice(1), how)
      : followSupervisor(this, file, named, rest, how);
    if (supervised !== undefined) return supervised;
    if (elf !== undefined) return followProgram(this, file, elf, named, word, rest, how);
    if (script === undefined)
      return this.unknown(`${file.path} is neither a program nor a script that can be read`, how);
    return followScript(this, script, file, named, word, rest, how);
  }
}
