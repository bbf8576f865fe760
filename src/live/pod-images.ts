/** Tells which bytes run in a container: what its status says rather than its spec. Must ask no registry. */
import { imageInFull, joinImage, splitImage } from "../model/image-name.ts";
import { itemsIn, textIn } from "./fields.ts";

/** Lists of containers in a PodSpec, each with that of a pod's status (core/v1 PodStatus). */
const STATUSES = {
  containers: "containerStatuses",
  initContainers: "initContainerStatuses",
  ephemeralContainers: "ephemeralContainerStatuses",
} as const;

/** Lists of containers. */
export type ContainerList = keyof typeof STATUSES;
export const CONTAINER_LISTS = Object.keys(STATUSES) as readonly ContainerList[];

/** References by digest, the same for the same bytes of the same repository, whatever tags they run by. */
export class PodImages {
  readonly #byDigest = new Map<string, string>();

  /** The image of a container as it is to be read: by digest where its status has one, else as its spec has it. */
  of(pod: unknown, list: ContainerList, container: unknown): string | undefined {
    const written = textIn(container, "image");
    const name = textIn(container, "name");
    const status = itemsIn(pod, "status", STATUSES[list]).find((one) => textIn(one, "name") === name);
    const runs = pulled(textIn(status, "imageID"));
    if (runs === undefined || written === undefined) return written;
    const key = `${imageInFull(runs.name)}@${runs.digest}`;
    const known = this.#byDigest.get(key);
    if (known !== undefined) return known;
    // Its tag says more to people than a digest alone.
    const asked = splitImage(written);
    const reference =
      imageInFull(asked.name) === imageInFull(runs.name)
        ? joinImage({ ...asked, digest: runs.digest })
        : joinImage({ name: runs.name, digest: runs.digest });
    this.#byDigest.set(key, reference);
    return reference;
  }
}

/** `NAME@sha256:…`, after `docker-pullable://` on old nodes; an image that was never pulled has the digest of its settings alone. */
function pulled(imageId: string | undefined): { readonly name: string; readonly digest: string } | undefined {
  const match = /^(?:docker-pullable:\/\/)?([\w.:/-]{1,512})@(sha256:[0-9a-f]{64})$/.exec(imageId ?? "");
  const [, name, digest] = match ?? [];
  return name === undefined || digest === undefined ? undefined : { name: splitImage(name).name, digest };
}
