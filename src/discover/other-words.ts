/** Finds what a file says in other words than Kubernetes' of what runs. Must not load who reads it where there is nothing. */
import type { PolicyObjects } from "./kinds/policy-objects.ts";
import type { YamlSource } from "./repository.ts";

/** Names and words of files that say in words of their own what runs; what reads them is loaded for repositories with some. */
const SAYS_OTHERWISE =
  /(?:^|\/)(?:fleet|devspace|okteto)[\w.-]*\.ya?ml$|garden\.ya?ml$|\bkyverno\.io\/|\bpolicy\.karmada\.io\/|\bmutations\.gatekeeper\.sh\/|\bMutating(?:Admission)?Policy\b|\bskaffold\/|\bscore\.dev\/|\btype:\s*kubernetes\b|\bchart_ref\b/;

/** Whether a file may say so, by its name and its words. */
export const saysOtherwise = (path: string, text: string) =>
  SAYS_OTHERWISE.test(path) || SAYS_OTHERWISE.test(text);

/** The objects that it says so; nothing where it has none of these words. */
export async function othersIn({ file, documents }: YamlSource): Promise<PolicyObjects | undefined> {
  if (!saysOtherwise(file.file, file.text)) return undefined;
  const others = (await import("./kinds/added-objects.ts")).addedObjects(file, documents);
  return others.documents.length + others.diagnostics.length === 0 ? undefined : others;
}
