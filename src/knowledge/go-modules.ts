/** Modules of Go that bring a C library for clients of a server, which asks for names itself. Must hold data only. */

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
