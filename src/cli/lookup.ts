/** The command `lookup`: flags in, a lookup's trace in musl and in glibc out. Must not know how either looks names up. */
import { EXIT } from "../judge/exit-code.ts";
import { compareLibcs, type LookupReport } from "../lookup/comparison.ts";
import { generationOf } from "../lookup/lookup.ts";
import { MuslgateError } from "../model/error.ts";
import { terminalStyle, write } from "../publish/terminal.ts";
import { renderLookup, renderLookupJson } from "../report/lookup.ts";
import { chosen } from "./chosen.ts";
import type { ImageLibc } from "./lookup-image.ts";
import { readWhole } from "./whole-file.ts";
import { answersOf } from "./lookup-answers.ts";
import { existingFor } from "./lookup-names.ts";
import { readManifests, resolvConfOf } from "./pod-file.ts";

/** Its flags, as commander names them. */
export interface LookupFlags {
  readonly corefile?: string;
  readonly dnsConfig?: string;
  readonly resolvConf?: string;
  readonly hosts?: string;
  readonly exists?: readonly string[];
  readonly musl?: string;
  readonly image?: string;
  readonly family: string;
  readonly namespace: string;
  readonly server: readonly string[];
  readonly clusterDomain: string;
  readonly format: string;
}

const FAMILIES = ["any", "inet", "inet6"] as const;

/** Runs it and returns the exit code. Rejects with MuslgateError. */
export async function lookupCommand(name: string, flags: LookupFlags): Promise<number> {
  const json = chosen("--format", flags.format, ["table", "json"] as const) === "json";
  if (name.includes("/")) {
    throw new MuslgateError(
      "usage",
      `"${name}" is no name of a host`,
      "Write what a program looks up, such as example.com, or api.shop for the Service api in the namespace shop.",
    );
  }
  const family = chosen("--family", flags.family, FAMILIES);
  const generation = flags.musl === undefined ? undefined : generationOf(flags.musl);
  if (flags.musl !== undefined && generation === undefined) {
    throw new MuslgateError(
      "usage",
      `"${flags.musl}" is not a musl whose lookups are known`,
      "Write it as its tags are, such as 1.2.5; before 1.1.13 there is no search list.",
    );
  }
  if (flags.image !== undefined && flags.musl !== undefined) {
    throw new MuslgateError(
      "usage",
      "--image and --musl both say which musl it is",
      "Leave one of them out.",
    );
  }
  const image =
    flags.image === undefined ? undefined : await (await import("./lookup-image.ts")).imageLibc(flags.image);
  const manifests = flags.dnsConfig === undefined ? undefined : await readManifests(flags.dnsConfig);
  const resolvConf =
    flags.resolvConf === undefined
      ? resolvConfOf(flags, manifests)
      : await readWhole(flags.resolvConf, "Name a pod's resolv.conf.");
  const hosts = flags.hosts === undefined ? "" : await readWhole(flags.hosts, "Name a file like /etc/hosts.");
  const existing = (flags.exists ?? existingFor(name, resolvConf, flags, manifests)).map((one) =>
    one.replace(/\.$/, ""),
  );
  const { title, answers } = await answersOf(flags.corefile, flags.clusterDomain, new Set(existing));
  const question = { name, family, resolvConf, hosts, answers };
  const told = compareLibcs(question, generation === undefined ? image?.generations : [generation]);
  const { reference, because } = image ?? {};
  const whose = reference === undefined || because === undefined ? undefined : { reference, because };
  const report: LookupReport = { name, family, resolvConf, existing, corefile: title, image: whose, told };
  const { colour } = terminalStyle("auto", process.stdout, process.env);
  await write(
    process.stdout,
    json ? renderLookupJson(report) : renderLookup(report, colour),
    json ? "json" : "words",
  );
  return exitCodeOf(report, image);
}

/** 1 where musl, or the image's libc, fails on some way, 3 where that is not known. */
function exitCodeOf({ told }: LookupReport, image: ImageLibc | undefined): number {
  if (image?.isKnown === false) return EXIT.unreadable;
  const word = image?.generations.length === 0 ? "glibc" : "musl";
  const ours = told.filter(({ libcs }) => libcs.some((libc) => libc.startsWith(word)));
  const errors = ours.flatMap(({ ways }) => ways.map(({ error }) => error));
  if (errors.some((error) => error !== undefined && error !== "unknown")) return EXIT.findings;
  return errors.includes("unknown") ? EXIT.unreadable : EXIT.clean;
}
