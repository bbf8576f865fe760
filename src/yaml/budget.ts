/** The bounds on YAML for one run, whatever file or text it stands in. Must not read any. */
import { Budget } from "../model/budget.ts";
import { REPOSITORY_LIMITS, type RepositoryLimits } from "../model/repository-limits.ts";

/** What one text may have, and what all of them together have left. */
export interface YamlBudget {
  /** Tokens and nodes of one text. */
  readonly tokens: number;
  readonly nodes: number;
  /** Characters and nodes of all. */
  readonly characters: Budget;
  readonly nodesInAll: Budget;
}

/** A budget that nothing was taken from. */
export function yamlBudget(limits: RepositoryLimits = REPOSITORY_LIMITS): YamlBudget {
  return {
    tokens: limits.yamlTokens,
    nodes: limits.yamlNodes,
    characters: new Budget("yamlCharacters", limits.yamlCharacters),
    nodesInAll: new Budget("yamlNodesInAll", limits.yamlNodesInAll),
  };
}

/** The same for one file that the user names: it may be a whole cluster's dump, and its length is bounded where it is read. */
export function namedYamlBudget(): YamlBudget {
  const nodes = 4 * REPOSITORY_LIMITS.yamlNodes;
  return yamlBudget({
    ...REPOSITORY_LIMITS,
    yamlTokens: Number.POSITIVE_INFINITY,
    yamlNodes: nodes,
    yamlNodesInAll: nodes,
  });
}
