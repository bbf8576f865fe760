/** Walks a shell script through every way it may take, and hands what it starts to its host. Must take bounded steps, and drop nothing that it does not follow. */
import type {
  AndOr,
  Case,
  Command,
  CommandNode,
  CompoundList,
  For,
  If,
  ParsedScript,
  Pipeline,
  Redirection,
  Select,
  Statement,
  Word,
} from "unbash";
import { BUILTINS, isBuiltin } from "./builtins.ts";
import { testExpression } from "./conditions.ts";
import { arithmetic, bodyOf, fieldsOf, type Outside, patternOf, textOf } from "./expand.ts";
import type { Host, Start, Walker } from "./host.ts";
import { scriptsIn } from "./nested.ts";
import { fitsIn } from "./pattern.ts";
import type { Source } from "./source.ts";
import { absolute, areCounted, distinct, fewer, joined, type State } from "./state.ts";
import { ANY, bounded, CHOSEN, HOLE, isKnown, OPEN, readable } from "./text.ts";

/** States that are followed side by side. */
const MOST_STATES = 16;
/** Functions, substitutions and sourced files in each other. */
const MOST_DEPTH = 24;
/** Rounds of a loop whose end can be told, and of one whose end cannot. */
const MOST_ROUNDS = 128;
const OPEN_ROUNDS = 3;

/** Variables that nothing sets in one condition, each of which may be chosen or not. */
const MOST_SUPPOSED = 3;

/** A shell process that has yet to run. */
export function newShell(host: Host, name: string, source: Source): Shell {
  return new Shell(host, name, source);
}

export type { Shell };

/** One shell process. */
class Shell implements Outside, Walker {
  readonly host: Host;
  /** The shell's own name: `bash`, `ash`, … */
  readonly name: string;
  source: Source;
  #depth = 0;
  /** Conditions that are being walked: `set -e` ends nothing in them. */
  #conditions = 0;

  constructor(host: Host, name: string, source: Source) {
    this.host = host;
    this.name = name;
    this.source = source;
  }

  get sourcePath(): string | undefined {
    return this.source.path;
  }

  names(folder: string): readonly string[] | undefined {
    return this.host.names(folder);
  }

  /** Runs a whole script, and its traps at every way out. */
  run(state: State): readonly State[] {
    return this.#trapped(this.text(this.source, state));
  }

  /** Runs the traps of a shell, or of a process of its own, that ends. */
  #trapped(ends: readonly State[]): readonly State[] {
    for (const end of ends) {
      for (const [signal, action] of end.traps) {
        // What takes the shell's place takes its end from it, too.
        if (end.replaced && signal.startsWith("EXIT")) continue;
        const last = end.clone();
        last.flow = "next";
        last.traps = new Map();
        this.evaluate(action, last, "a trap");
        if (end.output !== undefined) end.output = HOLE;
      }
    }
    return ends;
  }

  /** Runs a text in a state. */
  text(source: Source, state: State): readonly State[] {
    const script = this.host.parse(source.text);
    const before = this.source;
    this.source = source;
    const states = this.deeper(state, () => this.statements(script.commands, [state]));
    const [error] = script.errors ?? [];
    if (error !== undefined)
      this.host.unknown(
        `the script ${this.at(error.pos)} is not shell that could be read (${error.message})`,
      );
    this.source = before;
    return states;
  }

  /** Runs a text that was put together, such as that of `eval`. */
  evaluate(text: string, state: State, what: string): readonly State[] {
    const plain = text.replaceAll(OPEN, "");
    if (plain !== text)
      this.host.absent(`what ${what} in ${this.source.name} runs is only known when it runs`);
    if (!isKnown(plain.replaceAll(CHOSEN, "")))
      this.host.unknown(`what ${what} in ${this.source.name} runs is only known when it runs`);
    const { name, path } = this.source;
    return this.text(
      { name: name.endsWith(")") ? name : `${name} (${what})`, text: plain, path, lineOf: () => 1 },
      state,
    );
  }

  /** Where a position is, as `/entry.sh:2`. */
  at(position: number): string {
    const { name, text, lineOf } = this.source;
    return text.includes("\n") || this.source.path !== undefined ? `${name}:${lineOf(position)}` : name;
  }

  deeper(state: State, walk: () => readonly State[]): readonly State[] {
    if (this.#depth >= MOST_DEPTH) {
      this.host.unknown(
        `the script ${this.source.name} leads through more than ${MOST_DEPTH} functions and texts`,
      );
      return [state];
    }
    this.#depth++;
    try {
      return walk();
    } finally {
      this.#depth--;
    }
  }

  /** Runs what may run, and goes on as if it had not. */
  #maybe(body: CommandNode | CompoundList, state: State): void {
    const child = state.fork();
    child.sure = false;
    this.deeper(child, () =>
      body.type === "CompoundList" ? this.statements(body.commands, [child]) : this.#command(body, child),
    );
  }

  /** Substitutions in what is not expanded word by word: arithmetic, indexes, braces. */
  nested(node: unknown, state: State): void {
    for (const script of scriptsIn(node)) this.substitute(script, state);
  }

  substitute(script: ParsedScript | undefined, state: State): string {
    if (script === undefined) return HOLE;
    const inside = state.fork();
    inside.output = "";
    inside.flow = "next";
    if ((script.errors?.length ?? 0) > 0)
      this.host.unknown(`a substitution in ${this.source.name} could not be read`);
    const ends = this.deeper(inside, () => this.#trapped(this.statements(script.commands, [inside])));
    const texts = new Set(ends.map(({ output }) => (output ?? "").replace(/\n+$/, "")));
    const statuses = new Set(ends.map(({ status }) => status));
    state.status = statuses.size === 1 ? [...statuses][0] : undefined;
    const [text] = texts;
    return texts.size === 1 ? (text as string) : HOLE;
  }

  statements(statements: readonly Statement[], from: readonly State[]): readonly State[] {
    let states = from;
    for (const statement of statements) {
      if (states.every(({ flow }) => flow !== "next")) break;
      states = this.each(states, (state) => this.#statement(statement, state));
    }
    return states;
  }

  /** Lets every state that goes on take a step; bounds how many there are. */
  each(states: readonly State[], step: (state: State) => readonly State[]): readonly State[] {
    const next = states.flatMap((state) => {
      if (state.flow !== "next") return [state];
      if (!this.host.step(1)) {
        state.flow = "exit";
        return [state];
      }
      return step(state);
    });
    if (next.length < 2) return next;
    this.host.step(Math.ceil(next.reduce((sum, { weight }) => sum + weight, 0) / 2_048));
    const kept = distinct(next);
    if (kept.length <= MOST_STATES) return kept;
    const going = kept.filter(({ flow }) => flow === "next");
    const left = kept.filter(({ flow }) => flow !== "next");
    return [
      ...(left.length > MOST_STATES ? [joinedEnd(left)] : left),
      ...(going.length > 0 ? fewer(going, MOST_STATES / 2) : []),
    ];
  }

  #statement({ command, background }: Statement, state: State): readonly State[] {
    if (!background) return this.#any(command, state);
    const child = state.fork();
    this.#trapped(this.#any(command, child));
    state.status = true;
    return [state];
  }

  #any(node: Statement["command"], state: State): readonly State[] {
    if (node.type === "AndOr") return this.#andOr(node, state);
    return node.type === "Pipeline" ? this.#pipeline(node, state) : this.#command(node, state);
  }

  #andOr({ commands, operators }: AndOr, state: State): readonly State[] {
    let states: readonly State[] = [state];
    commands.forEach((command, index) => {
      const operator = operators[index - 1];
      states = this.each(states, (one) => {
        const run = (started: State) =>
          index === commands.length - 1
            ? this.#any(command, started)
            : this.#condition(() => this.#any(command, started));
        if (operator === undefined) return run(one);
        const wanted = operator === "&&";
        if (one.status === !wanted) return [one];
        if (one.status === wanted) return run(one);
        const passed = one.clone();
        passed.status = !wanted;
        // A command usually succeeds: what stands behind `&&` runs then, what stands behind `||` does not.
        if (wanted) passed.sure = false;
        else one.sure = false;
        one.status = wanted;
        return [passed, ...run(one)];
      });
    });
    return states;
  }

  #pipeline({ commands, prefixes }: Pipeline, state: State): readonly State[] {
    const negated = prefixes.filter(({ type }) => type === "Negation").length % 2 === 1;
    let states: readonly State[];
    if (commands.length === 1) {
      const run = () => this.#command(commands[0] as CommandNode, state);
      states = negated ? this.#condition(run) : run();
    } else {
      let stdin = state.stdin;
      const { stdin: outer } = state;
      const statuses: (boolean | undefined)[] = [];
      states = [state];
      commands.forEach((command, index) => {
        const isLast = index === commands.length - 1;
        if (isLast && state.options.has("lastpipe")) {
          state.stdin = stdin;
          states = this.#command(command, state);
          for (const one of states) one.stdin = outer;
          return;
        }
        const child = state.fork();
        child.stdin = stdin;
        if (!isLast) child.output = "";
        else if (child.output !== undefined) child.output = "";
        const ends = this.#trapped(this.#command(command, child));
        const texts = new Set(ends.map(({ output }) => output));
        const text = texts.size === 1 ? [...texts][0] : HOLE;
        const all = new Set(ends.map(({ status }) => status));
        statuses.push(all.size === 1 ? [...all][0] : undefined);
        if (isLast && text !== undefined) state.print(text);
        if (isLast) state.status = statuses.at(-1);
        stdin = text;
      });
      if (state.options.has("pipefail"))
        for (const one of states)
          if (statuses.includes(false)) one.status = false;
          else if (statuses.includes(undefined) && one.status === true) one.status = undefined;
    }
    if (negated)
      for (const one of states) if (one.status !== undefined && one.flow === "next") one.status = !one.status;
    return states;
  }

  /** Walks what a condition hangs on. */
  #condition(walk: () => readonly State[]): readonly State[] {
    this.#conditions++;
    try {
      return walk();
    } finally {
      this.#conditions--;
    }
  }

  #command(node: CommandNode, state: State): readonly State[] {
    const ends = this.#walked(node, state);
    // Of programs it is not known how they end; one that is not there may come by a volume.
    const ownName = node.type === "Command" ? (node.name?.text ?? ":") : undefined;
    if (this.#conditions === 0 && ownName !== undefined && isBuiltin(ownName, this.name))
      for (const end of ends)
        if (end.flow === "next" && end.status === false && end.options.has("errexit")) end.flow = "exit";
    return ends;
  }

  #walked(node: CommandNode, state: State): readonly State[] {
    state.last = state.status;
    switch (node.type) {
      case "Command":
        return this.#simple(node, state);
      case "Redirected":
        return this.redirected(node.redirects, state, () => this.#command(node.command, state));
      case "Function":
        state.functions.set(node.name.value, { node, source: this.source });
        // bash calls it for every command that it does not find.
        if (node.name.value === "command_not_found_handle" && this.name === "bash")
          this.#maybe(node.body, state);
        state.status = true;
        return [state];
      case "BraceGroup":
        return this.statements(node.body.commands, [state]);
      case "Subshell": {
        const child = state.fork();
        const ends = this.#trapped(this.statements(node.body.commands, [child]));
        const statuses = new Set(ends.map(({ status }) => status));
        state.status = statuses.size === 1 ? [...statuses][0] : undefined;
        const texts = new Set(ends.map(({ output }) => output));
        if (state.output !== undefined) state.output = texts.size === 1 ? [...texts][0] : HOLE;
        return [state];
      }
      case "If":
        return this.#if(node, state);
      case "Case":
        return this.#case(node, state);
      case "While":
        return this.#while(node.clause, node.kind === "until", node.body, state);
      case "For":
        return this.#for(node, state);
      case "Select":
        return this.#select(node, state);
      case "ArithmeticFor":
        for (const one of [node.initialize, node.test, node.update])
          if (one !== undefined) arithmetic(one, state, this);
        return this.#while(undefined, false, node.body, state);
      case "TestCommand":
        state.status = testExpression(node.expression, state, this, this.host);
        return this.#supposing([node], [state], (one) => this.#command(node, one));
      case "ArithmeticCommand": {
        const value = node.expression === undefined ? undefined : arithmetic(node.expression, state, this);
        state.status = value === undefined ? undefined : value !== 0;
        return [state];
      }
      case "Coproc": {
        const child = state.fork();
        this.#trapped(
          node.body.type === "CompoundList"
            ? this.statements(node.body.commands, [child])
            : this.#command(node.body, child),
        );
        return [state];
      }
    }
  }

  /** Runs either what follows a condition or something else; certain again once both ways meet. */
  #branch(
    clause: CompoundList,
    state: State,
    then: (state: State) => readonly State[],
    otherwise: (state: State) => readonly State[],
  ): readonly State[] {
    const checked = this.#condition(() => this.statements(clause.commands, [state]));
    return this.each(checked, (one) => {
      if (one.status === true) return then(one);
      if (one.status === false) return otherwise(one);
      const { sure } = one;
      const other = one.clone();
      one.sure = false;
      other.sure = false;
      one.status = true;
      other.status = false;
      const states = [...then(one), ...otherwise(other)];
      if (sure && states.every(({ flow }) => flow === "next")) for (const end of states) end.sure = true;
      return states;
    });
  }

  #if(node: If, state: State, index = 0): readonly State[] {
    const clauses = [node, ...node.elif];
    const clause = clauses[index];
    if (clause === undefined) {
      state.status = true;
      return node.else === undefined ? [state] : this.statements(node.else.commands, [state]);
    }
    return this.#branch(
      clause.clause,
      state,
      (one) => this.statements(clause.then.commands, [one]),
      (one) => this.#if(node, one, index + 1),
    );
  }

  #case(node: Case, state: State): readonly State[] {
    const text = textOf(node.word, state, this);
    const { sure } = state;
    const ends: State[] = [];
    let open: State | undefined = state;
    for (const [index, item] of node.items.entries()) {
      if (open === undefined) break;
      const current: State = open;
      let truth: boolean | undefined = false;
      for (const word of item.pattern) {
        const fit = fitsIn(current, patternOf(word, current, this), text);
        if (fit === true) truth = true;
        else if (fit === undefined && truth === false) truth = undefined;
      }
      if (truth === false) continue;
      let taken: State = current;
      if (truth === undefined) {
        taken = current.clone();
        taken.sure = false;
        current.sure = false;
      } else open = undefined;
      // `;&` runs the next one's commands too, `;;&` looks for others: both may.
      let states = this.statements(item.body.commands, [taken]);
      for (
        let next = index;
        node.items[next]?.terminator?.endsWith("&") && next + 1 < node.items.length;
        next++
      )
        states = this.statements(node.items[next + 1]?.body.commands ?? [], states);
      ends.push(...states);
    }
    if (open !== undefined) {
      open.status = true;
      ends.push(open);
    }
    if (sure && ends.every(({ flow }) => flow === "next")) for (const end of ends) end.sure = true;
    return this.each(ends, (one) => [one]);
  }

  #while(
    clause: CompoundList | undefined,
    isUntil: boolean,
    body: CompoundList,
    state: State,
  ): readonly State[] {
    const done: State[] = [];
    const seen: State[] = [];
    const keys = new Set<string>();
    let going: readonly State[] = [state];
    let openRounds = 0;
    const round = (states: readonly State[]): readonly State[] => {
      const next: State[] = [];
      for (const one of states) {
        const checked: readonly State[] =
          clause === undefined
            ? [Object.assign(one, { status: undefined })]
            : this.#condition(() => this.statements(clause.commands, [one]));
        for (const after of checked) {
          if (after.flow !== "next") {
            done.push(after);
            continue;
          }
          const ends = after.status === undefined ? undefined : after.status === isUntil;
          if (ends !== false) {
            const over = after.clone();
            over.status = true;
            done.push(over);
          }
          if (ends === true) continue;
          if (ends === undefined) {
            openRounds++;
            // `until check; do wait; done` may go round, and may not.
            after.sure = false;
          }
          for (const end of this.statements(body.commands, [after])) {
            if (leavesLoop(end)) next.push(end);
            else done.push(end);
          }
        }
      }
      return next;
    };
    for (let rounds = 0; going.length > 0; rounds++) {
      this.host.step(Math.ceil(going.reduce((sum, { weight }) => sum + weight, 0) / 2_048));
      const fresh = going.filter((one) => !keys.has(one.key()) && keys.add(one.key()));
      if (fresh.length === 0) break;
      if (rounds >= MOST_ROUNDS || openRounds > OPEN_ROUNDS * MOST_STATES || !this.host.step(1)) {
        this.#widen([...seen, ...fresh], round, done);
        break;
      }
      seen.push(...fresh.map((one) => one.clone()));
      going = this.each(round(fresh), (one) => [one]);
      if (openRounds > 0 && rounds >= OPEN_ROUNDS && going.length > 0) {
        this.#widen([...seen, ...going], round, done);
        break;
      }
    }
    for (const one of done)
      if (one.flow === "break" || one.flow === "continue") {
        one.levels--;
        if (one.levels <= 0) one.flow = "next";
      }
    const sure = state.sure || done.length === 1;
    for (const one of done)
      if (one.flow === "next" && sure && done.every(({ flow }) => flow === "next")) one.sure = true;
    return this.each(done, (one) => [one]);
  }

  /** Lets a loop go round until nothing changes that is known. */
  #widen(seen: readonly State[], round: (states: readonly State[]) => readonly State[], done: State[]): void {
    let wide = joined(seen);
    for (let i = 0; i < 4; i++) {
      const key = wide.key();
      const ends = round([wide.clone()]);
      if (ends.length === 0) return;
      wide = joined([wide, ...ends]);
      if (wide.key() === key) return;
    }
    wide.taint();
    wide.args = [ANY];
    wide.cwd = HOLE;
    done.push(...round([wide]));
  }

  #for(node: For, state: State): readonly State[] {
    const words =
      node.wordlist === undefined ? state.args : node.wordlist.flatMap((word) => fieldsOf(word, state, this));
    const items = words.length > MOST_ROUNDS ? [ANY] : words;
    let going: readonly State[] = [state];
    const done: State[] = [];
    for (const item of items) {
      const isOpen = item.includes(ANY);
      if (item === OPEN) continue;
      for (const one of going)
        if (isOpen) {
          done.push(one.clone());
          one.sure = false;
        }
      going = this.each(going, (one) => {
        one.set(node.name.value, isOpen ? HOLE : item);
        return this.statements(node.body.commands, [one]);
      });
      const ended = going.filter((one) => !leavesLoop(one));
      done.push(...ended);
      going = going.filter((one) => !ended.includes(one));
      if (isOpen && going.length > 0) {
        // What the first round changed, the next may see.
        const wide = joined(going);
        going = this.each([wide], (one) => this.statements(node.body.commands, [one]));
        done.push(...going.filter((one) => !leavesLoop(one)));
        going = going.filter((one) => one.flow === "next");
      }
    }
    for (const one of done)
      if (one.flow === "break" || one.flow === "continue") {
        one.levels--;
        if (one.levels <= 0) one.flow = "next";
      }
    return this.each([...done, ...going], (one) => [one]);
  }

  #select(node: Select, state: State): readonly State[] {
    for (const word of node.wordlist ?? []) fieldsOf(word, state, this);
    const passed = state.clone();
    state.set(node.name.value, HOLE);
    state.set("REPLY", HOLE);
    state.sure = false;
    const ends = this.statements(node.body.commands, [state]);
    for (const end of ends) if (end.flow === "break" || end.flow === "continue") end.flow = "next";
    return [passed, ...ends];
  }

  /** Runs something with its redirections in place. */
  redirected(
    redirects: readonly Redirection[],
    state: State,
    run: () => readonly State[],
    isForGood = false,
  ): readonly State[] {
    const { stdin, output } = state;
    let writes: { readonly path: string; readonly appends: boolean } | undefined;
    let isAway = false;
    let mayFail = false;
    for (const redirect of redirects) {
      if (redirect.type === "HereDoc") {
        state.stdin = redirect.delimiter?.quoted ? redirect.body.text : bodyOf(redirect.body, state, this);
        continue;
      }
      const target = textOf(redirect.target, state, this);
      if (redirect.type === "HereString") {
        state.stdin = `${target}\n`;
        continue;
      }
      const tcp = /^\/dev\/(?:tcp|udp)\/([^/]*)/.exec(target)?.[1];
      mayFail ||= this.#mayFail(redirect.operator, target, state);
      if (tcp !== undefined && this.name === "bash") this.host.connects(tcp, this.at(redirect.pos));
      const number = redirect.descriptor?.type === "FileDescriptor" ? redirect.descriptor.value : undefined;
      const path = absolute(state.cwd, target);
      if (redirect.operator === "<" || redirect.operator === "<>") {
        if ((number ?? 0) !== 0) continue;
        const read = isKnown(path) ? this.host.read(path) : undefined;
        state.stdin = read === undefined ? HOLE : read === "missing" ? "" : read.text;
      } else if (redirect.operator === "<&") {
        if ((number ?? 0) === 0) state.stdin = HOLE;
      } else if (redirect.operator === ">&" && /^(\d+|-)$/.test(target)) {
        if ((number ?? 1) === 1) isAway = true;
      } else {
        const isOut = (number ?? 1) === 1 || redirect.operator.startsWith("&");
        if (isOut) isAway = true;
        if (path.startsWith("/dev/")) continue;
        if (isOut) writes = { path, appends: redirect.operator.endsWith(">>") };
        else this.host.write(path, undefined, false);
      }
    }
    if (isForGood) {
      if (writes !== undefined) this.host.write(writes.path, undefined, false);
      return run();
    }
    const isFed = state.stdin !== stdin;
    if (isAway) state.output = writes === undefined ? undefined : "";
    const ends = run();
    for (const end of ends) {
      // Then the command does not run, but what stands behind `||` does.
      if (mayFail && end.status === true) end.status = undefined;
      if (writes !== undefined)
        this.host.write(writes.path, ends.length > 1 || !end.sure ? undefined : end.output, writes.appends);
      if (isAway) end.output = output;
      if (isFed) end.stdin = stdin;
    }
    return ends;
  }

  /** Whether a redirection may fail, and its command with it. */
  #mayFail(operator: string, target: string, state: State): boolean {
    if (/^(?:\d+|-)$/.test(target) || /^\/dev\/(?:null|std\w+|tty|zero|fd\/\d+)$/.test(target)) return false;
    const path = absolute(state.cwd, target);
    if (!isKnown(path)) return false;
    if (operator.startsWith("<")) return this.host.kindOf(path) === "other" && !path.startsWith("/tmp/");
    const folder = path.replace(/\/[^/]*$/, "") || "/";
    return this.host.kindOf(folder) !== "folder" && !/^\/(?:tmp|run|var)(?:\/|$)/.test(folder);
  }

  #simple(node: Command, state: State): readonly State[] {
    state.status = true;
    const alias =
      node.name !== undefined && node.name.text === node.name.value && state.aliases.get(node.name.value);
    const fields = node.name === undefined ? [] : fieldsOf(node.name, state, this);
    const words = [...fields];
    for (const arg of node.suffix) {
      if (arg.type === "Word") words.push(...fieldsOf(arg, state, this));
      // `export A=b`: a builtin's own assignments, and ordinary words of others.
      else if (arg.type === "Assignment") words.push(...this.#assignmentWords(arg, fields[0], state));
    }
    const assignments: [string, string | readonly string[]][] = [];
    for (const one of node.prefix) {
      if (one.type !== "Assignment") continue;
      const value = this.#value(one, state);
      if (words.length === 0) {
        state.set(one.name, value);
        this.#trappedBy(one.name, state);
      } else assignments.push([one.name, value]);
    }
    this.host.step(Math.ceil(words.reduce((sum, { length }) => sum + length, 0) / 2_048));
    // What is most likely empty is no word of its own.
    const given = words.filter((word, index) => !(word === OPEN && index === 0 && words.length > 1));
    const redirects = node.redirects;
    if (given.length === 0) return this.redirected(redirects, state, () => [state]);
    const at = this.at(node.pos);
    const isForGood = given.length === 1 && given[0] === "exec";
    if (isForGood && node.suffix.some(({ type }) => type === "Word"))
      this.host.absent(`the script ${at} starts what it is given, and it is given nothing`);
    return this.redirected(
      redirects,
      state,
      () => {
        // Only bash leaves aliases alone in scripts, unless `shopt` says otherwise.
        const isExpanded = this.name !== "bash" || state.options.has("expand_aliases");
        if (typeof alias === "string" && isExpanded) return this.#alias(alias, given, assignments, at, state);
        const states = this.invoke(given, assignments, at, state);
        return given[0] === "[" || given[0] === "test"
          ? this.#supposing(node.suffix, states, (one) => this.#simple(node, one))
          : states;
      },
      isForGood,
    );
  }

  /** A signal may come after a variable changed that its trap uses. */
  #trappedBy(name: string, state: State): void {
    if (state.traps.size > 8) this.host.step(state.traps.size);
    for (const [signal, action] of state.traps) {
      if (signal === "EXIT" || !new RegExp(`\\$\\{?${name}\\b`).test(action)) continue;
      const now = state.clone();
      now.traps = new Map();
      now.sure = false;
      this.evaluate(action, now, "a trap");
    }
  }

  /**
   * Decides a condition that hangs on variables that nothing sets: once with them empty, once with what whoever
   * starts the container chose.
   */
  #supposing(
    nodes: readonly { readonly pos: number; readonly end: number }[],
    states: readonly State[],
    test: (state: State) => readonly State[],
  ): readonly State[] {
    const text = nodes.map(({ pos, end }) => this.source.text.slice(pos, end)).join(" ");
    const names = [...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name]) => name as string);
    return states.flatMap((state) => {
      const open = [...new Set(names)].filter((name) => state.get(name) === OPEN);
      const [name] = open;
      if (state.status !== undefined || name === undefined || open.length > MOST_SUPPOSED) return [state];
      const chosen = state.clone();
      chosen.set(name, CHOSEN);
      chosen.sure = false;
      state.set(name, "");
      return [...test(state), ...test(chosen)];
    });
  }

  #alias(
    alias: string,
    words: readonly string[],
    assignments: readonly [string, string | readonly string[]][],
    at: string,
    state: State,
  ): readonly State[] {
    const rest = words.slice(1).map((word) => `'${word.replaceAll("'", "'\\''")}'`);
    const aliased = state.clone();
    aliased.aliases.delete(words[0] as string);
    // An alias that ends in a blank has the next word looked up, too.
    const next = /\s$/.test(alias) ? state.aliases.get(words[1] ?? "") : undefined;
    if (next !== undefined) rest[0] = next;
    const source: Source = {
      ...this.source,
      text: [alias, ...rest].join(" "),
      lineOf: () => Number(/\d+$/.exec(at)?.[0] ?? 1),
    };
    const states = this.text(source, aliased);
    for (const one of states) one.aliases = state.aliases;
    return this.name === "sh" ? [...states, ...this.invoke(words, assignments, at, state)] : states;
  }

  #assignmentWords(
    node: Extract<Command["suffix"][number], { type: "Assignment" }>,
    command: string | undefined,
    state: State,
  ): readonly string[] {
    if (node.value.type === "ArrayValue") {
      const value = this.#value(node, state);
      if (command !== "export" && command !== "readonly") state.own(node.name);
      state.set(node.name, value);
      return [];
    }
    const value = this.#value(node, state);
    return [`${node.name}=${typeof value === "string" ? value : HOLE}`];
  }

  #value(
    node: Extract<Command["prefix"][number], { type: "Assignment" }>,
    state: State,
  ): string | readonly string[] {
    if (node.value.type === "ArrayValue") {
      const items = node.value.elements.flatMap((word) => fieldsOf(word, state, this));
      // `[3]=x`: which element is which is not followed.
      if (node.value.elements.some(({ text }) => /^\[.*\]=/.test(text))) return [ANY];
      return node.append ? [...state.list(node.name), ...items] : items;
    }
    const text = tildes(node.value, textOf(node.value, state, this), state);
    // An element of a list: which one is not followed.
    this.nested(node.index, state);
    if (/^BASH_(?:ALIASES|CMDS)$/.test(node.name))
      this.host.unknown(`the script ${this.at(node.pos)} says itself what commands are (\`${node.name}\`)`);
    if (node.index !== undefined) return [ANY];
    if (node.append && typeof state.variables.get(node.name)?.value === "object") return [ANY];
    return node.append ? bounded((state.get(node.name) ?? "").replace(OPEN, "") + text) : text;
  }

  /** Runs a simple command whose words are known as far as they can be. */
  invoke(
    words: readonly string[],
    assignments: readonly (readonly [string, string | readonly string[]])[],
    at: string,
    state: State,
    skipFunctions = false,
  ): readonly State[] {
    const [name = "", ...args] = words;
    if (state.functions.has(name) && !skipFunctions) return this.#call(name, args, assignments, state);
    if (isBuiltin(name, this.name)) {
      const builtin = BUILTINS[name];
      if (builtin === undefined) return [state];
      if (assignments.length === 0) return builtin({ shell: this, state, args, at, name });
      // They stay for special builtins, but in bash, and reach what `exec` and `command` start.
      if (STAYS.has(name) && this.name !== "bash") {
        for (const [variable, value] of assignments) state.set(variable, value, true);
        return builtin({ shell: this, state, args, at, name });
      }
      return this.#apart(assignments, state, () => builtin({ shell: this, state, args, at, name }));
    }
    return this.start(words, assignments, at, state, false);
  }

  #call(
    name: string,
    args: readonly string[],
    assignments: readonly (readonly [string, string | readonly string[]])[],
    state: State,
  ): readonly State[] {
    const defined = state.functions.get(name);
    if (defined === undefined) {
      this.host.unknown(
        `which function ${readable(name)} is called in ${this.source.name} is only known when it runs`,
      );
      state.taint();
      state.status = undefined;
      return [state];
    }
    const outer = state.args;
    state.args = args;
    const before = this.source;
    this.source = defined.source;
    const { body } = defined.node;
    const ends = this.#apart(assignments, state, () =>
      this.deeper(state, () =>
        body.type === "CompoundList" ? this.statements(body.commands, [state]) : this.#command(body, state),
      ),
    );
    this.source = before;
    for (const end of ends) {
      end.args = outer;
      if (end.flow === "return") end.flow = "next";
    }
    return ends;
  }

  /** Runs what has variables of its own: those in front of it, and those that it makes local. */
  #apart(
    assignments: readonly (readonly [string, string | readonly string[]])[],
    state: State,
    run: () => readonly State[],
  ): readonly State[] {
    state.enter();
    for (const [variable, value] of assignments) {
      state.own(variable);
      state.set(variable, value, true);
    }
    const ends = run();
    for (const end of ends) end.leave();
    return ends;
  }

  /** Hands a program to the host. */
  start(
    words: readonly string[],
    assignments: readonly (readonly [string, string | readonly string[]])[],
    at: string,
    state: State,
    isExec: boolean,
  ): readonly State[] {
    const environment = state.environment();
    for (const [name, value] of assignments) environment.set(name, typeof value === "string" ? value : HOLE);
    // PATH counts for the search whether it is exported or not.
    const path = assignments.some(([name]) => name === "PATH") ? environment.get("PATH") : state.get("PATH");
    if (path !== undefined && path !== OPEN) environment.set("PATH", path);
    const [word = ""] = words;
    // Where PATH was unset these look nowhere, bash here (bash, findcmd.c: find_user_command_in_path); others have one again.
    const here =
      path === undefined && /^(?:ba|da|a)?sh$/.test(this.name) && isKnown(word) && !word.includes("/")
        ? this.host.which(word, "", state.cwd)
        : undefined;
    if (here === false) this.host.absent(`${readable(word)} is looked for without a PATH`);
    const start: Start = {
      words: here === undefined || here === false ? words : [here, ...words.slice(1)],
      environment,
      open: state.tainted,
      cwd: state.cwd,
      stdin: state.stdin,
      isExec: isExec && !state.isForked,
      sure: state.sure,
      at,
      prints: state.output !== undefined,
    };
    const { status, output } = here === false ? { status: false, output: "" } : this.host.start(start);
    state.print(output);
    state.status = status;
    if (isExec) {
      state.flow = "exit";
      state.replaced = true;
    }
    return [state];
  }

  /** Drops arguments from the front; where it is not known how many, every rest is followed. */
  shifted(state: State, count: string): readonly State[] {
    if (!areCounted(state.args)) return [state];
    if (/^\d+$/.test(count)) {
      // One shift too many ends dash, and changes nothing in others.
      if (Number(count) <= state.args.length) state.args = state.args.slice(Number(count));
      else if (this.name === "dash") state.flow = "exit";
      return [state];
    }
    if (state.args.length > MOST_STATES / 2) {
      state.args = [ANY];
      return [state];
    }
    return Array.from({ length: state.args.length + 1 }, (_, from) => {
      const one = state.clone();
      one.args = state.args.slice(from);
      one.sure = false;
      return one;
    });
  }
}

function leavesLoop(state: State): boolean {
  if (state.flow === "continue" && state.levels <= 1) {
    state.flow = "next";
    state.levels = 0;
  }
  return state.flow === "next";
}

function joinedEnd(states: readonly State[]): State {
  const end = joined(states);
  end.flow = "exit";
  return end;
}

/** Special builtins: what stands in front of them stays (POSIX.1-2017, section 2.14). */
const STAYS = new Set(
  ": . eval exec exit export readonly return set shift times trap unset break continue".split(" "),
);

/** A value with the home's folder behind its colons. */
function tildes(word: Word, text: string, state: State): string {
  if (!/:~(?:[/:]|$)/.test(word.text)) return text;
  const home = state.get("HOME") ?? HOLE;
  return /['"\\]/.test(word.text) ? HOLE : text.replace(/:~(?=[/:]|$)/g, () => `:${home}`);
}
