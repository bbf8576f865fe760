/* Looks a name up and tells the lab when that failed. As first process it stays a little, so that others come to their end. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int main(void) {
  char id[64] = "", name[128], text[128];
  int file = open("/lab/id", O_RDONLY);
  if (file >= 0 && read(file, id, sizeof id - 1) < 0) return 3;
  snprintf(name, sizeof name, "c-%s.lab.test", id);
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
  int failed = getaddrinfo(name, "80", &hints, &found) != 0;
  if (failed) {
    struct sockaddr_in lab = {.sin_family = AF_INET, .sin_port = htons(5300)};
    inet_pton(AF_INET, "127.0.0.1", &lab.sin_addr);
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    snprintf(text, sizeof text, "%s", id);
    sendto(s, text, strlen(text), 0, (struct sockaddr *)&lab, sizeof lab);
  }
  if (getpid() == 1) nanosleep(&(struct timespec){0, 250000000}, NULL);
  return failed;
}
