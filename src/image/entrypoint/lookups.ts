/** Says whether a call of a small program looks a name up in the DNS. Must not know what C library it uses. */
import {
  HOSTS_OF_EVERY_POD,
  LOOKUP_TOOLS,
  type LookupTool,
  NEVER_LOOK_UP,
  PROXY_VARIABLES,
  SUPERVISION_TOOLS,
} from "../../knowledge/tools.ts";
import { isKnown, OPEN } from "./shell/text.ts";

/** Whether a program of this name, called so, may look a name up; nothing where the name says nothing. */
export function looksUp(
  name: string,
  args: readonly string[],
  environment: ReadonlyMap<string, string>,
  isApplet: boolean,
  hosts: readonly string[] = [],
): boolean | undefined {
  if (NEVER_LOOK_UP.has(name) || SUPERVISION_TOOLS.has(name)) return false;
  const tool = Object.hasOwn(LOOKUP_TOOLS, name) ? LOOKUP_TOOLS[name] : undefined;
  if (tool === undefined || (tool.applet && !isApplet)) return undefined;
  const first = args.findIndex((arg) => !arg.startsWith("-"));
  // What stands behind an operand may be the operand's: `node server.js --help`.
  const leading = first === -1 ? args : args.slice(0, first);
  if (leading.some((arg) => tool.quiet?.includes(arg))) return false;
  if (name === "java" && prefersA(args, environment)) return false;
  if (tool.only !== undefined && args.every((arg) => isKnown(arg) && !tool.only?.includes(arg))) return false;
  const given = args.map((arg) => arg.replace(/=.*/s, ""));
  if (given.some((arg) => tool.sockets?.includes(arg))) return false;
  if (given.some((arg) => tool.lists?.includes(arg))) return true;
  const { operands, fromOptions } = operandsOf(tool, args);
  if (tool.commands !== undefined) {
    const [command] = operands;
    if (command === undefined || (isKnown(command) && !tool.commands.includes(command))) return false;
  }
  if (tool.hosts === "any") return true;
  if (listens(name, args)) return false;
  const named = {
    all: operands,
    later: operands.slice(1),
    first: operands.slice(0, 1),
    urls: operands.filter((one) => one.includes("://")),
    shares: operands.slice(0, 1).filter((one) => SHARE.test(one) || args.some((arg) => SHARED.test(arg))),
  }[tool.hosts];
  const asked = [...named, ...fromOptions];
  if (fromOptions.length === 0)
    asked.push(...(tool.variables ?? []).map((variable) => environment.get(variable) ?? ""));
  if (asked.some((one) => one !== "" && one !== OPEN && isName(hostOf(one), hosts))) return true;
  const proxies = asked.some((one) => one.includes("://")) ? PROXY_VARIABLES : [];
  return proxies.some((variable) => {
    const value = environment.get(variable);
    return value !== undefined && value !== "" && isName(hostOf(value), hosts);
  });
}

/** What names a share of a server, and options of mount that say it does (mount's manual). */
const SHARE = /^[^/]+:\/|^\/\//;
const SHARED = /^(?:-t|--types=)?(?:nfs4?|cifs|smb3)$/;

/** Whether a name is that of a small tool which is told by its operands alone, as programs of one's own may be called. */
export function isPlainTool(name: string): boolean {
  const tool = Object.hasOwn(LOOKUP_TOOLS, name) ? LOOKUP_TOOLS[name] : undefined;
  return tool !== undefined && (tool.quiet ?? tool.commands ?? tool.settings) === undefined;
}

/** `nc -l`: it waits for others. */
function listens(name: string, args: readonly string[]): boolean {
  return (
    /^(?:nc|netcat|ncat)$/.test(name) &&
    args.some((arg) => /^-[a-z]*l/.test(arg)) &&
    !args.some((arg) => /^-[a-z]*e/.test(arg))
  );
}

function operandsOf(tool: LookupTool, args: readonly string[]) {
  const operands: string[] = [];
  const fromOptions: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    if (arg === OPEN) continue;
    const [option = "", value] = /^(--[^=]+)=([\s\S]*)$/.exec(arg)?.slice(1) ?? [arg, undefined];
    if (tool.connections?.includes(option)) fromOptions.push(...hostsOf(value ?? args[++at] ?? ""));
    else if (tool.hostOptions?.includes(option)) fromOptions.push(value ?? args[++at] ?? "");
    else if (arg === "--") {
      operands.push(...args.slice(at + 1));
      break;
    } else if (arg.startsWith("--") && arg.length > 2) {
      if (value === undefined && tool.long?.includes(arg.slice(2))) at++;
    } else if (/^-./.test(arg)) {
      const inline = tool.hostOptions?.find((one) => one.length === 2 && arg.startsWith(one));
      if (inline !== undefined) fromOptions.push(arg.slice(2));
      else if (tool.valued?.includes(arg.slice(-1))) at++;
    } else operands.push(arg);
  }
  return { operands, fromOptions };
}

/** The hosts of a connection string (libpq, "Connection Strings"). */
function hostsOf(text: string): readonly string[] {
  if (text.includes("://")) return [text];
  if (!isKnown(text)) return [text];
  return [...text.matchAll(/(?:^|\s)host\s*=\s*'?([^\s']+)/g)].map(([, host = ""]) => host);
}

/** Options of java that take the next word, and those that are followed by the program and its words (java's manual). */
const JAVA_VALUED =
  /^(?:-cp|-classpath|--class-path|-p|--module-path|--upgrade-module-path|--add-(?:modules|opens|exports|reads)|--patch-module|--source)$/;

/** Whether java is told to ask for A alone; of several such options the last one counts (OpenJDK, arguments.cpp). */
function prefersA(args: readonly string[], environment: ReadonlyMap<string, string>): boolean {
  const own: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    if (!arg.startsWith("-") || /^(?:-jar|-m|--module)$/.test(arg)) break;
    if (JAVA_VALUED.test(arg)) at++;
    else own.push(arg);
  }
  const variable = (name: string) => (environment.get(name) ?? "").split(/\s+/);
  const all = [
    ...variable("JAVA_TOOL_OPTIONS"),
    ...variable("JDK_JAVA_OPTIONS"),
    ...own,
    ...variable("_JAVA_OPTIONS"),
  ];
  const last = all.findLast((arg) => arg.startsWith("-Djava.net.preferIPv4Stack"));
  return /=true$/i.test(last ?? "");
}

/** The host of a URL, of `user@host`, `host:port`, `//host/share` or a bare host. */
function hostOf(text: string): string {
  const rest = text.replace(/^(?:[a-z][\w+.-]*:)?\/\//i, "").replace(/^[^/@]*@/, "");
  const bracketed = /^\[([^\]]*)\]/.exec(rest)?.[1];
  if (bracketed !== undefined) return bracketed;
  const host = rest.split(/[/?#]/, 1)[0] ?? "";
  return (host.match(/:/g) ?? []).length > 1 ? host : (host.split(":", 1)[0] ?? "");
}

/** Whether a host is a name that the DNS is asked for, or may be one. */
function isName(host: string, hosts: readonly string[]): boolean {
  // Nothing, or the path of a socket.
  if (host === OPEN || host === "") return false;
  if (!isKnown(host)) return true;
  if ([...HOSTS_OF_EVERY_POD, ...hosts].includes(host.toLowerCase())) return false;
  // inet_aton's forms: one to four numbers, decimal, octal or hexadecimal (musl, src/network/lookup_ipliteral.c).
  if (/^(?:0x[\da-f]+|\d+)(?:\.(?:0x[\da-f]+|\d+)){0,3}$/i.test(host)) return false;
  return !/^[\da-f:]*:[\da-f:.]*(?:%\w+)?$/i.test(host);
}
