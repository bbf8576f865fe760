/** The names miekg/dns knows for classes, types and response codes. Must not judge how they are used. */

/** Classes (miekg/dns StringToClass); upper-case only. */
export const CLASSES = new Set(["IN", "CS", "CH", "HS", "NONE", "ANY"]);

/** Types (miekg/dns StringToType); upper-case only, `TYPE28` is none of them. */
export const TYPES = new Set(
  (
    "A AAAA AFSDB AMTRELAY ANY APL ATMA AVC AXFR CAA CDNSKEY CDS CERT CNAME CSYNC DHCID DNAME DNSKEY DS " +
    "EID EUI48 EUI64 GID GPOS HINFO HIP HTTPS IPSECKEY ISDN IXFR KEY KX L32 L64 LOC LP MAILA MAILB MB MD MF " +
    "MG MINFO MR MX NAPTR NID NIMLOC NINFO NS NSAP-PTR NSEC NSEC3 NSEC3PARAM NULL NXNAME NXT None OPENPGPKEY " +
    "OPT PTR PX RESINFO RKEY RP RRSIG RT Reserved SIG SMIMEA SOA SPF SRV SSHFP SVCB TA TALINK TKEY TLSA TSIG TXT " +
    "UID UINFO UNSPEC URI X25 ZONEMD"
  ).split(" "),
);

/** Response codes (miekg/dns StringToRcode, with `NOTIMPL` kept for old configurations); upper-case only. */
export const RCODES: readonly string[] =
  "NOERROR FORMERR SERVFAIL NXDOMAIN NOTIMP REFUSED YXDOMAIN YXRRSET NXRRSET NOTAUTH NOTZONE DSOTYPENI BADSIG BADKEY BADTIME BADMODE BADNAME BADALG BADTRUNC BADCOOKIE NOTIMPL".split(
    " ",
  );

/** Codes by number, as far as `rewrite rcode` takes numbers (RFC 6895, 2.3). */
export const RCODE_BY_NUMBER: readonly (string | undefined)[] = [
  "NOERROR",
  "FORMERR",
  "SERVFAIL",
  "NXDOMAIN",
  "NOTIMP",
  "REFUSED",
  "YXDOMAIN",
  "YXRRSET",
  "NXRRSET",
  "NOTAUTH",
  "NOTZONE",
  "DSOTYPENI",
  undefined,
  undefined,
  undefined,
  undefined,
  "BADSIG",
  "BADKEY",
  "BADTIME",
  "BADMODE",
  "BADNAME",
  "BADALG",
  "BADTRUNC",
  "BADCOOKIE",
];
