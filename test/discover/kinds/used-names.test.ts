import { describe, expect, it } from "vitest";
import { found } from "../tree.ts";

const POD = (rest: string, more = "") => ({
  "pod.yaml": `apiVersion: v1
kind: Pod
metadata: {name: api}
spec:
  containers:
    - name: api
      image: shop/api:1.0
${rest}${more}`,
});

describe("names a container is given", () => {
  it.each([
    [
      "env",
      "      env: [{name: URL, value: 'https://user:x@API.netflix.com:443/v1'}]\n",
      "",
      ["api.netflix.com."],
    ],
    [
      "args",
      "      args: ['--db=db.corp.test:5432', './run.sh', '-f', '/etc/app/app.conf']\n",
      "",
      ["db.corp.test."],
    ],
    ["a bare name", "      env: [{name: HOST, value: db.corp.test}]\n", "", ["db.corp.test."]],
    [
      "a ConfigMap",
      "      envFrom: [{configMapRef: {name: settings}}]\n",
      "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {HOST: db.corp.test}\n",
      ["db.corp.test."],
    ],
    ["a path", "      args: ['/etc/app.d/x.conf', 'lib/mod.so']\n", "", undefined],
    ["an address of mail", "      env: [{name: FROM, value: 'me@corp.test'}]\n", "", undefined],
    [
      "a Secret that is named after a host",
      "      args: ['--tls=api.shop.svc.api-tls-pair']\n",
      "",
      undefined,
    ],
    ["names of a certificate", "      args: ['--serving-dns-names=api.shop.svc']\n", "", undefined],
    ["a certificate's hosts", "      args: ['--host=api,api.shop.svc']\n", "", undefined],
    ["names past a proxy", "      env: [{name: no_proxy, value: 'api.shop.svc,.local'}]\n", "", undefined],
    [
      "a list of hosts",
      "      env: [{name: ALL, value: 'a.corp.test:1,b.corp.test:2'}]\n",
      "",
      ["a.corp.test.", "b.corp.test."],
    ],
    [
      "a user and a host with a port",
      "      env: [{name: DSN, value: 'u:p@tcp(db.corp.test:3306)/x'}]\n",
      "",
      ["db.corp.test."],
    ],
    ["an address", "      env: [{name: HOST, value: 10.0.0.1}]\n", "", undefined],
  ])("by %s", async (_, rest, more, names) => {
    const { workloads } = await found(POD(rest, more));
    expect(workloads[0]?.names ?? []).toEqual(names ?? []);
  });
});
