/* A sandbox of the lookup lab: reads cases from standard input, serves their answers on its own loopback addresses, and
 * runs getaddrinfo of the libc it was loaded with in a child. Writes what came of each. Knows nothing of what ought to come.
 *
 * A case:
 *   case ID FAMILY(0|4|6) NAME
 *   resolv BYTES\n<bytes>
 *   hosts BYTES\n<bytes>
 *   file PATH BYTES\n<bytes>     only for this case
 *   env NAME=VALUE                only for this case
 *   tcp MODE MODE MODE            o(pen), c(losed), s(ilent), by server
 *   answer SERVER TYPE RCODE AFTER UDP COUNT NAME ADDRESS...    UDP is -1 where all fit; COUNT -1 is silence
 *   go
 * What is not in the table is answered NXDOMAIN.
 * The result: ID ERROR MILLISECONDS ADDRESS,... SERVER:TYPE:u|t:NAME,... SERVER:u|t:HEX,... ; ERROR s8 is a signal, HEX the
 * question's bytes after its number. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SERVERS 3
#define ANSWERS 512
#define COMING 256
#define CONNECTIONS 32
#define ASKED 1024
#define SETTINGS 8

struct answer {
  int server, type, rcode, after, udp, count;
  char name[300];
  char (*addresses)[48];
};
struct coming {
  long due;
  int fd, length, over_tcp;
  struct sockaddr_in to;
  unsigned char *bytes;
};
struct connection {
  int fd, server, have;
  unsigned char bytes[2048];
};

static struct answer answers[ANSWERS];
static int answer_count;
static struct coming coming[COMING];
static int coming_count;
static struct connection connections[CONNECTIONS];
static int connection_count;
static char asked[ASKED][340];
static int asked_count;
static char *questions[ASKED];
static int question_count;
static char *env[SETTINGS], *files[SETTINGS];
static int env_count, file_count;
static char tcp_mode[SERVERS];
static int udp_fd[SERVERS], tcp_fd[SERVERS];
static struct sockaddr_in server_address[SERVERS];

static long now_ms(void) {
  struct timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return ts.tv_sec * 1000L + ts.tv_nsec / 1000000L;
}

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void write_file(const char *path, const char *bytes, size_t length) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (fd < 0 || write(fd, bytes, length) != (ssize_t)length) die(path);
  close(fd);
}

/* The question's name with dots, and where its type stands; 0 for what is no proper question. */
static int read_question(const unsigned char *q, int length, char *name) {
  int at = 12, out = 0;
  if (length < 17) return 0;
  while (at < length && q[at] != 0) {
    int label = q[at];
    if (label > 63 || at + 1 + label >= length || out + label + 2 > 299) return 0;
    if (out > 0) name[out++] = '.';
    memcpy(name + out, q + at + 1, label);
    out += label;
    at += label + 1;
  }
  name[out] = 0;
  if (at + 5 > length) return 0;
  return at + 1;
}

static void note(int server, int type, char over, const char *name) {
  char text[340];
  snprintf(text, sizeof text, "%d:%d:%c:%s", server, type, over, name);
  for (int i = 0; i < asked_count; i++)
    if (!strcmp(asked[i], text)) return;
  if (asked_count < ASKED) strcpy(asked[asked_count++], text);
}

/* Each once, as it came: what an option changes in a question is seen here. */
static void note_whole(int server, char over, const unsigned char *q, int length) {
  char text[4200];
  int at = snprintf(text, sizeof text, "%d:%c:", server, over);
  for (int i = 2; i < length && at + 3 < (int)sizeof text; i++) at += snprintf(text + at, 3, "%02x", q[i]);
  for (int i = 0; i < question_count; i++)
    if (!strcmp(questions[i], text)) return;
  if (question_count < ASKED) questions[question_count++] = strdup(text);
}

static int build(const unsigned char *q, int question_end, const struct answer *a, int over_tcp, unsigned char *out) {
  int count = a == NULL || a->rcode != 0 ? 0 : a->count;
  int truncated = 0;
  if (!over_tcp && a != NULL && a->udp >= 0) {
    truncated = 1;
    if (a->udp < count) count = a->udp;
  }
  memcpy(out, q, question_end);
  out[2] = 0x80 | (q[2] & 1) | (truncated ? 2 : 0);
  out[3] = 0x80 | (a == NULL ? 3 : a->rcode);
  out[4] = 0, out[5] = 1, out[6] = count >> 8, out[7] = count;
  out[8] = out[9] = out[10] = out[11] = 0;
  int at = question_end;
  for (int i = 0; i < count; i++) {
    int six = strchr(a->addresses[i], ':') != NULL;
    unsigned char head[] = {0xc0, 12, 0, six ? 28 : 1, 0, 1, 0, 0, 0, 60, 0, six ? 16 : 4};
    memcpy(out + at, head, 12);
    inet_pton(six ? AF_INET6 : AF_INET, a->addresses[i], out + at + 12);
    at += 12 + (six ? 16 : 4);
  }
  return at;
}

static void answer_to(int server, const unsigned char *q, int length, int fd, struct sockaddr_in to, int over_tcp) {
  static unsigned char out[65536];
  char name[300];
  int end = read_question(q, length, name);
  if (end == 0) return;
  int type = q[end] * 256 + q[end + 1];
  note(server, type, over_tcp ? 't' : 'u', name);
  note_whole(server, over_tcp ? 't' : 'u', q, length);
  if (over_tcp && tcp_mode[server] == 's') return;
  const struct answer *found = NULL;
  for (int i = 0; i < answer_count && found == NULL; i++)
    if (answers[i].server == server && answers[i].type == type && !strcmp(answers[i].name, name)) found = answers + i;
  if (found != NULL && found->count < 0) return;
  int size = build(q, end + 4, found, over_tcp, out + 2);
  out[0] = size >> 8, out[1] = size;
  if (coming_count == COMING) return;
  struct coming *c = coming + coming_count++;
  c->due = now_ms() + (found == NULL ? 0 : found->after);
  c->fd = fd, c->to = to, c->over_tcp = over_tcp;
  c->length = over_tcp ? size + 2 : size;
  c->bytes = malloc(c->length);
  memcpy(c->bytes, over_tcp ? out : out + 2, c->length);
}

static void send_due(void) {
  for (int i = 0; i < coming_count;) {
    struct coming *c = coming + i;
    if (c->due > now_ms()) {
      i++;
      continue;
    }
    if (c->over_tcp) send(c->fd, c->bytes, c->length, MSG_NOSIGNAL);
    else sendto(c->fd, c->bytes, c->length, MSG_NOSIGNAL, (void *)&c->to, sizeof c->to);
    free(c->bytes);
    memmove(c, c + 1, (--coming_count - i) * sizeof *c);
  }
}

static void read_datagrams(void) {
  unsigned char q[2048];
  for (int s = 0; s < SERVERS; s++) {
    struct sockaddr_in from;
    socklen_t size = sizeof from;
    ssize_t n;
    while ((n = recvfrom(udp_fd[s], q, sizeof q, MSG_DONTWAIT, (void *)&from, &size)) >= 0)
      answer_to(s, q, n, udp_fd[s], from, 0);
  }
}

static void read_connection(struct connection *c) {
  ssize_t n = recv(c->fd, c->bytes + c->have, sizeof c->bytes - c->have, MSG_DONTWAIT);
  if (n <= 0) {
    if (n < 0 && errno == EAGAIN) return;
    close(c->fd);
    for (int i = 0; i < coming_count; i++)
      if (coming[i].fd == c->fd && coming[i].over_tcp) coming[i].due = 0;
    c->fd = -1;
    return;
  }
  c->have += n;
  for (;;) {
    int size = c->bytes[0] * 256 + c->bytes[1];
    if (c->have < 2 || c->have < size + 2) return;
    struct sockaddr_in nobody = {0};
    answer_to(c->server, c->bytes + 2, size, c->fd, nobody, 1);
    c->have -= size + 2;
    memmove(c->bytes, c->bytes + size + 2, c->have);
  }
}

static void child(int out, const char *name, int family) {
  struct addrinfo hints = {.ai_family = family == 4 ? AF_INET : family == 6 ? AF_INET6 : AF_UNSPEC,
                           .ai_socktype = SOCK_STREAM};
  struct addrinfo *found = NULL;
  static char text[65536];
  for (int i = 0; i < env_count; i++) putenv(env[i]);
  long start = now_ms();
  int error = getaddrinfo(name, NULL, &hints, &found);
  int at = snprintf(text, sizeof text, "%d %ld ", error, now_ms() - start);
  if (error != 0 || found == NULL) at += snprintf(text + at, sizeof text - at, "-");
  else
    for (struct addrinfo *one = found; one != NULL && at < 60000; one = one->ai_next) {
      char address[64] = "?";
      const void *bytes = one->ai_family == AF_INET ? (void *)&((struct sockaddr_in *)one->ai_addr)->sin_addr
                                                    : (void *)&((struct sockaddr_in6 *)one->ai_addr)->sin6_addr;
      inet_ntop(one->ai_family, bytes, address, sizeof address);
      at += snprintf(text + at, sizeof text - at, "%s%s", one == found ? "" : ",", address);
    }
  if (write(out, text, at) != at) _exit(2);
  _exit(0);
}

static void run(const char *id, int family, const char *name) {
  int ends[2];
  for (int s = 0; s < SERVERS; s++) {
    tcp_fd[s] = -1;
    if (tcp_mode[s] == 'c') continue;
    tcp_fd[s] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    setsockopt(tcp_fd[s], SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    /* An address that all is lost to is nobody's meanwhile. */
    setsockopt(tcp_fd[s], IPPROTO_IP, IP_FREEBIND, &(int){1}, sizeof(int));
    if (bind(tcp_fd[s], (void *)&server_address[s], sizeof server_address[s]) < 0 || listen(tcp_fd[s], 8) < 0) die("tcp");
  }
  if (pipe(ends) < 0) die("pipe");
  fflush(stdout);
  pid_t pid = fork();
  if (pid < 0) die("fork");
  if (pid == 0) {
    close(ends[0]);
    child(ends[1], name, family);
  }
  close(ends[1]);
  static char result[65536];
  int have = 0, status = 0;
  for (;;) {
    struct pollfd fds[1 + 2 * SERVERS + CONNECTIONS];
    int n = 0;
    fds[n++] = (struct pollfd){.fd = ends[0], .events = POLLIN};
    for (int s = 0; s < SERVERS; s++) {
      fds[n++] = (struct pollfd){.fd = udp_fd[s], .events = POLLIN};
      fds[n++] = (struct pollfd){.fd = tcp_fd[s], .events = POLLIN};
    }
    for (int i = 0; i < connection_count; i++) fds[n++] = (struct pollfd){.fd = connections[i].fd, .events = POLLIN};
    long wait = 100000;
    for (int i = 0; i < coming_count; i++) {
      long left = coming[i].due - now_ms();
      if (left < wait) wait = left < 0 ? 0 : left;
    }
    poll(fds, n, wait);
    read_datagrams();
    for (int s = 0; s < SERVERS; s++) {
      int fd;
      while (tcp_fd[s] >= 0 && connection_count < CONNECTIONS && (fd = accept(tcp_fd[s], NULL, NULL)) >= 0)
        connections[connection_count++] = (struct connection){.fd = fd, .server = s};
    }
    for (int i = 0; i < connection_count; i++)
      if (connections[i].fd >= 0) read_connection(connections + i);
    send_due();
    if (fds[0].revents) {
      ssize_t got = read(ends[0], result + have, sizeof result - 1 - have);
      if (got <= 0) break;
      have += got;
    }
  }
  waitpid(pid, &status, 0);
  read_datagrams();
  close(ends[0]);
  result[have] = 0;
  if (WIFSIGNALED(status)) snprintf(result, sizeof result, "s%d 0 -", WTERMSIG(status));
  for (int s = 0; s < SERVERS; s++)
    if (tcp_fd[s] >= 0) close(tcp_fd[s]);
  for (int i = 0; i < connection_count; i++)
    if (connections[i].fd >= 0) close(connections[i].fd);
  for (int i = 0; i < coming_count; i++) free(coming[i].bytes);
  connection_count = coming_count = 0;
  printf("%s %s ", id, result);
  for (int i = 0; i < asked_count; i++) printf("%s%s", i == 0 ? "" : ",", asked[i]);
  printf("%s ", asked_count == 0 ? "-" : "");
  for (int i = 0; i < question_count; i++) printf("%s%s", i == 0 ? "" : ",", questions[i]);
  printf("%s\n", question_count == 0 ? "-" : "");
  fflush(stdout);
}

static void read_block(const char *path, size_t length) {
  char *bytes = malloc(length + 1);
  if (fread(bytes, 1, length, stdin) != length) exit(1);
  write_file(path, bytes, length);
  free(bytes);
}

static void kept_path(char *out, size_t size, const char *path) { snprintf(out, size, "%s.kept", path); }

/* The root's own file is put aside, not written over: other sandboxes have links to it. */
static void set_file(const char *path, size_t length) {
  char kept[300];
  if (file_count == SETTINGS) exit(1);
  kept_path(kept, sizeof kept, path);
  rename(path, kept);
  files[file_count++] = strdup(path);
  read_block(path, length);
}

static void forget_case(void) {
  char kept[300];
  for (int i = 0; i < answer_count; i++) free(answers[i].addresses);
  for (int i = 0; i < question_count; i++) free(questions[i]);
  for (int i = 0; i < env_count; i++) free(env[i]);
  while (file_count > 0) {
    char *path = files[--file_count];
    kept_path(kept, sizeof kept, path);
    unlink(path);
    rename(kept, path);
    free(path);
  }
  answer_count = asked_count = question_count = env_count = 0;
}

int main(int argc, char **argv) {
  static char line[65536];
  char id[32] = "", name[512] = "", path[256] = "";
  int family = 0;
  if (argc < 2) return 2;
  signal(SIGPIPE, SIG_IGN);
  for (int s = 0; s < SERVERS; s++) {
    char address[32];
    snprintf(address, sizeof address, "%s.%d", argv[1], s + 1);
    server_address[s] = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(53)};
    inet_pton(AF_INET, address, &server_address[s].sin_addr);
    udp_fd[s] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (bind(udp_fd[s], (void *)&server_address[s], sizeof server_address[s]) < 0) die("udp");
  }
  while (fgets(line, sizeof line, stdin)) {
    size_t length;
    if (sscanf(line, "case %31s %d %511s", id, &family, name) == 3) {
      forget_case();
    } else if (sscanf(line, "resolv %zu", &length) == 1) read_block("/etc/resolv.conf", length);
    else if (sscanf(line, "hosts %zu", &length) == 1) read_block("/etc/hosts", length);
    else if (sscanf(line, "file %255s %zu", path, &length) == 2) set_file(path, length);
    else if (!strncmp(line, "env ", 4)) {
      if (env_count == SETTINGS) return 3;
      env[env_count++] = strndup(line + 4, strcspn(line + 4, "\n"));
    } else if (sscanf(line, "tcp %c %c %c", tcp_mode, tcp_mode + 1, tcp_mode + 2) == 3) continue;
    else if (!strncmp(line, "answer ", 7)) {
      struct answer *a = answers + answer_count;
      int at = 0;
      if (answer_count == ANSWERS || sscanf(line, "answer %d %d %d %d %d %d %299s%n", &a->server, &a->type, &a->rcode,
                                            &a->after, &a->udp, &a->count, a->name, &at) != 7)
        return 3;
      a->addresses = calloc(a->count < 1 ? 1 : a->count, sizeof *a->addresses);
      for (int i = 0; i < a->count; i++) {
        int used = 0;
        sscanf(line + at, "%47s%n", a->addresses[i], &used);
        at += used;
      }
      answer_count++;
    } else if (!strncmp(line, "go", 2)) run(id, family, name);
  }
  return 0;
}
