/** What a file's name says it is. Must not open it. */
import { nameOf } from "./paths.ts";

/** Whether the name alone makes it a Corefile: `Corefile`, `Corefile.prod`, `node-local.corefile`. */
export function isCorefileName(path: string): boolean {
  const name = nameOf(path);
  // Words about one, a copy that is kept, what has yet to be rendered.
  if (/\.(?:md|rst|adoc|html?|bak|orig|old|tpl|tmpl|gotmpl|j2|jinja2?|erb|sh|go|py)$/i.test(name))
    return false;
  return /^(?:Corefile(?:[.-][\w.-]+)?|corefile|[\w.-]+\.[Cc]orefile)$/.test(name);
}

/** Whether the name makes it Terraform's or OpenTofu's: `.tf`, `.tofu`, `.tfvars`, or one of them as JSON; both pass over those that begin with a dot. */
export function isTerraformName(file: string): boolean {
  return /(?:^|[\\/])[^.\\/][^\\/]*\.(?:tf|tofu|tfvars)(?:\.json)?$/.test(file);
}

/** Whether a path is named like a Dockerfile: `Dockerfile`, `Dockerfile.prod`, `Containerfile-x`, `app.dockerfile`. */
export function isDockerfileName(path: string): boolean {
  const name = nameOf(path);
  if (/\.(?:dockerignore|md|sh|txt|ya?ml|json)$/i.test(name)) return false;
  return /^(?:(?:Dockerfile|Containerfile)(?:[.-].+)?|dockerfile|containerfile|.+\.(?:[Dd]ockerfile|[Cc]ontainerfile))$/.test(
    name,
  );
}

/** Whether it is HCL that Terraform or Terragrunt reads, and not the same as JSON. */
export function isHclName(file: string): boolean {
  return file.endsWith(".hcl") || (isTerraformName(file) && !file.endsWith(".json"));
}

/** Whether it is a file of Helmfile's by its name: helmfile.yaml, helmfile.d/web.yaml, either as the template that Helmfile 1 wants. */
export function isHelmfileName(path: string): boolean {
  return /(?:^|\/)(?:helmfile\.ya?ml|helmfile\.d\/[^/]+\.ya?ml)(?:\.gotmpl)?$/.test(path);
}
