/** What an image turned out to be: which libc it carries and which one its first process uses. Must not know how it was read. */
import type { Digest } from "./digest.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { Confidence } from "./cluster-profile.ts";
import type { Platform } from "./oci.ts";
import type { Place } from "./place.ts";
import type { Proof } from "./proof.ts";

/** The layer something came from. */
export interface LayerRef {
  /** 0 is the base. */
  readonly index: number;
  readonly diffId: Digest;
  readonly digest?: Digest;
  /** The instruction of the history that made it, as the builder wrote it. */
  readonly createdBy?: string;
  /** Whether the layer came with the base image or was added by the user's own build, where it can be told. */
  readonly origin?: "base" | "own";
  /** For an image that is not built yet: the instruction that will make it, and others that it takes files from. */
  readonly at?: Place;
  readonly through?: readonly Place[];
}

/** A value and where it was read. */
export interface Evidenced<T> {
  readonly value: T;
  /** Absolute path in the image. */
  readonly path: string;
  readonly layer: LayerRef;
}

/** A musl version as far as it is known: exact, or between bounds (`atLeast` inclusive, `below` exclusive). */
export interface MuslVersion {
  readonly exact?: string;
  readonly atLeast?: string;
  readonly below?: string;
  /**
   * How sure it is: read off what runs, or taken from what a compiler, a release or a tag usually comes with. Absent in
   * reports of earlier versions: an exact one was measured then, bounds likely.
   */
  readonly confidence?: Confidence;
  /** What says so. */
  readonly because: string;
}

/** One step of how the first process comes to its resolver. */
export interface ChainLink {
  /** What is shown: a path, `#!/bin/sh`, a loader with its version. */
  readonly text: string;
  readonly path?: string;
  readonly layer?: LayerRef;
}

/** How the process that starts resolves names. */
export type ResolverKind =
  | "uses-musl"
  | "is-musl"
  | "uses-glibc"
  | "own-resolver"
  /** What starts looks up no names. */
  | "no-lookups"
  | "mixed"
  | "unknown";

/** The process that starts, and the chain of evidence from the entry point to its resolver. */
export interface StartProcess {
  readonly kind: ResolverKind;
  /** Present for `uses-musl`, `is-musl`, and for `mixed` when one of them is musl. */
  readonly musl?: MuslVersion;
  /** For `mixed` with musl, what resolves with it and where it is started: "`wget` in /entry.sh:2". */
  readonly culprit?: string;
  /** The runtime, where its binary is recognised: `node`, `python`, `java`, ... */
  readonly runtime?: string;
  /** For `unknown`, the program that should start and is not in the image, as it is named there. */
  readonly missing?: string;
  /** One sentence: why this kind. For `unknown`, what was missing. */
  readonly reason: string;
  readonly chain: readonly ChainLink[];
  /** What is not so and is only asked about: `as if on Alpine 3.24: musl 1.2.6`. No image of a report has it. */
  readonly supposed?: string;
}

/** A directive of a program with a resolver of its own. */
interface ResolverConfig {
  readonly value: { readonly program: "nginx"; readonly line: number; readonly text: string };
  /** Absolute path in the container. */
  readonly path: string;
  /** Absent where a volume brings it. */
  readonly layer?: LayerRef;
}

/** The profile of one image on one platform. */
export interface ImageProfile {
  /** As the user wrote it. */
  readonly reference: string;
  readonly digest?: Digest;
  readonly platform: Platform;
  readonly distribution?: {
    readonly id: string;
    readonly name: string;
    readonly version?: string;
    readonly path: string;
    readonly layer: LayerRef;
  };
  /** musl as the visible file system has it; both values absent when there is none. */
  readonly musl: {
    readonly loader?: Evidenced<string>;
    readonly package?: Evidenced<string>;
  };
  readonly glibc: {
    readonly library?: Evidenced<string>;
    readonly package?: Evidenced<string>;
  };
  readonly process: StartProcess;
  /** Configurations of programs with a resolver of their own (nginx), of the image's or of volumes over it. */
  readonly resolverConfigs: readonly ResolverConfig[];
  /** Files that tell glibc how to look names up, and say otherwise than it does without them: nsswitch.conf, gai.conf. */
  readonly glibcFiles?: readonly string[];
  /** False when a layer could not be read: what is absent is then unknown. */
  readonly complete: boolean;
  /** What is proved of every layer that was read: of the one with the weakest proof. `verify` asks for `every-digest`. */
  readonly verified: Proof;
  readonly diagnostics: readonly Diagnostic[];
  /** For an image that is not built yet: how it was told what it will be. */
  readonly planned?: Planned;
}

/** What a Dockerfile says of the image it will make. */
export interface Planned {
  /** `built from src/web/Dockerfile, stage final`. */
  readonly from: string;
  /** `measured` where nothing but its settings differs from an image that was read. */
  readonly confidence: Confidence;
  /** The instruction that decided how it resolves names, and others that took part. */
  readonly at?: Place;
  readonly related: readonly Place[];
}
