/** Loaders of both C libraries by OCI's names of architectures. Must hold data only. */

/** A loader's path, and the library it brings (musl, configure and arch/; glibc, sysdeps/unix/sysv/linux shlib-versions). */
export interface Loader {
  readonly path: string;
  readonly library: string;
}

const musl = (name: string): Loader => ({
  path: `/lib/ld-musl-${name}.so.1`,
  library: `libc.musl-${name}.so.1`,
});
const glibc = (path: string): Loader => ({ path, library: "libc.so.6" });

/** By architecture. */
export const LOADERS: Readonly<Record<string, Readonly<Record<"musl" | "glibc", Loader>>>> = {
  amd64: { musl: musl("x86_64"), glibc: glibc("/lib64/ld-linux-x86-64.so.2") },
  arm64: { musl: musl("aarch64"), glibc: glibc("/lib/ld-linux-aarch64.so.1") },
  arm: { musl: musl("armhf"), glibc: glibc("/lib/ld-linux-armhf.so.3") },
  "386": { musl: musl("i386"), glibc: glibc("/lib/ld-linux.so.2") },
  ppc64le: { musl: musl("powerpc64le"), glibc: glibc("/lib64/ld64.so.2") },
  s390x: { musl: musl("s390x"), glibc: glibc("/lib/ld64.so.1") },
  riscv64: { musl: musl("riscv64"), glibc: glibc("/lib/ld-linux-riscv64-lp64d.so.1") },
  loong64: { musl: musl("loongarch64"), glibc: glibc("/lib64/ld-linux-loongarch-lp64d.so.1") },
};

/** GCC's major version by Alpine's release, as programs built there carry it (measured, and public build logs: knowledge/alpine.ts). */
export function alpineCompiler(release: string): string | undefined {
  const minor = Number(/^3\.(\d{1,3})/.exec(release)?.[1] ?? Number.NaN);
  const major =
    minor <= 8
      ? 6
      : minor <= 10
        ? 8
        : minor <= 12
          ? 9
          : minor <= 15
            ? 10
            : minor === 16
              ? 11
              : minor >= 17
                ? 12
                : 0;
  return major === 0 ? undefined : `GCC: (Alpine ${major}.0.0) ${major}.0.0`;
}
