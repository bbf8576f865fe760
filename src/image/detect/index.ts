/** The detectors, in the order their facts stand. Must hold no logic. */
import type { Detector } from "./detector.ts";
import { elfFile } from "./elf-file.ts";
import { libc } from "./libc.ts";
import { nginx } from "./nginx.ts";
import { apk, dpkg, opkg, portage, xbps } from "./packages.ts";
import { release } from "./release.ts";
import { script } from "./script.ts";
import { text } from "./text.ts";

/** Every detector there is. */
export const DETECTORS: readonly Detector[] = [
  elfFile,
  libc,
  apk,
  dpkg,
  opkg,
  xbps,
  portage,
  release,
  script,
  nginx,
  text,
];
