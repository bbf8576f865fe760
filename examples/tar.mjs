// Writes ustar archives (POSIX.1-2017) from a list of members. Short names only.

/** Each member: name, and one of body (with mode), link (a symbolic link), or neither (a folder). */
export function tar(members) {
  return Buffer.concat([...members.flatMap(member), Buffer.alloc(1024)]);
}

function member({ name, body, mode = 0o644, link }) {
  const type = link !== undefined ? "2" : body === undefined ? "5" : "0";
  const bytes = Buffer.from(body ?? "");
  const header = Buffer.alloc(512);
  const octal = (value, length) => `${value.toString(8).padStart(length - 1, "0")}\0`;
  header.write(name, 0, 100);
  header.write(octal(type === "5" ? 0o755 : mode, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(bytes.length, 12), 124);
  header.write(octal(0, 12), 136);
  header.write(" ".repeat(8), 148);
  header.write(type, 156);
  header.write(link ?? "", 157, 100);
  header.write("ustar\u000000", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
}
