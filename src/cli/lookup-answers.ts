/** Who answers what in the command `lookup`: a Corefile, and servers that know the names that exist. Must not look anything up. */
import type { Answer, QueryType } from "../model/dns.ts";
import type { Answers } from "../lookup/question.ts";
import { GKE_SERVICES, PRIVATE_ADDRESSES } from "../knowledge/dns-addresses.ts";
import { corefileAnswers } from "../cluster/corefiles/answers.ts";
import { heardOf } from "../lookup/pair.ts";
import { placeText } from "../model/place.ts";
import { printable } from "../report/text.ts";
import { readCorefileInput } from "../cluster/corefiles/find.ts";
import { MuslgateError } from "../model/error.ts";
import { remark } from "../publish/terminal.ts";
import { readWhole } from "./whole-file.ts";

/** What servers answer, and what decides it. Rejects with MuslgateError (`usage`) for a file that holds no Corefile. */
export async function answersOf(
  file: string | undefined,
  domain: string,
  existing: ReadonlySet<string>,
): Promise<{ readonly title?: string; readonly answers: Answers }> {
  /** As a proper server has it that knows these names alone; one outside does not know the cluster's. */
  const proper = (server: string, name: string, type: QueryType) => {
    const strange = isPublic(server) && name.endsWith(`.${domain}`);
    if (!existing.has(name) || strange) return heardOf("NXDOMAIN", "");
    return heardOf(type === "A" ? "address" : "NODATA", "192.0.2.1");
  };
  if (file === undefined) return { answers: proper };
  const inputs = readCorefileInput(file, await readWhole(file, "Name a Corefile or a ConfigMap."));
  const [input] = inputs.corefiles;
  if (input === undefined) {
    throw new MuslgateError("usage", `${file} holds no Corefile`, "Name a Corefile or its ConfigMap.");
  }
  const { ask, faults, diagnostics } = corefileAnswers(input, inputs, { domain });
  const told = [...inputs.diagnostics, ...diagnostics];
  for (const { message, at } of told)
    remark(`${printable(at === undefined ? message : `${placeText(at)}: ${message}`)}\n`);
  // What was not read may decide any name.
  const unread =
    told.some(({ weight }) => weight === "gap") || faults.some(({ kind }) => kind === "corefile-refused");
  const answers: Answers = (server, name, type) => {
    if (unread && !isPublic(server)) return "unknown";
    const { kind, recordType, fromRecords }: Answer = isPublic(server)
      ? { kind: "passed-on", because: "" }
      : ask(`${name}.`, type);
    if (kind === "unknown") return kind;
    if (kind === "passed-on") return proper(server, name, type);
    // Records are of names that exist; a code that a line decreed stands for others too.
    const isOfRecords = fromRecords === true && (kind === "address" || kind === "NODATA");
    if (isOfRecords && !existing.has(name)) return heardOf("NXDOMAIN", "");
    return heardOf(kind, (recordType ?? type) === "A" ? "192.0.2.1" : "2001:db8::1");
  };
  return { title: input.configMap ?? input.source.file, answers };
}

/** Whether a server is outside of every cluster. */
function isPublic(server: string): boolean {
  return !PRIVATE_ADDRESSES.test(server) && !GKE_SERVICES.test(server);
}
