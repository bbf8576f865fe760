/** Configurations of programs with a resolver of their own as a container has them with its volumes. Must show none that a volume hides. */
import type { ImageProfile } from "../model/image-profile.ts";
import type { Mount } from "../model/surroundings.ts";
import { nginx } from "./detect/nginx.ts";

type Configs = ImageProfile["resolverConfigs"];

/** The image's with those of volumes in sight in their places; what a volume that is not in sight hides is kept. */
export function mountedConfigs(own: Configs, mounts: readonly Mount[] = []): Configs {
  const known = mounts.filter(({ files }) => files !== undefined);
  if (known.length === 0) return own;
  const isHidden = (path: string, by: readonly Mount[]) =>
    by.some((mount) => path === mount.path || path.startsWith(`${mount.path}/`));
  const mounted = known.flatMap((mount) =>
    Object.entries(mount.files ?? {}).flatMap(([name, text]) => {
      const path = name === "" ? mount.path : `${mount.path}/${name}`;
      // A mount inside another one lies over it.
      const inner = mounts.filter((one) => one !== mount && one.path.startsWith(`${mount.path}/`));
      return text === undefined || isHidden(path, inner) ? [] : configsIn(path, text);
    }),
  );
  return [...own.filter(({ path }) => !isHidden(path, known)), ...mounted];
}

function configsIn(path: string, text: string): Configs {
  const bytes = Buffer.from(text);
  const reading = nginx.start({ path: path.slice(1), size: bytes.length, executable: false });
  reading?.push(bytes);
  const fact = reading?.end();
  if (fact?.kind !== "config") return [];
  return fact.directives.map((directive) => ({ value: { program: fact.program, ...directive }, path }));
}
