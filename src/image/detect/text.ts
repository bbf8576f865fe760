/** Keeps small texts that decide what starts or how names are resolved. Must not read them. */
import { type Detector, wholeFile } from "./detector.ts";

const MOST_BYTES = 32 * 1024;

/**
 * nsswitch.conf (Go reads it) and gai.conf, programs of supervisord, crontabs, inittab, systemd's services, s6-rc's one-shot commands, and the scripts of a
 * package.json that is not a dependency's.
 */
const NAME =
  /(?:^|\/)(?:supervisord?\.conf|supervisor(?:d|\.d|\/conf\.d)?\/[^/]+\.(?:conf|ini)|Procfile|s6-rc\.d\/[^/]+\/(?:up|down|run)|crontabs?\/[^/]+)$|^etc\/(?:nsswitch|gai)\.conf$|^etc\/crontab$|^etc\/cron\.d\/[^/]+$|^etc\/inittab$|(?:^|\/)systemd\/system\/[^/]+\.service$|^etc\/ld-musl-[^/]+\.path$|^(?!(?:.*\/)?node_modules\/)(?:.*\/)?package\.json$/;

/** Such a text. */
export const text: Detector = wholeFile("text", 3, MOST_BYTES, NAME, (bytes, _, cut) =>
  bytes.includes(0) ? undefined : { kind: "text", text: Buffer.from(bytes).toString("utf8"), truncated: cut },
);
