import type { Member } from "./images.mjs";
export function tar(members: Member[]): Buffer;
