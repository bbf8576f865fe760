import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { writeOverlay } from "../support/fleet-overlay.ts";
import { temporaryFolder } from "../support/folder.ts";
import { describeWith } from "../support/parts.ts";

const folder = temporaryFolder();

/**
 * What Kubernetes says of its own objects: `go mod download -json k8s.io/kubernetes@v1.37.2` prints the folder (Dir) that
 * MUSLGATE_KUBERNETES names.
 */
const SPEC = join(process.env.MUSLGATE_KUBERNETES ?? "nowhere", "api/openapi-spec/v3");
const MANIFESTS = [
  "docs/fleet/kubernetes/job.yaml",
  "docs/fleet/kubernetes/service-account.yaml",
  "docs/live/cronjob.yaml",
  "docs/rbac-openshift.yaml",
  "docs/rbac.yaml",
];

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Every object takes the fields that it has and no other, as `--validate=strict` does. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== "object" || schema === null) return schema;
  const inside = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, strict(value)]));
  return "properties" in inside && inside.type === "object" && !("additionalProperties" in inside)
    ? { ...inside, additionalProperties: false }
    : inside;
}

/** What is wrong with an object, a line each. */
function faults(manifest: Manifest): readonly string[] {
  const { apiVersion, kind } = manifest;
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  const file = group === "" ? `api__${version}` : `apis__${group}__${version}`;
  const { components } = JSON.parse(readFileSync(join(SPEC, `${file}_openapi.json`), "utf8"));
  const named = Object.entries<Record<string, unknown>>(components.schemas).find(([, schema]) =>
    (schema["x-kubernetes-group-version-kind"] as Record<string, string>[] | undefined)?.some(
      (one) => one.group === group && one.version === version && one.kind === kind,
    ),
  );
  if (named === undefined) return [`there is no ${kind} in ${apiVersion}`];
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: "k8s", components: strict(components) });
  const validate = ajv.compile({ $ref: `k8s#/components/schemas/${named[0]}` });
  validate(manifest);
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

const objectsIn = (file: string): readonly Manifest[] =>
  parseAllDocuments(readFileSync(file, "utf8")).map((one) => one.toJS() as Manifest);

it("holds what is there to Kubernetes' own OpenAPI, where MUSLGATE_KUBERNETES has it", () => {
  expect(MANIFESTS.filter((file) => objectsIn(file).length === 0)).toEqual([]);
});

// No part of a machine, and no test that is left out: whoever changes a manifest fetches it.
const describeHere = existsSync(SPEC) ? describe : () => {};
describeHere("the manifests in docs/, by Kubernetes' own OpenAPI", () => {
  it.each(MANIFESTS)("%s is as it says", (file) => {
    const objects = objectsIn(file);
    expect(objects.length).toBeGreaterThan(0);
    expect(objects.flatMap(faults)).toEqual([]);
  });

  it("would have told a field that is misspelt, one too many, and one of another type", () => {
    const [job] = objectsIn("docs/fleet/kubernetes/job.yaml") as readonly (Manifest & {
      readonly spec: Readonly<Record<string, unknown>>;
    })[];
    const changed = (spec: object) => faults({ ...job!, spec: { ...job!.spec, ...spec } } as Manifest);
    expect(changed({ backoffLimitPerIndx: 3 })).toHaveLength(1);
    expect(changed({ completions: "8" })).toHaveLength(1);
    expect(changed({ template: { spec: {} } })).toEqual([
      expect.stringContaining("must have required property 'containers'"),
    ]);
    expect(faults({ ...job!, apiVersion: "batch/v1", kind: "Jbo" })).toEqual(["there is no Jbo in batch/v1"]);
  });
});

describeWith({ programs: ["kubectl"] }, "the overlay that docs/fleet/kubernetes tells of", () => {
  it("has the shards and the bucket that it says", () => {
    const args = ["kustomize", "--load-restrictor=LoadRestrictionsNone", writeOverlay(folder.path)];
    const objects = parseAllDocuments(execFileSync("kubectl", args, { encoding: "utf8" })).map((one) =>
      one.toJS(),
    );
    const ofKind = (kind: string) => objects.find((one) => one.kind === kind);
    expect(ofKind("Job").spec).toMatchObject({ completions: 32, parallelism: 8 });
    expect(ofKind("ConfigMap").data.MUSLGATE_STORE).toBe("s3://my-bucket/facts");
  });
});
