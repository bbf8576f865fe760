/** Globs of one repository as globs of the fleet's folder, where its files have its own before their paths. Must match nothing. */
import type { Config } from "../settings/config-file.ts";
import { listOf, type Written } from "../settings/settings.ts";

/** A configuration whose globs are relative to its folder; an empty one changes nothing. */
export function configWithin(folder: string, config: Config): Config {
  if (folder === "") return config;
  const waivers = config.waivers.map((one) =>
    one.path === undefined ? one : { ...one, path: `${folder}/${one.path}` },
  );
  return { ...config, options: optionsWithin(folder, config.options), waivers };
}

/** Options whose `include` and `exclude` are relative to a folder; an empty one changes nothing. */
export function optionsWithin(folder: string, options: Written): Written {
  const { include, exclude } = options;
  if (folder === "" || (include === undefined && exclude === undefined)) return options;
  const within = (globs: Written["include"]) =>
    globs === undefined ? undefined : listOf(globs).map((glob) => globWithin(folder, glob));
  return { ...options, include: within(include), exclude: within(exclude) };
}

/** A name alone is at any depth below the folder. */
function globWithin(folder: string, glob: string): string {
  const parts = glob
    .trim()
    .split("/")
    .filter((part) => part !== "" && part !== ".");
  if (parts.length === 0) return glob;
  const itself = folder.replaceAll(/[*?[\\]/g, String.raw`\$&`);
  return [itself, ...(parts.length === 1 ? ["**"] : []), ...parts].join("/");
}
