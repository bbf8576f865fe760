/** What a container is started in beside its image: variables, folder, volumes, hooks. Must be plain data: images are read once for each. */

/** What whoever runs a container adds to how its image starts. */
export interface Surroundings {
  /** Variables beside or instead of the image's own; `undefined` where the value is not known. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Other variables may be set too, such as those of a Secret. */
  readonly envOpen?: boolean;
  /** The values of `env` speak of the image's own variables: `${NAME}` is its value there, `$$` a dollar. */
  readonly envExpands?: boolean;
  /** Instead of the image's own; relative to it where it does not begin with a slash. */
  readonly workingDir?: string;
  /** What lies over paths of the image. */
  readonly mounts?: readonly Mount[];
  /** Names that /etc/hosts answers, beside those that are in every container. */
  readonly hosts?: readonly string[];
  /** What starts in it besides: probes, hooks, health checks. */
  readonly besides?: readonly Besides[];
}

/** A volume over a path of the image, which hides what the image has there. */
export interface Mount {
  /** Absolute. */
  readonly path: string;
  /**
   * All that is in it, by the path below it (empty where the mount is a file itself); absent where that is not known.
   * `undefined` is a file whose text is not known.
   */
  readonly files?: Readonly<Record<string, string | undefined>>;
  /** Its files can be executed. */
  readonly executable: boolean;
}

/** A command that starts in a running container. */
export interface Besides {
  /** Follows "its": `liveness probe`, `postStart hook`. */
  readonly what: string;
  readonly words: readonly string[];
}
