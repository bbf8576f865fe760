// Attests where the files it is given were built: signed by Sigstore, kept by GitHub. Must attest nothing that it was not given.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { attestProvenance } from "@actions/attest";

const subjects = process.argv.slice(2).map((name) => ({
  name,
  digest: { sha256: createHash("sha256").update(readFileSync(name)).digest("hex") },
}));
const { attestationID } = await attestProvenance({ subjects, token: process.env.GH_TOKEN });
console.log(`${subjects.length} files: attestation ${attestationID}`);
