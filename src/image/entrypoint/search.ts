/** Finds the file that a word starts: at its path, else in PATH. Must say unknown where a value or a layer that is not known decides. */
import { PATHS_OF_LIBRARIES } from "../../knowledge/default-path.ts";
import type { ChainLink } from "../../model/image-profile.ts";
import type { Looked } from "../file-view.ts";
import type { Changes } from "./changes.ts";
import { factOf, type File } from "./classify.ts";
import type { Situation } from "./following.ts";
import { absolute } from "./shell/state.ts";
import { isKnown, withoutOpen } from "./shell/text.ts";

/** A file, and the name it was found by. */
type Found = Looked & { readonly named: string };

/** The file a word starts. Without a PATH the C library has one of its own, and which library looks is not known here. */
export function find(files: Changes, word: string, path: string | undefined, cwd: string): Found {
  if (path !== undefined || word.includes("/")) return findIn(files, word, path ?? "", cwd);
  const [found, other] = PATHS_OF_LIBRARIES.map((one) => findIn(files, word, one, cwd)) as [Found, Found];
  return found.named === other.named
    ? found
    : {
        kind: "unknown",
        because: "PATH is not set, and C libraries then look in different folders",
        named: word,
      };
}

function findIn(files: Changes, word: string, path: string, cwd: string): Found {
  if (word.includes("/")) {
    const named = absolute(cwd, word);
    if (!isKnown(named))
      return { kind: "unknown", because: "its folder is only known when it runs", named: word };
    const looked = files.lookup(named);
    // What the kernel shows there leads anywhere.
    if (looked.kind === "missing" && /^\/(?:proc|dev|sys)\//.test(looked.path ?? named))
      return { kind: "unknown", because: "the kernel says what is there", named };
    if (looked.kind === "missing" && files.mayCome(named))
      return { kind: "unknown", because: `${named} may be written when the container runs`, named };
    if (looked.kind === "missing" && looked.mayBe !== undefined)
      return { ...looked.mayBe, named: word.startsWith("/") ? word : named };
    return { ...looked, named: word.startsWith("/") ? word : named };
  }
  let came = false;
  let mayCome: string | undefined;
  let mayBe: (File & { readonly named: string }) | undefined;
  for (const folder of withoutOpen(path).split(":")) {
    // An empty folder of PATH is the working directory (POSIX.1-2017, section 8.3).
    const named = absolute(cwd, `${folder === "" ? "." : folder}/${word}`.replace(/\/(\.?\/)+/g, "/"));
    if (!isKnown(named)) return { kind: "unknown", because: "PATH is only known when it runs", named: word };
    const looked = files.lookup(named);
    // A layer that could not be read may hold it in a folder that comes first.
    if (looked.kind === "unknown" || (looked.kind === "file" && looked.executable))
      return { ...looked, named };
    came ||= files.mayCome(named);
    if (looked.kind !== "missing") continue;
    mayCome ??= looked.mayCome;
    if (looked.mayBe !== undefined) mayBe ??= { ...looked.mayBe, named };
  }
  if (mayBe !== undefined) return mayBe;
  if (came) return { kind: "unknown", because: "it may be installed when the container runs", named: word };
  return { kind: "missing", mayCome, named: word };
}

/** A script's file: here, else, by most shells, in PATH. */
export function scriptAt(files: Changes, path: string, how: Situation): Looked {
  const here = files.lookup(absolute(how.cwd, path));
  if (here.kind !== "missing" || path.includes("/") || !isKnown(how.cwd))
    return isKnown(how.cwd) || path.startsWith("/")
      ? here
      : { kind: "unknown", because: "its folder is only known when it runs" };
  return find(files, path, how.environment.get("PATH"), how.cwd);
}

/** The program a word names, if it is one. */
export function programNamed(files: Changes, word: string, how: Situation): File | undefined {
  if (word === "" || word.startsWith("-") || !isKnown(word)) return undefined;
  const found = find(files, word, how.environment.get("PATH"), how.cwd);
  return found.kind === "file" &&
    found.executable &&
    (factOf(found, "elf") ?? factOf(found, "script")) !== undefined
    ? found
    : undefined;
}

/** The named path, and the real one where a link leads elsewhere. */
export function chainOf(named: string, file: File, interpreterOf: string | undefined): readonly ChainLink[] {
  const last: ChainLink = { text: file.path, path: file.path, layer: file.layer };
  // The interpreter stands in the `#!` already.
  if (named === file.path || (interpreterOf !== undefined && !named.endsWith(interpreterOf))) return [last];
  return [{ text: named }, last];
}
