/** What small filters make of a text that is known: `tr`, `cut`, `head`, `sed`. Must say not known rather than guess. */

/** What such a filter prints; nothing where one of its words is not followed. */
export function filtered(name: string, args: readonly string[], text: string): string | undefined {
  switch (name) {
    case "tr":
      return translated(args, text);
    case "cut":
      return cut(args, text);
    case "head": {
      const count = /^-(?:n\s*)?(\d+)$/.exec(args.join(" "))?.[1];
      return count === undefined
        ? undefined
        : (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).slice(0, Number(count)).join("");
    }
    case "sed":
      return args.length === 1 || (args.length === 2 && args[0] === "-e")
        ? substituted(args.at(-1) as string, text)
        : undefined;
    default:
      return undefined;
  }
}

/** A text after one `s/plain/plain/g`, line by line; nothing for any other expression. */
export function substituted(expression: string, text: string): string | undefined {
  const [, mark = "", rest = ""] = /^s([^\w\s\\])([\s\S]*)$/.exec(expression) ?? [];
  const [from, to, flags, ...more] = rest.split(mark);
  if (mark === "" || !from || to === undefined || more.length > 0 || !/^g?$/.test(flags ?? "?"))
    return undefined;
  if (/[\\[\].*^$+?(){}|]/.test(from) || /[\\&\n]/.test(to)) return undefined;
  return text
    .split("\n")
    .map((line) => (flags === "g" ? line.split(from).join(to) : line.replace(from, () => to)))
    .join("\n");
}

/** `tr SET SET` and `tr -d SET`, without classes. */
function translated(args: readonly string[], text: string): string | undefined {
  const isDeleting = args[0] === "-d";
  const sets = (isDeleting ? args.slice(1) : args).map(charactersOf);
  const [from, to] = sets;
  if (from === undefined || sets.length !== (isDeleting ? 1 : 2)) return undefined;
  if (isDeleting)
    return Array.from(text)
      .filter((char) => !from.includes(char))
      .join("");
  if (to === undefined || to.length === 0) return undefined;
  return Array.from(text)
    .map((char) => {
      const at = from.lastIndexOf(char);
      return at === -1 ? char : (to[Math.min(at, to.length - 1)] as string);
    })
    .join("");
}

function charactersOf(set: string): readonly string[] | undefined {
  if (/\[|^-./.test(set)) return undefined;
  const plain = set.replaceAll("\\n", "\n").replaceAll("\\t", "\t");
  if (plain.includes("\\")) return undefined;
  const found: string[] = [];
  for (let at = 0; at < plain.length; at++) {
    const [first, dash, last] = [plain.charCodeAt(at), plain[at + 1], plain.charCodeAt(at + 2)];
    if (dash === "-" && last >= first && last < 128) {
      for (let code = first; code <= last; code++) found.push(String.fromCharCode(code));
      at += 2;
    } else found.push(plain[at] as string);
  }
  return found;
}

/** `cut -dX -fN`. */
function cut(args: readonly string[], text: string): string | undefined {
  const [, mark, field] = /^-d ?(.) -f ?([1-9]\d?)$/.exec(args.join(" ")) ?? [];
  if (mark === undefined || field === undefined) return undefined;
  const lines = text.replace(/\n$/, "").split("\n");
  return lines
    .map((line) => `${line.includes(mark) ? (line.split(mark)[Number(field) - 1] ?? "") : line}\n`)
    .join("");
}
