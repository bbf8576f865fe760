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
    ["an address", "      env: [{name: HOST, value: 10.0.0.1}]\n", "", undefined],
  ])("by %s", async (_, rest, more, names) => {
    const { workloads } = await found(POD(rest, more));
    expect(workloads[0]?.names ?? []).toEqual(names ?? []);
  });
});
