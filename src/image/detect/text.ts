/** Keeps small texts that decide what starts or how names are resolved. Must not read them. */
import { type Detector, wholeFile } from "./detector.ts";

const MOST_BYTES = 32 * 1024;

/**
 * nsswitch.conf (Go reads it) and gai.conf, programs of supervisord, crontabs, inittab, systemd's services, s6-rc's one-shot commands, and the scripts of a
 * package.json that is not a dependency's, or deno.json's tasks.
 */
const NAME =
  /(?:^|\/)(?:supervisord?\.conf|supervisor(?:d|\.d|\/conf\.d)?\/[^/]+\.(?:conf|ini)|Procfile|s6-rc\.d\/[^/]+\/(?:up|down|run)|crontabs?\/[^/]+)$|^etc\/(?:nsswitch|gai)\.conf$|^etc\/crontab$|^etc\/cron\.d\/[^/]+$|^etc\/inittab$|(?:^|\/)systemd\/system\/[^/]+\.service$|^etc\/ld-musl-[^/]+\.path$|^(?!(?:.*\/)?node_modules\/)(?:.*\/)?(?:package|deno)\.jsonc?$/;

/** A crontab of any name, and settings that may be supervisord's: those are told by what is in them. */
const NAMED_CRON = /(?:^|\/)(?:[^/]*cron[^/.]*|[^/]+\.cron)$/;
const MAY_BE_SUPERVISORD = /\.(?:conf|ini)$/;
/** npm's settings, of which one line alone is kept: others hold tokens. */
const NPM_SETTINGS = /^(?!(?:.*\/)?node_modules\/)(?:.*\/)?\.npmrc$/;
const SCRIPT_SHELL = /^[ \t]*script-shell[ \t]*=.*$/m;
const SUPERVISORD = /^\[(?:supervisord|program:|eventlistener:|fcgi-program:)/m;

/** Such a text. */
export const text: Detector = wholeFile(
  "text",
  6,
  MOST_BYTES,
  new RegExp([NAME, NAMED_CRON, MAY_BE_SUPERVISORD, NPM_SETTINGS].map(({ source }) => source).join("|")),
  (bytes, { path }, cut) => {
    if (bytes.includes(0)) return undefined;
    const text = Buffer.from(bytes).toString("utf8");
    if (NPM_SETTINGS.test(path)) {
      const line = SCRIPT_SHELL.exec(text)?.[0].trim();
      return line === undefined ? undefined : { kind: "text", text: line, truncated: cut };
    }
    if (!NAME.test(path) && MAY_BE_SUPERVISORD.test(path) && !SUPERVISORD.test(text)) return undefined;
    return { kind: "text", text, truncated: cut };
  },
);
