/** Tells of a Go program that resolves names itself whether C code in it, or beside it, looks up more. Must not judge Go's own. */
import { C_WITHOUT_LOOKUPS } from "../../knowledge/go-modules.ts";
import { CONNECTING_SYMBOL, NETWORK_LIBRARIES } from "../../knowledge/tools.ts";
import type { ElfFact } from "../../model/layer-facts.ts";
import type { FileView } from "../file-view.ts";
import { classify, type Classified, type File, unknown } from "./classify.ts";
import { librariesOf } from "./loader.ts";

/** How it is started. */
type Started = Parameters<typeof classify>[3] & {};

/**
 * What its C code comes to: musl where a library for clients is linked, unknown where some C code opens connections, or may
 * ask. Go's runtime calls the kernel for connections, never the C library's `connect` (Go, src/syscall/zsyscall_linux_amd64.go).
 * Nothing where there is no such code, or where the C library is not musl.
 */
export function codeInC(
  files: FileView,
  program: File,
  elf: ElfFact,
  started: Started,
): Classified | undefined {
  if (elf.go === undefined || (elf.interpreter === undefined && elf.linked?.musl !== true)) return undefined;
  const connects = ({ calls = [] }: ElfFact) =>
    calls.includes(CONNECTING_SYMBOL) && calls.includes("getaddrinfo");
  const [client] = elf.go.cgo === false ? [] : (elf.go.clients ?? []);
  let known: string | undefined;
  const asking = mayAsk(elf);
  let isOpen = connects(elf) || asking !== undefined;
  for (const { name, fact } of librariesOf(files, elf, program, started.environment)) {
    if (NETWORK_LIBRARIES.test(name)) known ??= name;
    isOpen ||= fact !== undefined && connects(fact);
  }
  known ??= client;
  if (known === undefined && !isOpen) return undefined;
  const process = classify(files, program, { ...elf, go: undefined }, started);
  if (process.musl === undefined) return undefined;
  if (known === undefined)
    return unknown(
      `${program.path} is Go with C code ${asking ?? "that opens connections"}, and may ask musl for names`,
    );
  return {
    ...process,
    kind: "mixed",
    reason: `${process.reason}: it is Go with cgo, and ${client === known ? `C code of ${known}` : `its library ${known}`} asks libc for names`,
    chain: [{ text: `Go with cgo: ${known} asks libc` }, ...process.chain],
  };
}

/**
 * Whose C code may ask the resolver that is linked into a static program, as words; nothing where Go's own is all that does.
 * Linkers take getaddrinfo in for whoever names it: Go's `net` by a function of its own, which netgo leaves out (Go,
 * src/net/cgo_linux.go), or other packages' C code.
 */
function mayAsk({ interpreter, traces, go }: ElfFact): string | undefined {
  if (interpreter !== undefined || !traces.includes("musl-getaddrinfo")) return undefined;
  const { withC = [] } = go ?? {};
  const isQuiet = (path: string) =>
    C_WITHOUT_LOOKUPS.some((one) => path === one || path.startsWith(`${one}/`));
  const other = withC.find((path) => !isQuiet(path));
  if (other !== undefined) return `of its package ${other}`;
  return withC.includes("net") ? undefined : "that has getaddrinfo in it";
}
