/** The rights that docs/rbac.yaml grants, and the file with one of them taken out. Must know of no right by itself. */
import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import type { LiveObject } from "../../support/live-cluster.ts";

/** One right: a resource, or one object of it. */
export interface Right {
  readonly verb: string;
  /** As kubectl writes it: `jobs.batch`. */
  readonly resource: string;
  /** The one object; absent where all are meant. */
  readonly name?: string;
  /** The namespace of its Role; absent in a ClusterRole. */
  readonly namespace?: string;
  /** The role without it, which may be left with no rule. */
  readonly without: LiveObject;
  /** The role as it is. */
  readonly role: LiveObject;
}

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** All rights in a file of manifests. */
export function rightsIn(file: string): readonly Right[] {
  const documents = parseAllDocuments(readFileSync(file, "utf8")).map((one) => one.toJS());
  return documents
    .filter(({ kind }) => kind === "ClusterRole" || kind === "Role")
    .flatMap((role) => (role.rules as readonly Rule[]).flatMap((rule) => ofRule(role, rule)));
}

function ofRule(role: LiveObject, rule: Rule): readonly Right[] {
  const { namespace } = role.metadata as { readonly namespace?: string };
  const [group = ""] = rule.apiGroups;
  return rule.verbs.flatMap((verb) =>
    rule.resources.flatMap((one) => {
      const resource = [one, group].filter(Boolean).join(".");
      const { resourceNames } = rule;
      if (resourceNames === undefined) {
        const others = rule.resources.filter((other) => other !== one);
        return [{ verb, resource, namespace, role, without: changed(role, rule, others, undefined) }];
      }
      return resourceNames.map((name) => {
        const names = resourceNames.filter((other) => other !== name);
        return {
          verb,
          resource,
          name,
          namespace,
          role,
          without: changed(
            role,
            rule,
            [one],
            names,
            rule.resources.filter((other) => other !== one),
          ),
        };
      });
    }),
  );
}

/** The role with less in one of its rules; `untouched` are resources that keep all its names. */
function changed(
  role: LiveObject,
  rule: Rule,
  resources: readonly string[],
  names: readonly string[] | undefined,
  untouched: readonly string[] = [],
): LiveObject {
  const rules = (role.rules as readonly Rule[]).flatMap((one) => {
    if (one !== rule) return [one];
    const less =
      resources.length === 0 || names?.length === 0 ? [] : [{ ...rule, resources, resourceNames: names }];
    return [...less, ...(untouched.length === 0 ? [] : [{ ...rule, resources: untouched }])];
  });
  return { ...role, rules };
}
