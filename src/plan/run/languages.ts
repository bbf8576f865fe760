/** Models installers of languages: what they install starts with that language's interpreter. Must not resolve what depends on what. */
import { HOLE, isKnown } from "../../image/entrypoint/shell/text.ts";
import { NODE_COMMANDS, PYTHON_COMMANDS, PYTHON_NATIVE } from "../../knowledge/package-programs.ts";
import { at, baseName, type Call, type Model, operandsOf } from "./call.ts";
import { programFacts, scriptFacts } from "./programs.ts";

/** More names than this are in no list of requirements that somebody wrote. */
const MOST_NAMES = 2_000;

/** By name. */
export const LANGUAGE_COMMANDS: Readonly<Record<string, Model>> = {
  pip,
  pip3: pip,
  pipx: (call) => {
    const { operands } = operandsOf(call.args);
    if (operands[0] !== "install") return true;
    const folder = call.env.get("PIPX_BIN_DIR") ?? `${home(call)}/.local/bin`;
    pythonCommands(call, operands.slice(1), folder, `${folderOf(call.program)}/python3`, false);
    return true;
  },
  uv,
  poetry: (call) => projectInstall(call),
  pdm: (call) => projectInstall(call),
  pipenv: (call) => projectInstall(call),
  python,
  python3: python,
  virtualenv: (call) => {
    environment(call, operandsOf(call.args, ["-p", "--python"]).operands[0] ?? HOLE);
    return true;
  },
  conda,
  mamba: conda,
  micromamba: conda,
  npm,
  yarn: npm,
  pnpm: npm,
  corepack: (call) => {
    if (call.args[0] === "enable")
      for (const name of ["yarn", "pnpm"]) script(call, `${nodeFolder(call)}/${name}`, "node");
    return true;
  },
  bun: (call) => (/^(?:install|i|add|ci)$/.test(call.args[0] ?? "") ? npm(call) : undefined),
  gem,
  bundle: (call) => {
    if (/^(?:install|--|$)/.test(call.args[0] ?? "")) rubyBins(call, [], true);
    return true;
  },
  composer: (call) => {
    call.to.mayFill(at(call, "vendor"));
    call.to.mayFill(at(call, "vendor/bin"), { executable: true, facts: scriptFacts("/usr/bin/env", "php") });
    return true;
  },
};

/** A script of a language that finds its interpreter in PATH. */
function script(call: Call, path: string, language: string): void {
  call.to.program(path, scriptFacts("/usr/bin/env", language));
}

function folderOf(path: string): string {
  return path.replace(/\/[^/]*$/, "");
}

function home({ env }: Call): string {
  return env.get("HOME") ?? "/root";
}

/** The interpreter beside an installer, or the one in PATH. */
function pythonOf(call: Call): string {
  const folder = folderOf(call.program);
  for (const name of ["python", "python3"]) {
    if (/(?:^|\/)python[\d.]*$/.test(call.program)) return call.program;
    const path = `${folder}/${name}`;
    if (isKnown(path) && call.to.files.lookup(path).kind === "file") return path;
  }
  return folder.endsWith("/bin") && folder.startsWith("/") ? `${folder}/python3` : "/usr/bin/python3";
}

function python(call: Call): boolean | undefined {
  const { args } = call;
  const place = args.indexOf("-m");
  const [module = "", ...rest] = place < 0 ? [] : args.slice(place + 1);
  if (module === "pip") return pip({ ...call, args: rest });
  if (module === "venv" || module === "virtualenv") {
    environment(call, operandsOf(rest, ["--prompt"]).operands[0] ?? HOLE);
    return true;
  }
  if (/^(?:compileall|ensurepip|site|json\.tool)$/.test(module)) return true;
  if (args.some((arg) => /^(?:--version|-V)$/.test(arg))) return true;
  return undefined;
}

/** A virtual environment: links to the interpreter, and pip. */
function environment(call: Call, folder: string): void {
  const path = at(call, folder);
  if (!isKnown(path)) {
    call.to.mayFill("/");
    return;
  }
  const own = pythonOf(call);
  call.to.folder(`${path}/bin`);
  for (const name of ["python3", "python"]) call.to.link(`${path}/bin/${name}`, own);
  for (const name of ["pip", "pip3"])
    call.to.program(`${path}/bin/${name}`, scriptFacts(`${path}/bin/python3`));
  call.to.write(`${path}/bin/activate`, `export VIRTUAL_ENV=${path}\nexport PATH=${path}/bin:$PATH\n`);
}

const PIP_VALUED = [
  "-r",
  "--requirement",
  "-t",
  "--target",
  "--prefix",
  "--root",
  "-c",
  "--constraint",
  "-e",
  "--editable",
  "-i",
  "--index-url",
  "--extra-index-url",
  "-f",
  "--find-links",
  "--python",
  "--trusted-host",
  "--platform",
];

function pip(call: Call): boolean {
  const verb = call.args.find((arg) => !arg.startsWith("-"));
  if (verb !== "install") return true;
  const rest = call.args.slice(call.args.indexOf("install") + 1);
  const { options } = operandsOf(rest, PIP_VALUED);
  const { operands } = operandsOf(rest, PIP_VALUED);
  const files = rest.flatMap((arg, i) => {
    if (arg === "-r" || arg === "--requirement") return [rest[i + 1] ?? HOLE];
    return /^(?:-r|--requirement=)(.+)$/.exec(arg)?.[1] ?? [];
  });
  const own = folderOf(call.program);
  const prefix = options.get("--prefix");
  const target = options.get("--target") ?? options.get("-t");
  const isUser = options.has("--user");
  // Debian's pip installs beside its packages' own programs.
  const folder =
    prefix !== undefined
      ? `${at(call, prefix)}/bin`
      : target !== undefined
        ? `${at(call, target)}/bin`
        : isUser
          ? `${home(call)}/.local/bin`
          : own === "/usr/bin" && call.libc().kind !== "musl"
            ? "/usr/local/bin"
            : own;
  const names: string[] = [];
  let open = rest.includes("-e") || rest.includes("--editable");
  for (const file of files) {
    const read = requirements(call, at(call, file), 0);
    if (read === undefined) open = true;
    else names.push(...read);
  }
  for (const name of operands) {
    if (/^\.{0,2}\/|^\.$|^\.\[|\.whl$|:\/\/|^git\+/.test(name) || !isKnown(name)) {
      open = true;
      const wheel = /(?:^|\/)([A-Za-z0-9_.]+)-\d[^/]*\.whl$/.exec(name)?.[1];
      if (wheel !== undefined) names.push(wheel.replaceAll("_", "-"));
    } else names.push(name);
  }
  pythonCommands(call, names, folder, pythonOf(call), open || files.length > 0);
  return true;
}

/** The names in a file of requirements; nothing where its text is not known. */
function requirements(call: Call, path: string, depth: number): readonly string[] | undefined {
  const text = isKnown(path) && depth < 5 ? call.to.files.text(path) : undefined;
  if (text === undefined) return undefined;
  const names: string[] = [];
  for (const line of text.split("\n").slice(0, MOST_NAMES)) {
    const more = /^\s*(?:-r|--requirement)[ =]+(\S+)/.exec(line)?.[1];
    if (more !== undefined) names.push(...(requirements(call, `${folderOf(path)}/${more}`, depth + 1) ?? []));
    const name = /^\s*([A-Za-z0-9][\w.-]*)/.exec(line)?.[1];
    if (name !== undefined) names.push(name);
  }
  return names;
}

/** `open`: others may bring more commands, which are scripts of the same interpreter. */
function pythonCommands(
  call: Call,
  names: readonly string[],
  folder: string,
  interpreter: string,
  open: boolean,
): void {
  const facts = scriptFacts(interpreter);
  call.to.mayFill(folder, open ? { executable: true, facts } : undefined);
  for (const written of names.slice(0, MOST_NAMES)) {
    const name = written
      .replace(/[[=<>~!;@ ].*$/, "")
      .toLowerCase()
      .replaceAll("_", "-");
    const row = Object.hasOwn(PYTHON_COMMANDS, name) ? PYTHON_COMMANDS[name] : undefined;
    for (const command of (row ?? name).split(" ").filter(Boolean))
      call.to.program(`${folder}/${command}`, PYTHON_NATIVE.has(command) ? programFacts(call.libc()) : facts);
  }
}

/** A project's own environment or, where the installer is told so, the interpreter's. */
function projectInstall(call: Call): boolean {
  if (!/^(?:install|sync|add)$/.test(call.args.find((arg) => !arg.startsWith("-")) ?? "")) return true;
  const isSystem =
    call.args.includes("--system") ||
    call.env.get("POETRY_VIRTUALENVS_CREATE") === "false" ||
    call.name === "poetry";
  const folder = isSystem ? folderOf(call.program) : at(call, ".venv/bin");
  pythonCommands(call, projectNames(call), folder, pythonOf(call), true);
  if (call.name === "poetry") environmentCommands(call, at(call, ".venv"));
  return true;
}

function environmentCommands(call: Call, folder: string): void {
  environment(call, folder);
  pythonCommands(call, projectNames(call), `${folder}/bin`, `${folder}/bin/python3`, true);
}

/** What a pyproject.toml names: its own scripts, and its dependencies. */
function projectNames(call: Call): readonly string[] {
  const text = call.to.files.text(at(call, "pyproject.toml")) ?? "";
  const scripts =
    /^\[(?:project\.scripts|tool\.poetry\.scripts)\]\s*$([\s\S]*?)(?=^\[|$(?![\s\S]))/m.exec(text)?.[1] ?? "";
  const own = [...scripts.matchAll(/^\s*"?([\w.-]+)"?\s*=/gm)].map(([, name = ""]) => name);
  const needed = [...text.matchAll(/^\s*"([A-Za-z0-9][\w.-]*)[^"\n]*",?\s*$/gm)].map(([, name = ""]) => name);
  return [...own, ...needed].slice(0, MOST_NAMES);
}

function uv(call: Call): boolean {
  const [first, second, ...rest] = call.args.filter((arg) => arg !== "--quiet" && arg !== "-q");
  if (first === "pip") {
    const python_ = call.args.includes("--system") || call.env.get("UV_SYSTEM_PYTHON") === "1";
    const active = call.env.get("VIRTUAL_ENV") ?? at(call, ".venv");
    const found = ["/usr/local/bin", "/usr/bin"].find(
      (folder) => call.to.files.lookup(`${folder}/python3`).kind === "file",
    );
    const program = `${python_ ? (found ?? "/usr/local/bin") : `${active}/bin`}/pip`;
    return pip({ ...call, program, args: [second ?? "", ...rest] });
  }
  const beside = { ...call, program: "/usr/local/bin/python3" };
  if (first === "venv")
    environment(
      beside,
      operandsOf(second === undefined ? [] : [second, ...rest], ["-p", "--python", "--prompt"]).operands[0] ??
        ".venv",
    );
  if (first === "sync" || first === "add")
    environmentCommands(beside, call.env.get("UV_PROJECT_ENVIRONMENT") ?? at(call, ".venv"));
  if (first === "tool")
    call.to.mayFill(`${home(call)}/.local/bin`, {
      executable: true,
      facts: scriptFacts("/usr/local/bin/python3"),
    });
  return true;
}

/** Conda brings an interpreter of its own, linked to glibc. */
function conda(call: Call): boolean {
  if (!/^(?:install|create|env)$/.test(call.args[0] ?? "")) return true;
  const prefix = folderOf(folderOf(call.program));
  call.to.mayFill(prefix);
  call.to.mayFill(`${prefix}/bin`);
  return true;
}

function nodeFolder(call: Call): string {
  const folder = folderOf(call.program);
  // Debian's npm installs beside its packages' own programs.
  return folder === "/usr/bin" && call.libc().kind !== "musl" ? "/usr/local/bin" : folder;
}

function npm(call: Call): boolean | undefined {
  const { operands, options } = operandsOf(call.args, [
    "--prefix",
    "-C",
    "--cwd",
    "--dir",
    "-w",
    "--workspace",
    "--registry",
  ]);
  const [verb = call.name === "yarn" ? "install" : "", ...names] = operands;
  const isGlobal =
    options.has("-g") || options.has("--global") || options.has("--location") || verb === "global";
  const wanted = verb === "global" ? names.slice(1) : names;
  if (/^(?:config|set|cache|version|ping|audit|prune|pkg|init|login|dedupe|rebuild|store|fetch)$/.test(verb))
    return true;
  if (!/^(?:install|i|ci|add|install-clean|global|link|immutable)$/.test(verb)) return undefined;
  if (isGlobal) {
    for (const name of wanted) nodeCommands(call, name, nodeFolder(call));
    return true;
  }
  const cwd = at(
    call,
    options.get("--prefix") ?? options.get("-C") ?? options.get("--cwd") ?? options.get("--dir") ?? ".",
  );
  call.to.mayFill(`${cwd}/node_modules`);
  call.to.mayFill(`${cwd}/node_modules/.bin`, {
    executable: true,
    facts: scriptFacts("/usr/bin/env", "node"),
  });
  return true;
}

function nodeCommands(call: Call, written: string, folder: string): void {
  const name = written.replace(/(?<=.)@.*$/, "");
  const row = Object.hasOwn(NODE_COMMANDS, name) ? NODE_COMMANDS[name] : undefined;
  const commands = row ?? (/[:]|^[./]/.test(name) ? "" : baseName(name));
  for (const command of commands.split(" ").filter(Boolean)) script(call, `${folder}/${command}`, "node");
}

function gem(call: Call): boolean {
  const { operands } = operandsOf(call.args, ["-v", "--version", "-n", "--bindir", "-i", "--install-dir"]);
  if (operands[0] === "install" || operands[0] === "i") rubyBins(call, operands.slice(1), false);
  return true;
}

function rubyBins(call: Call, names: readonly string[], open: boolean): void {
  const base = call.env.get("GEM_HOME") ?? call.env.get("BUNDLE_PATH");
  const own = folderOf(call.program);
  const folder =
    base !== undefined
      ? `${base}/bin`
      : own === "/usr/bin" && call.libc().kind !== "musl"
        ? "/usr/local/bin"
        : own;
  const facts = scriptFacts("/usr/bin/env", "ruby");
  call.to.mayFill(folder, open ? { executable: true, facts } : undefined);
  for (const name of names) call.to.program(`${folder}/${name.replace(/:.*$/, "")}`, facts);
}
