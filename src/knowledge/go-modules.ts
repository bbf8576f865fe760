/** Modules of Go that bring C code: those whose asks for names of servers itself, and those whose asks for none. Must hold data only. */

/**
 * Bindings to C libraries that look their server's name up with the C library's getaddrinfo, by what their own READMEs say
 * they bind: librdkafka (twice), libgit2, libzmq (twice), libcurl. Without their major version.
 */
export const C_CLIENT_MODULES: readonly string[] = [
  "github.com/confluentinc/confluent-kafka-go",
  "gopkg.in/confluentinc/confluent-kafka-go",
  "github.com/libgit2/git2go",
  "github.com/pebbe/zmq4",
  "github.com/zeromq/goczmq",
  "github.com/andelf/go-curl",
];

/**
 * Packages whose C code looks up no names, those below them too. Go's own: the files of Go's src that use cgo (`net` is asked
 * as Go chooses). Others: what their READMEs say they bind, which is a database in the process, a compressor, cryptography, a
 * parser or the kernel; that such a library asks for no names is what it is for, and was not measured. None that loads further
 * libraries while it runs.
 */
export const C_WITHOUT_LOOKUPS: readonly string[] = [
  "net",
  "os/user",
  "plugin",
  "runtime/cgo",
  "crypto/internal",
  "github.com/mattn/go-sqlite3",
  "github.com/mutecomm/go-sqlcipher",
  "crawshaw.io/sqlite",
  "github.com/linxGnu/grocksdb",
  "github.com/tecbot/gorocksdb",
  "github.com/DataDog/zstd",
  "github.com/valyala/gozstd",
  "github.com/ethereum/go-ethereum/crypto",
  "github.com/supranational/blst",
  "github.com/opencontainers/runc/libcontainer",
  "github.com/seccomp/libseccomp-golang",
  "github.com/containerd/btrfs",
  "github.com/tree-sitter",
  "github.com/smacker/go-tree-sitter",
];
