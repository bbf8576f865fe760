/** Reads compose files: images that run, and how Dockerfiles are built. Must not read the Dockerfiles. */
import { isLiteralImage } from "../../model/image-name.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Workload } from "../../model/workload.ts";
import { named } from "../../model/workload-names.ts";
import { type ComposeFile, composeDns, coreDnsIn, surroundingsOf, wordsOf } from "./compose-service.ts";
import { expand } from "./docker-expand.ts";
import { platformOf } from "./dockerfile-start.ts";
import { unknownDns } from "./pod-dns.ts";
import type { DockerTarget } from "./dockerfile.ts";
import { imageNotLiteral } from "../gaps.ts";
import { joinPath, nameOf, parentOf } from "../../tree/paths.ts";
import type { Source } from "../../text/source.ts";
import { textAt, valueAt, type YamlNode } from "../../yaml/nodes.ts";

/** What a compose file says. */
export interface Compose {
  readonly workloads: readonly Workload[];
  /** Dockerfiles by path, with the target and arguments they are built with. */
  readonly builds: readonly { readonly dockerfile: string; readonly target: DockerTarget }[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Whether documents are a compose file: `services` of maps with an image or a build, and no kind. JSON of that shape
 * has to be named so, because other tools' settings look alike.
 */
export function isCompose(path: string, documents: readonly YamlNode[]): boolean {
  if (/\.json$/i.test(path) && !/compose/i.test(nameOf(path))) return false;
  const [document] = documents;
  const services = valueAt(document, "services");
  if (services?.kind !== "map" || valueAt(document, "kind") !== undefined) return false;
  return services.entries.some(
    ({ value }) => valueAt(value, "image") !== undefined || valueAt(value, "build") !== undefined,
  );
}

/**
 * Reads `services.*` (docs.docker.com, Compose file reference). Containers of compose ask Docker's own resolver, and with
 * it the servers of `dns`. A service with a build names its result by `image`: there is nothing to pull yet.
 */
export async function readCompose(
  file: Source,
  documents: readonly YamlNode[],
  environment: ReadonlyMap<string, string>,
  textOf: ComposeFile["textOf"],
  spend: ComposeFile["spend"],
): Promise<Compose> {
  const workloads: Workload[] = [];
  const builds: { dockerfile: string; target: DockerTarget }[] = [];
  const diagnostics: Diagnostic[] = [];
  const compose: ComposeFile = { path: file.file, root: documents[0], environment, textOf, spend };
  const coreDns = coreDnsIn(compose);
  const services = valueAt(documents[0], "services");
  for (const { key, value: service } of services?.kind === "map" ? services.entries : []) {
    const build = valueAt(service, "build");
    const ofService = { root: "", kind: "compose", namespace: "", name: key, container: "" };
    const who = named({ key: ofService, role: "service", file: file.file });
    if (build !== undefined) {
      builds.push(...buildOf(file, build, environment));
      continue;
    }
    const image = textAt(service, "image");
    if (image === undefined) continue;
    const at = file.toPlace(image.start, image.end);
    const expanded = image.templated ? undefined : expand(image.text, environment);
    if (expanded === undefined || "missing" in expanded || !isLiteralImage(expanded.text)) {
      diagnostics.push(imageNotLiteral(image.text, who.name, at));
      continue;
    }
    const dns = composeDns(service, compose, coreDns);
    const node = valueAt(service, "dns");
    if (dns === undefined && node !== undefined)
      diagnostics.push(unknownDns(file, node, "what its `dns` answers by is not in sight", ASKS));
    // Of what asks nobody that is judged nothing is needed: its image is not opened.
    const isAsked = dns?.usesClusterDns !== false || dns.dnsCorefile !== undefined;
    const surroundings = isAsked ? await surroundingsOf(service, compose) : undefined;
    const platform = platformOf(textAt(service, "platform")?.text);
    const [command, args] = [
      wordsOf(service, "entrypoint", environment),
      wordsOf(service, "command", environment),
    ];
    workloads.push({
      image: expanded.text,
      ...who,
      command,
      args,
      ...(surroundings && { surroundings }),
      ...(platform && { platforms: [platform] }),
      ...(dns ?? { usesClusterDns: "unknown" as const }),
      at,
    });
  }
  return { workloads, builds, diagnostics };
}

const ASKS = "whether it asks the cluster's DNS";

function buildOf(
  file: Source,
  build: YamlNode,
  environment: ReadonlyMap<string, string>,
): readonly { dockerfile: string; target: DockerTarget }[] {
  const context = build.kind === "text" ? build.text : (textAt(build, "context")?.text ?? ".");
  const folder = joinPath(parentOf(file.file), context);
  const dockerfile = folder && joinPath(folder.path, textAt(build, "dockerfile")?.text ?? "Dockerfile");
  if (!dockerfile) return [];
  const target = textAt(build, "target")?.text;
  const args = argumentsOf(valueAt(build, "args"), environment);
  return [{ dockerfile: dockerfile.path, target: { target, args } }];
}

/** Build arguments, as a map or as a list of `NAME=value`; those without a value come from the environment. */
function argumentsOf(
  node: YamlNode | undefined,
  environment: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const pairs: [string, string][] = [];
  if (node?.kind === "map") {
    for (const { key, value } of node.entries) if (value.kind === "text") pairs.push([key, value.text]);
  } else if (node?.kind === "list") {
    for (const item of node.items) {
      const equals = item.kind === "text" ? item.text.indexOf("=") : -1;
      if (item.kind === "text" && equals > 0)
        pairs.push([item.text.slice(0, equals), item.text.slice(equals + 1)]);
    }
  }
  return new Map(
    pairs.flatMap(([name, value]) => {
      const expanded = expand(value, environment);
      return "text" in expanded && value !== "" ? [[name, expanded.text]] : [];
    }),
  );
}
