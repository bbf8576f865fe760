/** Reads how build tools of languages make images by themselves: Jib by its plugins, Nix's dockerTools, Bazel's rules. Must run none of them. */
import type { DockerfileSource, ImageBuild } from "../../model/image-build.ts";
import type { Place } from "../../model/place.ts";
import type { Source } from "../../text/source.ts";
import { nameOf } from "../../tree/paths.ts";
import { namesIn } from "./build-commands.ts";
import { jibImage, noDockerfile } from "./other-builders.ts";

/** What Jib takes where nothing says another base: a glibc one for every version of Java (Jib, FAQ: the default base image). */
const JIB_BASE = "eclipse-temurin:21-jre";
/** Longer blocks are not read. */
const MOST_BLOCK = 20_000;
const MOST_CALLS = 100;

/** What a file builds that is named as one of theirs. */
export function projectBuilds(file: Source): readonly ImageBuild[] {
  const name = nameOf(file.file);
  if (name === "pom.xml") return mavenBuilds(file);
  if (name.startsWith("build.gradle")) return gradleBuilds(file);
  return name.endsWith(".nix") ? nixBuilds(file) : bazelBuilds(file);
}

function mavenBuilds(file: Source): readonly ImageBuild[] {
  const place = file.text.indexOf("jib-maven-plugin");
  if (place < 0) return [];
  const end = file.text.indexOf("</plugin>", place);
  const block = file.text.slice(place, end < 0 ? place + MOST_BLOCK : Math.min(end, place + MOST_BLOCK));
  const image = (side: string) =>
    new RegExp(`<${side}>\\s*(?:<!--[^>]*-->\\s*)?<image>\\s*([^<]+?)\\s*</image>`).exec(block)?.[1];
  // Properties of the file itself, and of the project as they are written first.
  const known = (text: string | undefined) =>
    text?.replace(/\$\{([\w.-]+)\}/g, (whole, name: string) => {
      const tag = name.replace(/^(?:project|pom)\./, "").replaceAll(".", "\\.");
      return new RegExp(`<${tag}>\\s*([^<$]+?)\\s*</${tag}>`).exec(file.text)?.[1] ?? whole;
    });
  return jibBuild(file, place, known(image("from")), known(image("to")));
}

function gradleBuilds(file: Source): readonly ImageBuild[] {
  const place = /^[ \t]*jib[ \t]*\{/m.exec(file.text)?.index;
  if (place === undefined) return [];
  const block = file.text.slice(place, place + MOST_BLOCK);
  const image = (side: string) =>
    new RegExp(`\\b${side}[ \\t]*\\{[^{}]{0,400}\\bimage[ \\t]*=?[ \\t]*["']([^"'\\n]+)["']`).exec(
      block,
    )?.[1] ?? new RegExp(`\\b${side}\\.image[ \\t]*=?[ \\t]*["']([^"'\\n]+)["']`).exec(block)?.[1];
  // A base that is there and is no plain text is not known, and not the default.
  const from = image("from") ?? (/\bfrom\b/.test(block) ? "a value that Gradle works out" : undefined);
  return jibBuild(file, place + block.indexOf("jib"), from, image("to"));
}

function jibBuild(
  file: Source,
  start: number,
  from: string | undefined,
  to: string | undefined,
): readonly ImageBuild[] {
  const at = file.toPlace(start, start + 3);
  const base = from?.replace(/^(?:registry|docker):\/\//, "") ?? JIB_BASE;
  return to === undefined ? [] : [build(file, at, jibImage(base, at), [to])];
}

/** `dockerTools.buildImage { name = "web"; }` and its like (nixos.org, Nixpkgs manual, dockerTools). */
function nixBuilds(file: Source): readonly ImageBuild[] {
  const calls = /\b(?:buildImage|buildLayeredImage|streamLayeredImage|buildNixShellImage)\b[^{}"]{0,200}\{/g;
  return [...file.text.matchAll(calls)].slice(0, MOST_CALLS).flatMap((call) => {
    const block = file.text.slice(call.index, call.index + MOST_BLOCK);
    const name = /\bname[ \t]*=[ \t]*"([^"\n]+)"/.exec(block)?.[1];
    const at = file.toPlace(call.index, call.index + 1);
    return name === undefined ? [] : [build(file, at, noDockerfile("nix"), [name])];
  });
}

/** Names that rules_oci and rules_docker give (github.com/bazel-contrib/rules_oci, docs). */
function bazelBuilds(file: Source): readonly ImageBuild[] {
  const calls = /^[ \t]*(?:oci_push|oci_load|oci_tarball|container_push|container_bundle)[ \t]*\(/gm;
  return [...file.text.matchAll(calls)].slice(0, MOST_CALLS).flatMap((call) => {
    const close = file.text.indexOf("\n)", call.index);
    const block = file.text.slice(call.index, close < 0 ? call.index + MOST_BLOCK : close);
    const value = (key: string) => new RegExp(`\\b${key}[ \\t]*=[ \\t]*"([^"\\n]+)"`).exec(block)?.[1];
    const [host, name] = [value("registry"), value("repository")];
    const tags = [
      ...(/\brepo_tags[ \t]*=[ \t]*\[([^\]]*)\]/.exec(block)?.[1] ?? "").matchAll(/"([^"\n]+)"/g),
    ];
    const names = [
      ...(name === undefined ? [] : [host === undefined ? name : `${host}/${name}`]),
      ...tags.map(([, tag = ""]) => tag),
    ];
    const at = file.toPlace(call.index, call.index + 1);
    return names.length === 0 ? [] : [build(file, at, noDockerfile("bazel"), names)];
  });
}

function build(file: Source, at: Place, dockerfile: DockerfileSource, names: readonly string[]): ImageBuild {
  return { dockerfile, tags: namesIn(names), at, by: file.file };
}
