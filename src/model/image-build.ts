/** How a repository builds an image: which Dockerfile, in which folder, with which arguments. Must be plain data. */
import type { Place } from "./place.ts";
import type { Platform } from "./oci.ts";

/** Where a Dockerfile's text is. */
export type DockerfileSource =
  /** A file of the repository. */
  | { readonly path: string }
  /** Text that stands inside another file, the place of its first line; `made`: of what a builder does that has none, all of it at one place. */
  | { readonly text: string; readonly at: Place; readonly made?: true }
  /** There is none, or nobody knows which: a clause, such as "it is built by Jib, whose base is eclipse-temurin:21". */
  | { readonly none: string };

/** What a build context of a name of its own is (`additional_contexts`, `--build-context`). */
export type NamedContext =
  | { readonly folder: string }
  | { readonly image: string }
  /** An image that is built here, too. */
  | { readonly build: ImageBuild }
  /** A URL, a folder outside of the repository, another target. */
  | { readonly unknown: string };

/** One image that something builds. */
export interface ImageBuild {
  readonly dockerfile: DockerfileSource;
  /** The folder that is sent as the context, relative to the repository's root; absent where that is not known. */
  readonly context?: string;
  /** The stage it ends in; the last one when absent. */
  readonly target?: string;
  /** Build arguments; `undefined` where a value is not known. */
  readonly args?: Readonly<Record<string, string | undefined>>;
  /** What it is built for, where that is said. */
  readonly platform?: Platform;
  readonly contexts?: Readonly<Record<string, NamedContext>>;
  /** Names that the built image gets, as written. */
  readonly tags?: readonly string[];
  /** The line that says so, and whose it is: `skaffold.yaml`, `the workflow`. */
  readonly at?: Place;
  readonly by?: string;
}
