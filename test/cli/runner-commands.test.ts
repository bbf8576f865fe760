import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.ts";
import { muslgate } from "../support/in-process.ts";
import { commandsIn } from "../support/runner-commands.ts";

const folder = temporaryFolder();

/** What the Action prints, and what goes to files and pipes, is test/e2e/output.test.ts's. */
describe("nothing that the command line prints is a command to a runner", () => {
  const hostile = `.:53 {
    ::error::pwned
    ##[error]pwned
    template ANY AAAA {
        rcode NXDOMAIN
    }
    hosts {
        ::1 localhost
    }
}
`;
  const corefile = folder.write("Corefile", hostile);
  folder.write(
    "repository/dns.yaml",
    `apiVersion: v1
kind: ConfigMap
metadata:
  name: coredns
  namespace: kube-system
data:
  Corefile: |
${hostile.replace(/^(?=.)/gm, "    ")}`,
  );
  folder.write(
    "repository/pod.yaml",
    `apiVersion: v1
kind: Pod
metadata:
  name: "##[error]pwned"
spec:
  containers:
    - name: "::error::pwned"
      image: "##[error]pwned"
`,
  );
  // What a runner does not know of itself, as in a container, is safe as well.
  const RUNNERS = [{ GITHUB_ACTIONS: "true" }, {}] as const;

  it.each(RUNNERS)("corefile and image, with %o", async (env) => {
    for (const args of [
      ["corefile", corefile],
      ["corefile", corefile, "--format", "json"],
      ["corefile", "::error::pwned"],
      ["image", "::error::pwned", "--corefile", corefile, "--verbose"],
      ["image", "##[error]pwned", "--corefile", corefile, "--format", "json"],
      ["::error::pwned"],
      ["image", "x", "--color", "\n::error::pwned"],
    ]) {
      const ran = await muslgate(args, env);
      expect(ran.out + ran.err, args.join(" ")).toContain("pwned");
      expect(commandsIn(ran.out), args.join(" ")).toEqual([]);
      expect(commandsIn(ran.err), args.join(" ")).toEqual([]);
    }
  });

  it("repo, in every format, on a runner", async () => {
    const path = join(folder.path, "repository");
    for (const format of ["table", "markdown", "json", "sarif"]) {
      const ran = await muslgate(["repo", path, "--format", format, "--verbose"], { GITHUB_ACTIONS: "true" });
      if (format !== "sarif") expect(ran.out, format).toContain("pwned");
      expect(commandsIn(ran.out), format).toEqual([]);
      expect(commandsIn(ran.err), format).toEqual([]);
    }
  });
});
