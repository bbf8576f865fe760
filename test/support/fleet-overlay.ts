/** The overlay that docs/fleet/kubernetes/kustomization.yaml tells of, over the files here. Must change nothing else of it. */
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

/** The folder of the base. */
export const FLEET_BASE = resolve("docs/fleet/kubernetes");

/** Writes it into a new folder inside of one that exists, and returns that folder. */
export function writeOverlay(folder: string): string {
  const told = readFileSync(join(FLEET_BASE, "kustomization.yaml"), "utf8").match(/^# {3}.*$/gm) ?? [];
  const overlay = join(folder, "overlay");
  mkdirSync(overlay);
  const base = relative(realpathSync(overlay), FLEET_BASE);
  const text = told.map((line) => line.slice("#   ".length)).join("\n");
  writeFileSync(
    join(overlay, "kustomization.yaml"),
    text.replace("github.com/muslgate/muslgate//docs/fleet/kubernetes", base),
  );
  return overlay;
}
