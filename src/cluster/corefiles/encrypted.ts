/** Knows texts that are encrypted. Must not take them for what they hold. */

/** The tool whose cipher text it is, or nothing. */
export function encryptedBy(text: string): string | undefined {
  const start = text.trimStart().slice(0, 200);
  // getsops.io; docs.ansible.com, Vault; age-encryption.org; RFC 9580; git-crypt's header; bitnami-labs/sealed-secrets.
  if (start.startsWith("ENC[AES256_GCM,")) return "SOPS";
  if (start.startsWith("$ANSIBLE_VAULT;")) return "Ansible Vault";
  if (start.startsWith("-----BEGIN AGE ENCRYPTED FILE-----") || start.startsWith("age-encryption.org/"))
    return "age";
  if (start.startsWith("-----BEGIN PGP MESSAGE-----")) return "PGP";
  if (start.startsWith("\0GITCRYPT")) return "git-crypt";
  if (/^Ag[A-Za-z0-9+/]{60,}/.test(start) && !/\s/.test(start.trim())) return "Sealed Secrets";
  return undefined;
}
