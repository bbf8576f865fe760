import { describe, expect, it } from "vitest";
import type { ClusterProfile } from "../../src/model/cluster-profile.ts";
import type { Judgement, Report } from "../../src/model/report.ts";
import type { Workload } from "../../src/model/workload.ts";
import { renderHtml } from "../../src/report/html.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { traceOf } from "../../src/report/trace.ts";
import { CONTAINER_RULES } from "../../src/rules/index.ts";
import { answer, cluster, image, onMusl, report, workload, zoneDenied } from "../support/profiles.ts";
import { checked } from "../support/checked.ts";

/** The trace of the first finding about a container on musl of that version. */
function traced(on: ClusterProfile, who: Workload = workload(), exact = "1.2.5"): string | undefined {
  const profile = image(onMusl(exact));
  const judgements = CONTAINER_RULES.flatMap((rule): Judgement[] => {
    const verdict = checked(rule, { workload: who, image: profile, cluster: on, usedNames: [] });
    return verdict === undefined ? [] : [{ workload: who, image: 0, cluster: 0, verdict }];
  });
  const all: Report = { images: [profile], clusters: [on], judgements, diagnostics: [] };
  const found = judgements.find(({ verdict }) => verdict.outcome === "affected");
  return found === undefined ? undefined : traceOf(all, found);
}

describe("the lookup of a finding", () => {
  it("ends in musl as the finding says, and not so in glibc", () => {
    const text = traced(cluster("NXDOMAIN"));
    expect(text).toMatch(/^musl 1\.2\.4 and newer {2}fails: Name does not resolve/m);
    expect(text).toMatch(/^glibc 2\.36 {12}resolves: /m);
    expect(text).toContain("asks the cluster's DNS: A 192.0.2.1, AAAA NXDOMAIN; AAAA is answered NXDOMAIN");
  });

  it("is late where the finding is", () => {
    const text = traced(cluster("SERVFAIL"), workload(), "1.2.0");
    expect(text).toMatch(/^musl .* resolves after \d+ s: /m);
    expect(text).toMatch(/^glibc 2\.36 +resolves: /m);
  });

  it("is of one of the names that alone fail, the container's own where it has one", () => {
    const part = zoneDenied();
    const on = cluster("passed-on", "passed-on", { parts: [part] });
    expect(traced(on)).toMatch(/^getaddrinfo\("a\.one\.example"\)/);
    expect(traced(on, workload("x", { names: ["db.one.example."] }))).toMatch(
      /^getaddrinfo\("db\.one\.example"\)/,
    );
  });

  it("searches what the pod searches", () => {
    const alone = {
      before: "none" as const,
      servers: [{ address: "192.0.2.9", ofCluster: true }],
      options: [],
    };
    const text = traced(cluster("NXDOMAIN"), workload("x", { pod: { resolver: alone } }));
    expect(text).toMatch(
      /^getaddrinfo\("kubernetes\.default\.svc\.cluster\.local"\).*\n {2}nameserver 192\.0\.2\.9\n/,
    );
  });

  it("is not shown where it would show nothing, or is not known", () => {
    const [passed, hidden] = [answer("passed-on"), answer("unknown")];
    const both = { internal: passed, external: passed };
    expect(traced(cluster("NODATA"))).toBeUndefined();
    const all = report([image(onMusl("1.2.5"))], cluster("NXDOMAIN"));
    const [finding] = all.judgements as [Judgement];
    const open = { ...cluster("NXDOMAIN"), answers: { internal: hidden, external: hidden } };
    expect(traceOf({ ...all, clusters: [open] }, finding)).toBeUndefined();
    expect(traceOf({ ...all, clusters: [{ ...open, answers: both }] }, finding)).toBeUndefined();
    const away = workload("x", { usesClusterDns: false });
    expect(traceOf(all, { ...finding, workload: away })).toBeUndefined();
  });

  it("stands folded in the summary and on the page", () => {
    const all = report([image(onMusl("1.2.5"))], cluster("NXDOMAIN"));
    const folded = "<details><summary>One lookup, step by step</summary>";
    expect(renderMarkdown(all)).toContain(`${folded}\n\n\`\`\`text\ngetaddrinfo("kubernetes.default")`);
    expect(renderHtml(all)).toContain(
      `${folded}<pre tabindex="0">getaddrinfo(&quot;kubernetes.default&quot;)`,
    );
  });

  it("has a bounded length and nothing that acts, whatever a pod searches", () => {
    const domains = Array.from({ length: 30 }, (_, i) => `</pre>\u001b[2J\`\`\`${i}`);
    const who = workload("x", { searches: { domains, afterCluster: true } });
    const all = report([image(onMusl("1.2.5"))], cluster("NXDOMAIN"));
    const text = traceOf(all, { ...(all.judgements[0] as Judgement), workload: who });
    expect(text?.split("\n").length).toBeLessThanOrEqual(41);
    expect(text).not.toContain("\u001b");
    const judgements = all.judgements.map((one) => ({ ...one, workload: who }));
    expect(renderHtml({ ...all, judgements })).not.toContain("</pre>`");
  });
});
