/** Looks in machine code for the call that starts another program. Must take any doubt for a yes. */

/**
 * How the number of execve and execveat gets into its register, by OCI's names of architectures (Linux,
 * arch/x86/entry/syscalls/syscall_64.tbl: 59 and 322; include/uapi/asm-generic/unistd.h: 221 and 281). Any register and
 * any width; longer numbers stand for themselves.
 */
const NUMBERS: Readonly<Record<string, readonly Buffer[]>> = {
  amd64: [
    // mov and other instructions with 32 bits of it, push with 8.
    Buffer.from([0x3b, 0, 0, 0]),
    Buffer.from([0x6a, 0x3b]),
    Buffer.from([0x42, 0x01, 0, 0]),
  ],
  // movz x8 and w8, orr with zero is not made for these.
  arm64: [221, 281].flatMap((number) => [movz(0xd2800008, number), movz(0x52800008, number)]),
};

function movz(instruction: number, number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE((instruction + number * 32) >>> 0);
  return bytes;
}

/** Whether code may start another program; true for an architecture that is not known. */
export function mayStart(machine: string, code: Buffer): boolean {
  const numbers = Object.hasOwn(NUMBERS, machine) ? NUMBERS[machine] : undefined;
  return numbers === undefined || numbers.some((bytes) => code.includes(bytes));
}
