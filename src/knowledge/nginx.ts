/** What is known of nginx's own resolver. Must hold data only. */
import type { Sourced } from "../model/cluster-profile.ts";

/** Read in nginx's source (3f6f7824, lines 2055 to 2140), where the cure's name comes from too. */
export const NGINX_RESOLVER: Sourced = {
  text: "nginx's resolver keeps the error code of either answer for the whole name",
  confidence: "documented",
  source: "nginx, src/core/ngx_resolver.c",
};
