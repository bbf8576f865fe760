/** Says what is known of images that are built without a Dockerfile. Must claim no more than the builder's manual does. */
import type { DockerfileSource } from "../../model/image-build.ts";
import { isLiteralImage } from "../../model/image-name.ts";
import type { Place } from "../../model/place.ts";

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

/** Java's runtime is the base's, and Jib's own command starts it (github.com/GoogleContainerTools/jib, FAQ: `java -cp …`). */
export function jibImage(base: string | undefined, at: Place): DockerfileSource {
  if (base === undefined || !isLiteralImage(base))
    return { none: `it is built by Jib, whose base is ${base ?? "its own default"}; that is not read` };
  return {
    text: `FROM ${base}\nENTRYPOINT ["java", "-cp", "/app/resources:/app/classes:/app/libs/*"]\n`,
    at,
    made: true,
  };
}

/** A Go program without cgo; the base has nothing that it needs, and is another one only where `base` says so. */
export function koImage(base: string | undefined, at: Place): DockerfileSource {
  if (base !== undefined && !isLiteralImage(base)) return noDockerfile("ko", `the base ${base}`);
  const lines = [
    "FROM scratch AS build",
    "ENV CGO_ENABLED=0",
    'RUN ["go", "build", "-o", "/ko-app/program", "."]',
    `FROM ${base ?? "scratch"}`,
    "COPY --from=build /ko-app/program /ko-app/program",
    'ENTRYPOINT ["/ko-app/program"]',
  ];
  return { text: `${lines.join("\n")}\n`, at, made: true };
}
