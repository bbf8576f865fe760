/** Which names the command `lookup` takes to exist where nobody says so. Must ask no server. */
import { ServicesInSight } from "../discover/services.ts";
import { PUBLIC_ENDINGS } from "../knowledge/public-endings.ts";
import { muslConfig } from "../lookup/resolv-conf.ts";
import { remark } from "../publish/terminal.ts";
import { printable } from "../report/text.ts";
import { wholeFile } from "../text/source.ts";
import { readYaml } from "../yaml/nodes.ts";
import type { Manifests } from "./pod-file.ts";

/**
 * The names that exist of those that the name may be short for: Services of the manifests, and their pods; else the one that
 * has a Service's form, or the name itself. Names with a public ending are none of a Service's, which is said.
 */
export function existingFor(
  name: string,
  resolvConf: string,
  { clusterDomain, namespace }: { readonly clusterDomain: string; readonly namespace: string },
  manifests: Manifests | undefined,
): readonly string[] {
  const bare = name.replace(/\.$/, "");
  const searched = name === bare ? muslConfig(resolvConf).search : [];
  const end = `.svc.${clusterDomain}`;
  const inCluster = [bare, ...searched.map((one) => `${bare}.${one}`)].filter((one) => one.endsWith(end));
  if (manifests !== undefined) {
    const services = new ServicesInSight();
    services.add(
      { file: wholeFile(manifests.file, manifests.text), ...readYaml(manifests.text) },
      { own: namespace },
    );
    const here = inCluster.filter((one) => services.serviceOf(one, "")?.at !== undefined);
    if (here.length > 0) return here;
  }
  const service = inCluster.find((one) => isService(one.slice(0, -end.length).split(".")));
  const [, ending = "", ...more] = bare.toLowerCase().split(".");
  const isPublicName = PUBLIC_ENDINGS.has(ending) && more.length === 0;
  if (service === undefined || !isPublicName) return [service ?? bare];
  remark(
    printable(`${bare} is taken for a public name; if it is a Service's, give --exists ${service}.`) + "\n",
  );
  return [bare];
}

/** `api.shop`, and `db-0.db.shop`: a Service, and a pod of a StatefulSet, which is called like its own. */
function isService(labels: readonly string[]): boolean {
  const [first = "", second = ""] = labels;
  const set = /^(.+)-\d+$/.exec(first)?.[1];
  return labels.length === 2 || (labels.length === 3 && set !== undefined && second.startsWith(set));
}
