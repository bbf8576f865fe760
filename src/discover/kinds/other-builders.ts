/** Says what is known of images that are built without a Dockerfile. Must claim no more than the builder's manual does. */
import type { DockerfileSource } from "../../model/image-build.ts";

/** Builders, and what their manuals say of the images that they make. */
const BUILDERS = {
  // ko.build, "Configuration": CGO_ENABLED=0 unless .ko.yaml says otherwise; cgr.dev/chainguard/static is the base.
  ko: "ko, which makes a Go program without cgo unless .ko.yaml says otherwise",
  // buildpacks.io, "Builder": the builder names the run image.
  buildpacks: "Buildpacks",
  bazel: "Bazel, whose rules say what is in it",
  // nixos.org, dockerTools: everything comes from the Nix store, glibc unless pkgsMusl.
  nix: "Nix",
} as const;

/** An image of one of them. `more` is what the file says of it, such as a builder's name. */
export function noDockerfile(builder: keyof typeof BUILDERS, more?: string): DockerfileSource {
  return {
    none: `it is built by ${BUILDERS[builder]}${more === undefined ? "" : `, with ${more}`}; that is not read`,
  };
}

/** An image of Jib's: Java's runtime is the base's (github.com/GoogleContainerTools/jib, `from.image`). */
export function jibBase(base: string | undefined): DockerfileSource {
  const from = base === undefined ? "its own default" : base;
  return { none: `it is built by Jib, whose base is ${from}; that is not read` };
}
