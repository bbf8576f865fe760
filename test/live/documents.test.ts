import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";

const text = (file: string) => readFileSync(file, "utf8");

describe("what runs every night", () => {
  it("is the account that has the rights, and may write its own ConfigMap alone", () => {
    const [job, role, binding] = parseAllDocuments(text("docs/live/cronjob.yaml")).map((one) => one.toJS());
    const accounts = parseAllDocuments(text("docs/rbac.yaml"))
      .map((one) => one.toJS())
      .filter(({ kind }) => kind === "ServiceAccount");
    const { serviceAccountName, containers } = job.spec.jobTemplate.spec.template.spec;
    expect(accounts.map(({ metadata }) => metadata)).toEqual([
      { name: serviceAccountName, namespace: job.metadata.namespace },
    ]);
    expect(binding.subjects).toMatchObject([{ name: serviceAccountName, namespace: job.metadata.namespace }]);
    expect(role.rules[1].resourceNames).toEqual([
      /create configmap ([\w-]+)/.exec(containers[0].args[0])?.[1],
    ]);
  });

  it("is shown by a dashboard of metrics that there are, with labels that they have", () => {
    const report = text("test/report/golden/report.prom");
    const { panels } = JSON.parse(text("docs/live/grafana.json"));
    const queries = panels.flatMap(({ targets }: { targets: { expr: string }[] }) =>
      targets.map(({ expr }) => expr),
    );
    expect(queries).toHaveLength(5);
    for (const query of queries) {
      const [, metric, labels = ""] = /(muslgate_\w+)(?:\{(.*)\})?/.exec(query) as RegExpExecArray;
      expect(report).toContain(`# TYPE ${metric} gauge`);
      const line = report.split("\n").find((one) => one.startsWith(`${metric}{`)) ?? "";
      const by = /by \(([^)]*)\)/.exec(query)?.[1]?.split(", ") ?? [];
      const used = [...labels.matchAll(/(\w+)=/g)].map(([, label]) => label);
      for (const label of [...used, ...by]) expect(line).toContain(`${label}="`);
    }
  });
});
