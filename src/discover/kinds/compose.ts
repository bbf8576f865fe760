/** Reads compose files: images that run, and how Dockerfiles are built. Must not read the Dockerfiles. */
import { isLiteralImage } from "../../model/image-name.ts";
import type { ImageBuild } from "../../model/image-build.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Workload } from "../../model/workload.ts";
import { deadly } from "../../model/pod.ts";
import { named } from "../../model/workload-names.ts";
import {
  type ComposeFile,
  composeDns,
  composeOptions,
  coreDnsIn,
  surroundingsOf,
  wordsOf,
} from "./compose-service.ts";
import { expand } from "./docker-expand.ts";
import { platformOf } from "./dockerfile-start.ts";
import { unknownDns } from "./pod-dns.ts";
import { composeBuild } from "./compose-build.ts";
import { imageNotLiteral } from "../gaps.ts";
import type { Source } from "../../text/source.ts";
import { parentOf } from "../../tree/paths.ts";
import { textAt, valueAt, type YamlNode } from "../../yaml/nodes.ts";

/** What a compose file says. */
export interface Compose {
  readonly workloads: readonly Workload[];
  /** How services' images are built. */
  readonly builds: readonly ImageBuild[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads `services.*` (docs.docker.com, Compose file reference). Containers of compose ask Docker's own resolver, and with
 * it the servers of `dns`. Paths begin in `folder`. A service with a build names its result by `image`: there is nothing to pull.
 */
export async function readCompose(
  file: Source,
  documents: readonly YamlNode[],
  environment: ReadonlyMap<string, string>,
  textOf: ComposeFile["textOf"],
  spend: ComposeFile["spend"],
  folder = parentOf(file.file),
): Promise<Compose> {
  const workloads: Workload[] = [];
  const builds: ImageBuild[] = [];
  const diagnostics: Diagnostic[] = [];
  const compose: ComposeFile = { path: file.file, folder, root: documents[0], environment, textOf, spend };
  const coreDns = coreDnsIn(compose);
  const services = valueAt(documents[0], "services");
  for (const entry of services?.kind === "map" ? services.entries : []) {
    const { key, value: service } = entry;
    const build = valueAt(service, "build");
    const ofService = { root: "", kind: "compose", namespace: "", name: key, container: "" };
    const who = named({ key: ofService, role: "service", file: file.file });
    const image = textAt(service, "image");
    const at = file.toPlace((image ?? entry).start, image?.end ?? entry.start + key.length);
    const expanded = image === undefined || image.templated ? undefined : expand(image.text, environment);
    const name = expanded !== undefined && "text" in expanded ? expanded.text : undefined;
    const built =
      build &&
      composeBuild({ file, folder }, build, environment, { tags: name === undefined ? [] : [name], at });
    if (built !== undefined) builds.push(built);
    else if (image === undefined) continue;
    else if (name === undefined || !isLiteralImage(name)) {
      diagnostics.push(imageNotLiteral(image.text, who.name, at));
      continue;
    }
    const dns = composeDns(service, compose, coreDns);
    const node = valueAt(service, "dns");
    if (dns === undefined && node !== undefined)
      diagnostics.push(unknownDns(file, node, "what its `dns` answers by is not in sight", ASKS));
    // Of what asks nobody that is judged nothing is needed: its image is not opened.
    const resolver = composeOptions(service, compose, file);
    const isAsked =
      dns?.usesClusterDns !== false || dns.dnsCorefile !== undefined || deadly({ resolver }) !== undefined;
    // One that is built has a Dockerfile that is judged wherever it runs.
    if (built !== undefined && !isAsked) continue;
    const surroundings = isAsked ? await surroundingsOf(service, compose) : undefined;
    const platform = platformOf(textAt(service, "platform")?.text);
    const [command, args] = [
      wordsOf(service, "entrypoint", environment),
      wordsOf(service, "command", environment),
    ];
    workloads.push({
      image: name ?? key,
      ...who,
      command,
      args,
      ...(surroundings && { surroundings }),
      ...(platform && { platforms: [platform] }),
      ...(dns ?? { usesClusterDns: "unknown" as const }),
      ...(resolver && { pod: { resolver } }),
      build: built,
      at,
    });
  }
  return { workloads, builds, diagnostics };
}

const ASKS = "whether it asks the cluster's DNS";
