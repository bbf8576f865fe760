/** Renders the record templates of the template plugin as far as they are plain. Must not run Go templates in full. */
import { isIPv4, isIPv6 } from "node:net";
import { fullyQualified, isDomainName } from "./names.ts";

/** Letters a record may have here; on the wire none has more than 65,535 bytes. */
const MOST_RECORD = 65_536;

/** What a template can put in. */
export interface TemplateData {
  readonly name: string;
  readonly zone: string;
  readonly type: string;
  readonly class: string;
  /** The pattern's match and groups. */
  readonly match: readonly string[];
}

/** What a template becomes: a record, a text CoreDNS cannot read as one, or something not known here. */
export type Rendered =
  | { readonly kind: "record"; readonly type: string; readonly target?: string }
  | { readonly kind: "broken" }
  | { readonly kind: "unknown" };

/**
 * Renders `{{ .Name }}`-like actions and reads the record's type. Anything else of Go's text/template, and
 * data of types not checked here, is `unknown`.
 */
export function renderRecord(template: string, data: TemplateData): Rendered {
  let text = "";
  let at = 0;
  for (let open = template.indexOf("{{"); open !== -1; open = template.indexOf("{{", at)) {
    const close = template.indexOf("}}", open + 2);
    const action = template
      .slice(open + 2, close)
      .replace(/^-/, "")
      .replace(/-$/, "")
      .trim();
    const value = close === -1 ? undefined : valueOfAction(action, data);
    text += template.slice(at, open) + (value ?? "");
    if (value === undefined || text.length > MOST_RECORD) return { kind: "unknown" };
    at = close + 2;
  }
  text += template.slice(at);
  return text.length > MOST_RECORD ? { kind: "unknown" } : readRecord(text);
}

function valueOfAction(action: string, data: TemplateData): string | undefined {
  switch (action) {
    case ".Name":
      return data.name;
    case ".Zone":
      return data.zone;
    case ".Type":
      return data.type;
    case ".Class":
      return data.class;
    default: {
      const index = /^index \.Match (\d{1,3})$/.exec(action)?.[1];
      return index === undefined ? undefined : data.match[Number(index)];
    }
  }
}

/** A record in presentation form (RFC 1035, 5.1): name, then TTL and class in either order, type and data. */
function readRecord(text: string): Rendered {
  const words = text.trim().split(/[ \t]+/);
  if (words[0] === "" || !isDomainName(fullyQualified(words[0] ?? ""))) return { kind: "broken" };
  let i = 1;
  for (let seen = 0; seen < 2 && /^(?:\d{1,10}|IN|CH|HS|CS|ANY|NONE)$/i.test(words[i] ?? ""); seen++) i++;
  const type = words[i]?.toUpperCase();
  const data = words.slice(i + 1);
  switch (type) {
    case undefined:
      return { kind: "broken" };
    // A record without data is one all the same; musl passes over it.
    case "A":
      if (data.length === 0) return { kind: "record", type };
      return data.length === 1 && isIPv4(data[0]!) ? { kind: "record", type } : { kind: "broken" };
    case "AAAA":
      if (data.length === 0) return { kind: "record", type };
      return data.length === 1 && isIPv6(data[0]!) ? { kind: "record", type } : { kind: "broken" };
    case "CNAME":
      return data.length === 1 && isDomainName(fullyQualified(data[0]!))
        ? { kind: "record", type, target: fullyQualified(data[0]!).toLowerCase() }
        : { kind: "broken" };
    case "TXT":
    case "HINFO":
    case "NS":
    case "PTR":
      return data.length > 0 ? { kind: "record", type } : { kind: "broken" };
    case "SOA":
      return isSoa(data) ? { kind: "record", type } : { kind: "broken" };
    default:
      return { kind: "unknown" };
  }
}

/** Two names and five numbers (RFC 1035, 3.3.13); times may carry units. */
function isSoa(data: readonly string[]): boolean {
  const names = data.slice(0, 2).every((name) => isDomainName(fullyQualified(name)));
  return data.length === 7 && names && data.slice(2).every((number) => /^\d[\dsmhdw]{0,20}$/i.test(number));
}

/** Whether a template has an action that never ends, which Go refuses to compile. */
export function isUnfinished(template: string): boolean {
  for (let open = template.indexOf("{{"); open !== -1; open = template.indexOf("{{", open)) {
    const close = template.indexOf("}}", open);
    const again = template.indexOf("{{", open + 2);
    if (close === -1 || (again !== -1 && again < close)) return true;
    open = close;
  }
  return false;
}
