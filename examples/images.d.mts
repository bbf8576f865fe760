/** A member of a tar: a body makes a file, a link a symbolic link, neither a folder. */
export interface Member {
  name: string;
  body?: string | Uint8Array;
  mode?: number;
  link?: string;
}
export interface ExampleImage {
  layers: Member[][];
  config: Record<string, unknown>;
}
export const IMAGES: Record<string, ExampleImage>;
export function alpine(release: string, musl: string, packageVersion: string): Member[];
export function writeImages(folder: string): void;
export function dockerArchive(tag: string, image: ExampleImage): Buffer;
export function ociLayout(tag: string, image: ExampleImage, compress?: (bytes: Buffer) => Buffer): Member[];
