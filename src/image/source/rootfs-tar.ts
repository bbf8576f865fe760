/** Opens a bare root file system in a tar, such as an Alpine minirootfs, as an image of one layer. Must not read it. */
import { statSync } from "node:fs";
import { MuslgateError } from "../../model/error.ts";
import type { ImageConfig } from "../../model/oci.ts";
import type { Source } from "./source.ts";

/** `rootfs-tar:FILE`, uncompressed, gzip or zstd. It has no configuration: a shell is taken to start. */
export function rootfsTarSource(): Source {
  return {
    scheme: "rootfs-tar",
    guess: async (reference) => statSync(reference, { throwIfNoEntry: false })?.isFile() ?? false,
    open: async (request) => {
      const stat = statSync(request.reference, { throwIfNoEntry: false });
      if (stat === undefined || !stat.isFile()) {
        throw new MuslgateError(
          "input",
          `${request.written}: ${stat === undefined ? "no such file" : "it is not a file"}`,
          "Give the path of a tar file.",
        );
      }
      const config: ImageConfig = {
        // Its own files say what it is for; nobody asks.
        platform: request.platform === "all" ? { os: "linux", architecture: "unknown" } : request.platform,
        entrypoint: [],
        cmd: ["/bin/sh"],
        env: [],
        workingDir: "/",
        history: [],
        diffIds: [],
      };
      const blob = { kind: "file", path: request.reference, offset: 0, size: stat.size } as const;
      const layers = [{ mediaType: "", blob }];
      const diagnostics = [
        {
          code: "shell-assumed",
          message: `${request.written} is a root file system without a configuration: /bin/sh is taken to start`,
          hint: "Give the image instead to have its own entry point looked at.",
          weight: "notice",
          subject: request.written,
        } as const,
      ];
      return {
        images: [{ reference: request.written, config, layers }],
        diagnostics,
        close: async () => {},
      };
    },
  };
}
