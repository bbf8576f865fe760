import { describe, expect, it } from "vitest";
import { plan } from "./planned.ts";

/** A program on musl and one on glibc, in folders of their own, and links to those. */
const ROOT = `FROM alpine:3.20 AS tools
FROM node:20-slim
RUN mkdir -p /opt/glibc /mnt
COPY --from=tools /lib/ld-musl-x86_64.so.1 /lib/
COPY --from=tools /bin/busybox /opt/musl/app
RUN cp /usr/local/bin/node /opt/glibc/app && ln -s /opt/glibc /opt/current && ln -s /opt/glibc /linked
`;

async function starts(more: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const [kind = ""] = (await plan(ROOT + more, files)).split(" ");
  return kind;
}

describe("where files land", () => {
  it("has both programs to begin with", async () => {
    expect(await starts('CMD ["/opt/current/app"]')).toBe("uses-glibc");
    expect(await starts('CMD ["/opt/musl/app"]')).toBe("uses-musl");
  });

  it.each([
    ["ln -n in place of a link to a folder", "RUN ln -sfn /opt/musl /opt/current", "/opt/current/app"],
    ["ln -T in place of one", "RUN ln -sfT /opt/musl /opt/current", "/opt/current/app"],
    ["ln -t into a folder", "RUN ln -sf -t /opt/glibc /opt/musl/app", "/opt/glibc/app"],
    ["cp -T over a folder", "RUN cp -rT /opt/musl /opt/glibc", "/opt/glibc/app"],
    ["busybox's own cp", "RUN busybox cp /opt/musl/app /opt/glibc/app", "/opt/glibc/app"],
    ["a folder of the context to a link to a folder", "COPY files/ /linked/", "/opt/glibc/app"],
    ["a folder of a stage to one", "COPY --from=tools /bin/ /linked/", "/opt/glibc/busybox"],
    ["cp to one", "RUN cp -r /opt/musl/. /linked", "/opt/glibc/app"],
    [
      "what is mounted over an empty folder",
      "RUN --mount=from=tools,source=/bin,target=/mnt cp /mnt/busybox /opt/glibc/app",
      "/opt/glibc/app",
    ],
    ["modes by an argument", "ARG MODE=755\nCOPY --chmod=$MODE plain /opt/glibc/app", "/opt/glibc/app"],
  ])("follows %s", async (_, lines, program) => {
    const files = { "files/app": "#!/opt/musl/app\n", plain: "exec /opt/musl/app\n" };
    expect(await starts(`${lines}\nCMD ["${program}"]`, files)).toBe("uses-musl");
  });

  it("leaves what is in a folder beside what is copied to a link to it", async () => {
    expect(await starts('COPY files/ /linked/\nCMD ["/linked/app"]', { "files/other": "" })).toBe(
      "uses-glibc",
    );
  });

  it("puts an empty folder back when what was mounted over it is gone", async () => {
    const mount = "RUN --mount=from=tools,source=/bin,target=/mnt true";
    expect(await plan(`${ROOT}${mount}\nCMD ["/mnt/busybox"]`)).toMatch(/^unknown .*is not in the image/);
    expect(await starts(`${mount}\nRUN cp /opt/musl/app /mnt\nCMD ["/mnt/app"]`)).toBe("uses-musl");
  });

  it.each([
    ["over a folder", "from=tools,source=/bin,target=/opt/glibc"],
    ["over a folder, of the context", "target=/opt/glibc"],
    ["that is not known", "from=nowhere:1,target=/opt/glibc"],
    ["over one file", "from=tools,source=/bin/busybox,target=/opt/glibc/app"],
  ])("keeps nothing that is changed below a mount %s", async (_, mount) => {
    const files = { "src/app": "" };
    const end = 'cp /opt/musl/app /opt/glibc/app\nCMD ["/opt/glibc/app"]';
    expect(await starts(`RUN --mount=type=bind,${mount} ${end}`, files)).toBe("uses-glibc");
    expect(await starts(`RUN ${end}`, files)).toBe("uses-musl");
  });

  it("takes a program out of what is mounted over a folder, and keeps what it puts elsewhere", async () => {
    const mount = "RUN --mount=from=tools,source=/bin,target=/opt/glibc cp /opt/glibc/busybox /opt/made";
    expect(await starts(`${mount}\nCMD ["/opt/made"]`)).toBe("uses-musl");
    expect(await starts(`${mount}\nCMD ["/opt/glibc/app"]`)).toBe("uses-glibc");
  });

  it.each([
    ["what is left out", "--exclude=app", "uses-glibc"],
    ["what is left out by a folder's pattern", "--exclude=**/app", "uses-glibc"],
    ["what another pattern leaves out", "--exclude=*.md", "uses-musl"],
  ])("does not copy from the context %s", async (_, flag, kind) => {
    const files = { app: "#!/opt/musl/app\n", "a.md": "" };
    expect(await starts(`ARG P\nCOPY ${flag} . /opt/glibc/\nCMD ["/opt/glibc/app"]`, files)).toBe(kind);
  });

  it("does not know what a pattern leaves out that is not known", async () => {
    const files = { app: "#!/opt/musl/app\n" };
    const lines = 'ARG P\nCOPY --exclude=$P . /opt/glibc/\nCMD ["/opt/glibc/app"]';
    expect(await plan(ROOT + lines, files, { args: { P: undefined } })).toMatch(/^unknown .*leaves it out/);
    expect(await plan(ROOT + lines, files, { args: { P: "b" } })).toMatch(/^uses-musl/);
  });

  it("does not know which is there where a stage's program may be left out", async () => {
    const copy = (flag: string) =>
      starts(`COPY --from=tools ${flag} /bin/ /usr/local/bin/\nCMD ["/usr/local/bin/busybox"]`);
    expect(await copy("--exclude=busybox")).toBe("unknown");
    expect(await copy("--exclude=other")).toBe("uses-musl");
  });

  it.each([
    ["a copy of a folder", "cp -r /opt/musl/. /opt/glibc"],
    ["a copy into a folder", "cp /opt/musl/app /opt/glibc"],
    ["a link in place of another", "ln -sfn /opt/musl /opt/current"],
    ["a program that can be started no more", "chmod -x /opt/glibc/app"],
  ])("does not know what is there after %s that may not happen", async (_, command) => {
    const run = `ARG MODE\nRUN if [ "$MODE" = other ]; then ${command}; fi`;
    const said = await plan(`${ROOT}${run}\nCMD ["/opt/current/app"]`, {}, { args: { MODE: undefined } });
    expect(said).toMatch(/^unknown .*RUN in Dockerfile:\d+ may have put it there/);
  });

  it("reads the text that lies at a path, however it came there", async () => {
    const files = { first: "cp /opt/glibc/app /made\n", second: "cp /opt/musl/app /made\n" };
    const lines = "COPY first /opt/glibc/run\nCOPY second /linked/run\nRUN sh /opt/glibc/run";
    expect(await starts(`${lines}\nCMD ["/made"]`, files)).toBe("uses-musl");
  });
});

describe("what LD_PRELOAD brings into a program on glibc", () => {
  const preloaded = (library: string, more = "") =>
    plan(`${ROOT}${more}\nENV LD_PRELOAD=${library}\nCMD ["node", "a.js"]`);

  it("is not taken for glibc where it is musl, or may be", async () => {
    expect(await preloaded("/lib/ld-musl-x86_64.so.1")).toBe(
      "unknown (LD_PRELOAD loads /lib/ld-musl-x86_64.so.1 into /usr/local/bin/node, and it may bring musl's resolver)",
    );
    expect(await preloaded("shim.so", "RUN curl -o /lib/shim.so https://example.com/shim.so")).toMatch(
      /^unknown \(LD_PRELOAD loads shim.so/,
    );
  });

  it.each([
    ["is not there", "/opt/shim.so", ""],
    ["has memory alone", "libjemalloc.so.2", "RUN curl -o /lib/libjemalloc.so.2 https://example.com/j.so"],
    ["is one of glibc", "/lib/shim.so", "RUN cp /usr/local/bin/node /lib/shim.so"],
  ])("is passed over where it %s", async (_, library, more) => {
    expect(await preloaded(library, more)).toMatch(/^uses-glibc/);
  });

  it("leaves a program on musl where it is", async () => {
    const lines = 'FROM node:20-alpine\nENV LD_PRELOAD=/lib/libgcompat.so.0\nCMD ["node", "a.js"]';
    expect(await plan(lines)).toMatch(/^uses-musl/);
  });
});
