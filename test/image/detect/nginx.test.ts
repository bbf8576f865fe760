import { describe, expect, it } from "vitest";
import { nginx } from "../../../src/image/detect/nginx.ts";
import type { ConfigFact } from "../../../src/model/layer-facts.ts";
import { detect } from "../../support/detect.ts";

const read = (text: string, path = "etc/nginx/nginx.conf") =>
  (detect(nginx, path, text) as ConfigFact | undefined)?.directives;

describe("nginx", () => {
  it("finds resolver directives with their lines", () => {
    const text =
      "http {\n  resolver 10.0.0.10 valid=5s;\n  # resolver 1.1.1.1;\n  resolver_timeout 5s;\n  server { resolver [::1] ipv6=off; }\n}\n";
    expect(read(text)).toEqual([
      { line: 2, text: "resolver 10.0.0.10 valid=5s" },
      { line: 5, text: "resolver [::1] ipv6=off" },
    ]);
  });

  it("joins a directive of several lines", () => {
    expect(read("resolver 10.0.0.10\n         10.0.0.11\n  ipv6=off;\n")).toEqual([
      { line: 1, text: "resolver 10.0.0.10 10.0.0.11 ipv6=off" },
    ]);
  });

  it("keeps the variables of a template", () => {
    const path = "etc/nginx/templates/default.conf.template";
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's.
    const text = "resolver ${NGINX_LOCAL_RESOLVERS} valid=5s;";
    expect(read(text, path)?.[0]?.text).toBe(text.slice(0, -1));
  });

  it.each([
    "usr/local/nginx/conf/nginx.conf",
    "etc/nginx/conf.d/a/b.conf",
    "opt/openresty/nginx/conf/nginx.conf",
  ])("looks at %s", (path) => {
    expect(read("resolver 1.1.1.1;", path)).toHaveLength(1);
  });

  it("looks nowhere else, and is nothing without one", () => {
    expect(read("resolver 1.1.1.1;", "etc/app.conf")).toBeUndefined();
    expect(read("server {}")).toBeUndefined();
    expect(read("resolver 1.1.1.1")).toBeUndefined();
  });

  it("stays small, and reads a whole file of anything once", () => {
    expect(read("resolver a;\n".repeat(10_000))).toHaveLength(64);
    // At the most that is read of a file, where looking through the rest of it at every place would never end.
    for (const part of ["resolver ", "\n", " ", "${", "${a", "a${b ", '"', "'", `"'`, "\\", "#", ";{}"]) {
      expect(read(part.repeat(nginx.maxBytes / part.length))).toBeUndefined();
      expect(read(`${part.repeat(99_000 / part.length)}"'}\n;resolver a;`)?.length ?? 0).toBeLessThan(2);
    }
  });
});
