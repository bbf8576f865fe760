/** Where programs are looked for when nobody says. Must hold data only. */

/**
 * PATH of a container whose image and pod set none (containerd, oci/spec_opts_unix.go `defaultUnixEnv`, which its CRI
 * server puts in first: containerd/cri#1280; moby, oci `DefaultPathEnv`). dash and Debian's bash take the same where they
 * are started without one (dash, src/var.c `defpathvar`; bash, DEFAULT_PATH_VALUE).
 */
export const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** What busybox's init gives what it starts, and its shell has without one (busybox, include/libbb.h, BB_PATH_ROOT_PATH). */
export const BUSYBOX_PATH = "/sbin:/usr/sbin:/bin:/usr/bin";

/** What execvp searches where PATH is not set: musl's (src/process/execvp.c) and glibc's (posix/execvpe.c, confstr). */
export const PATHS_OF_LIBRARIES = ["/usr/local/bin:/bin:/usr/bin", "/bin:/usr/bin"] as const;
