/** Tells which texts that speak of AAAA no reader took, and what follows for the clusters that files describe. Must not read files. */
import type { ClusterFile } from "../discover/cluster-file.ts";
import type { UnreadText } from "../model/unread-text.ts";
import type { ClusterProfile, NamePart, NameScope } from "../model/cluster-profile.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { type Answer, DENIALS, type PairAnswers } from "../model/dns.ts";
import { MuslgateError } from "../model/error.ts";
import { placeText } from "../model/place.ts";
import type { Source } from "../text/source.ts";
import type { CorefileInputs } from "./corefiles/collected.ts";
import { findCorefiles } from "./corefiles/find.ts";

/** The texts that are on no line of what was read. */
export function notTaken(
  texts: readonly UnreadText[],
  read: readonly CorefileInputs[],
): readonly UnreadText[] {
  if (texts.length === 0) return [];
  const lines = new Set(read.flatMap(sourcesOf).flatMap(linesOf));
  return texts.filter(({ at }) => {
    for (let line = at.line; line <= at.endLine; line++) if (lines.has(`${at.file}:${line}`)) return false;
    return true;
  });
}

/** The same, of files that nobody else reads because options name the cluster, and of those that they name. */
export function notTakenOf(
  texts: readonly UnreadText[],
  files: readonly Pick<ClusterFile, "file" | "text" | "yaml">[],
): readonly UnreadText[] {
  const named = new Set(texts.map(({ at }) => at.file));
  const read = files.flatMap(({ file, text, yaml }) => {
    if (!named.has(file)) return [];
    try {
      return [findCorefiles(file, text, yaml)];
    } catch (error) {
      if (error instanceof MuslgateError && error.code !== "internal") return [];
      throw error;
    }
  });
  return notTaken(texts, read);
}

/** A diagnostic for each; `named` where options say which cluster it is, so that nothing hangs on them. */
export function unreadDiagnostics(texts: readonly UnreadText[], named: boolean): readonly Diagnostic[] {
  return texts.map(({ at, denies, aside, fills }) => ({
    code: "corefile-unread",
    message: denies
      ? "AAAA is denied or rewritten here, and nothing reads files of this kind"
      : "a Corefile stands here, and nothing reads files of this kind",
    hint: aside
      ? "Nothing to do where it is only for tests or examples."
      : `Give the Corefile that comes of it as \`corefile\`: what ${fills} makes, or what kubectl prints of the ConfigMap.`,
    weight: aside || named ? "notice" : "gap",
    subject: at.file,
    at,
  }));
}

/** The profiles as far as a text lets them stand that may deny AAAA on any of them: what would be fine is not known. */
export function openedBy(
  profiles: readonly ClusterProfile[],
  texts: readonly UnreadText[],
): readonly ClusterProfile[] {
  const unread = texts.find(({ denies, aside }) => denies && !aside);
  if (unread === undefined) return profiles;
  const because = `${placeText(unread.at)} denies or rewrites AAAA and was not read, so that it may be what pods ask`;
  const open = (answer: Answer): Answer =>
    ["NODATA", "address", "passed-on"].includes(answer.kind)
      ? { kind: "unknown", because, at: unread.at }
      : answer;
  // Where AAAA is denied as it is, what A gets changes nothing of the finding.
  const openA = ({ aaaa, a }: PairAnswers): Answer => (DENIALS.has(aaaa.kind) ? a : open(a));
  const scopes = (of: (scope: NameScope) => Answer) => ({
    internal: of("internal"),
    external: of("external"),
  });
  return profiles.map((profile) => {
    const { answers, addresses, parts, listeners } = profile;
    const openParts = (all: readonly NamePart[]) =>
      all.map((part) => ({ ...part, aaaa: open(part.aaaa), a: openA(part) }));
    return {
      ...profile,
      answers: scopes((scope) => open(answers[scope])),
      addresses: addresses && scopes((scope) => openA({ aaaa: answers[scope], a: addresses[scope] })),
      parts: parts && openParts(parts),
      listeners: listeners?.map((one) => ({
        ...one,
        answers: scopes((scope) => open(one.answers[scope])),
        addresses: scopes((scope) => openA({ aaaa: one.answers[scope], a: one.addresses[scope] })),
        parts: openParts(one.parts),
      })),
    };
  });
}

/** What was read, and what it imports: parts that no Corefile imports are nobody's. */
function sourcesOf({ corefiles, extras, siblings }: CorefileInputs): readonly Source[] {
  const imports = corefiles.some(({ source }) => /\bimport\s+\S*[*]/.test(source.text));
  return [
    ...corefiles.map(({ source }) => source),
    ...(imports ? extras : []).map(({ source }) => source),
    ...(corefiles.some(({ source }) => /\bimport\b/.test(source.text)) ? (siblings ?? []) : []).map(
      ({ source }) => source,
    ),
  ];
}

/** The lines of its file that a text's words stand on. */
function linesOf(source: Source): readonly string[] {
  return [...source.text.matchAll(/\S+/g)].flatMap(({ index, 0: word }) => {
    const { file, line, endLine } = source.toPlace(index, index + word.length);
    return [`${file}:${line}`, `${file}:${endLine}`];
  });
}
