/** Reads GitHub workflows: containers of jobs, and how Dockerfiles are built. Must not read the Dockerfiles. */
import { isLiteralImage } from "../../model/image-name.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Named, Role, Workload } from "../../model/workload.ts";
import { named, nameOf } from "../../model/workload-names.ts";
import type { DockerTarget } from "./dockerfile.ts";
import { imageNotLiteral } from "../gaps.ts";
import { joinPath } from "../../tree/paths.ts";
import type { Source } from "../../text/source.ts";
import { itemsAt, textAt, valueAt, type YamlNode } from "../../yaml/nodes.ts";

/** What a workflow says. */
export interface Workflow {
  readonly workloads: readonly Workload[];
  /** Dockerfiles docker/build-push-action builds with a named target. */
  readonly builds: readonly { readonly dockerfile: string; readonly target: DockerTarget }[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Whether a path is a workflow's or an action's. */
export function isWorkflowName(path: string): boolean {
  return /(?:^|\/)\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$/.test(path);
}

/** Runners GitHub hosts (docs.github.com, About GitHub-hosted runners): they are in nobody's cluster. */
const HOSTED = /^(?:ubuntu|windows|macos)-[\w.-]+$/;

/** Reads `jobs.*.container`, `jobs.*.services.*` and steps that use `docker://` (docs.github.com, Workflow syntax). */
export function readWorkflow(file: Source, documents: readonly YamlNode[]): Workflow {
  const workloads: Workload[] = [];
  const builds: { dockerfile: string; target: DockerTarget }[] = [];
  const diagnostics: Diagnostic[] = [];
  const add = (node: YamlNode | undefined, one: Named, dns: Workload["usesClusterDns"], skip = 0) => {
    if (node?.kind !== "text" || node.text === "") return;
    const at = file.toPlace(node.start + skip, node.end);
    const image = node.text.slice(skip);
    if (node.templated || !isLiteralImage(image)) diagnostics.push(imageNotLiteral(image, nameOf(one), at));
    else workloads.push({ image, ...named(one), usesClusterDns: dns, at });
  };
  const jobs = valueAt(documents[0], "jobs");
  for (const { key, value: job } of jobs?.kind === "map" ? jobs.entries : []) {
    const runner = textAt(job, "runs-on");
    const dns = runner !== undefined && HOSTED.test(runner.text) ? false : "unknown";
    const one = (role: Role, container: string): Named => ({
      key: { root: "", kind: "workflow-job", namespace: "", name: key, container },
      role,
      file: file.file,
    });
    const container = valueAt(job, "container");
    add(container?.kind === "map" ? valueAt(container, "image") : container, one("job container", ""), dns);
    const services = valueAt(job, "services");
    for (const service of services?.kind === "map" ? services.entries : [])
      add(valueAt(service.value, "image"), one("job service", service.key), dns);
    for (const [index, step] of itemsAt(job, "steps").entries()) {
      const uses = textAt(step, "uses");
      if (uses?.text.startsWith("docker://"))
        add(uses, one("job step", `step ${index + 1}`), dns, "docker://".length);
      if (uses?.text.startsWith("docker/build-push-action@")) builds.push(...buildOf(step));
    }
  }
  return { workloads, builds, diagnostics };
}

function buildOf(step: YamlNode): Workflow["builds"] {
  const input = (key: string) => textAt(step, "with", key);
  const target = input("target");
  if (target === undefined || target.templated) return [];
  const context = joinPath("", input("context")?.text ?? ".");
  if (context === undefined) return [];
  // `file` is relative to the working folder, not to the context.
  const written = input("file")?.text;
  const dockerfile = written === undefined ? joinPath(context.path, "Dockerfile") : joinPath("", written);
  return dockerfile === undefined ? [] : [{ dockerfile: dockerfile.path, target: { target: target.text } }];
}
