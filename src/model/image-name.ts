/** The names of images. Must not look one up. */

/** The name of an image without source prefix, tag or digest: what stays the same from one build to the next. */
export function imageName(reference: string): string {
  return reference
    .replace(/^(registry|docker-archive|oci-archive|oci-layout|docker-daemon|rootfs-tar):(\/\/)?/, "")
    .replace(/@sha256:[0-9a-f]*$/, "")
    .replace(/:[^/:]*$/, "");
}

/** `name:tag@digest`; the name holds the registry, if any. */
export interface ImageText {
  readonly name: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** Splits a reference. */
export function splitImage(reference: string): ImageText {
  const at = reference.indexOf("@");
  const digest = at < 0 ? undefined : reference.slice(at + 1);
  const rest = at < 0 ? reference : reference.slice(0, at);
  const colon = rest.lastIndexOf(":");
  const tagged = colon > rest.lastIndexOf("/");
  return {
    name: tagged ? rest.slice(0, colon) : rest,
    ...(tagged ? { tag: rest.slice(colon + 1) } : {}),
    digest,
  };
}

/** The inverse of splitImage. */
export function joinImage({ name, tag, digest }: ImageText): string {
  return `${name}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
}

/** A name with Docker Hub's host and folder, which runtimes write out and people do not (distribution/reference). */
export function imageInFull(name: string): string {
  const [first = ""] = name.split("/");
  if (!name.includes("/")) return `docker.io/library/${name}`;
  const isHost = /[.:]/.test(first) || first === "localhost";
  return isHost ? name.replace(/^index\.docker\.io\//, "docker.io/") : `docker.io/${name}`;
}

/** Whether text can be taken as a reference as it stands: no variables, templates, blanks or schemes (distribution/reference). */
export function isLiteralImage(text: string): boolean {
  return !text.includes("://") && /^\w[\w.:/@+-]{0,1023}$/.test(text);
}

/** Whether ko puts an image in place of the text, which is the import path of a Go program (ko.build, Kubernetes integration). */
export function isKoImage(text: string): boolean {
  return /^ko:\/\/\w[\w./-]{0,1023}$/.test(text);
}
