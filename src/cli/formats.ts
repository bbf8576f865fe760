/** The formats that a report can be printed in, by their names. Must not print, nor decide what is in a report. */
import type { Report } from "../model/report.ts";
import { terminalStyle, type TextKind } from "../publish/terminal.ts";
import { renderJson } from "../report/json.ts";
import { renderTable } from "../report/table.ts";
import { sarifOf } from "../run/scan.ts";
import type { Settings } from "../settings/settings.ts";
import { reportWithFlags } from "./spelt.ts";

/** The report as it was asked for; what few ask for is loaded for them. */
export async function rendered(report: Report, settings: Settings): Promise<string> {
  switch (settings.format) {
    case "json":
      return renderJson(report);
    case "sarif":
      return sarifOf(report, settings.category);
    case "junit":
      return (await import("../report/junit.ts")).renderJunit(reportWithFlags(report), settings.failOn);
    case "gitlab":
      return (await import("../report/gitlab.ts")).renderGitlab(report);
    case "prometheus":
      return (await import("../report/prometheus.ts")).renderPrometheus(report);
    case "html": {
      const { renderHtml } = await import("../report/html.ts");
      return renderHtml(reportWithFlags(report), settings.baseline ?? settings.base);
    }
    case "markdown":
      return (await import("../report/markdown.ts")).renderMarkdown(reportWithFlags(report));
    case "table":
      return renderTable(reportWithFlags(report), {
        ...terminalStyle(settings.color, process.stdout, process.env),
        whole: settings.verbose,
      });
  }
}

/** How each is kept from being obeyed; of Markdown with patches and of a page no byte may change. */
export const KINDS: Readonly<Record<Settings["format"], TextKind>> = {
  table: "words",
  markdown: "exact",
  json: "json",
  sarif: "json",
  junit: "words",
  gitlab: "json",
  prometheus: "words",
  html: "exact",
};
