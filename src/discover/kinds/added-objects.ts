/** Gathers the objects that a file says in other words than Kubernetes'. Must not read them. */
import type { Source } from "../../text/source.ts";
import type { YamlNode } from "../../yaml/nodes.ts";
import { objectsIn } from "./gitops.ts";
import { type PolicyObjects, policyObjects } from "./policy-objects.ts";
import { toolObjects } from "./tool-objects.ts";

/** What policies put into pods, and what tools run. */
export function addedObjects(file: Source, documents: readonly YamlNode[]): PolicyObjects {
  const policies = policyObjects(file, documents.flatMap(objectsIn));
  return { ...policies, documents: [...policies.documents, ...toolObjects(file, documents)] };
}
