/** Reads GitHub workflows: the containers of jobs. Must not read how they build images. */
import { isLiteralImage } from "../../model/image-name.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Named, Role, Workload } from "../../model/workload.ts";
import { named, nameOf } from "../../model/workload-names.ts";
import { imageNotLiteral } from "../gaps.ts";
import type { Source } from "../../text/source.ts";
import { itemsAt, textAt, valueAt, type YamlNode } from "../../yaml/nodes.ts";

/** What a workflow says. */
export interface Workflow {
  readonly workloads: readonly Workload[];
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
    }
  }
  return { workloads, diagnostics };
}
