/** Opens a bare root file system in a tar, such as an Alpine minirootfs, as an image of one layer. Must not read it. */
import { statSync } from "node:fs";
import { MuslgateError } from "../../model/error.ts";
import type { ImageConfig } from "../../model/oci.ts";
import type { Source } from "./source.ts";

/** `rootfs-tar:FILE`, uncompressed, gzip or zstd. It has no configuration: what starts in it is not known. */
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
        platform: request.platform,
        entrypoint: [],
        cmd: [],
        env: [],
        workingDir: "/",
        labels: {},
        history: [],
        diffIds: [],
      };
      const blob = { kind: "file", path: request.reference, offset: 0, size: stat.size } as const;
      const layers = [{ mediaType: "", blob }];
      return {
        images: [{ reference: request.written, config, layers }],
        diagnostics: [],
        close: async () => {},
      };
    },
  };
}
