/** Takes HCL's escapes out of what stands between quotes. Must not know what it is for. */

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

/** HCL native syntax specification, "Template Literals". */
export function unescaped(text: string): string {
  return text.replace(
    /\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.))|([$%])\4\{/g,
    (whole: string, short?: string, long?: string, one?: string, marker?: string) => {
      if (marker !== undefined) return `${marker}{`;
      const code = Number.parseInt(short ?? long ?? "", 16);
      if (!Number.isNaN(code)) return code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
      return ESCAPES[one ?? ""] ?? whole;
    },
  );
}
