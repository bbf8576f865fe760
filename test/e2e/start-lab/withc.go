// Resolves nothing itself: its C code looks a name up, tells the lab when that failed, and opens a connection for it.
package main

/*
#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int look_up(void) {
  char id[64] = "", name[128];
  int file = open("/lab/id", O_RDONLY);
  if (file >= 0 && read(file, id, sizeof id - 1) < 0) return 3;
  snprintf(name, sizeof name, "c-%s.lab.test", id);
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
  if (getaddrinfo(name, "80", &hints, &found) == 0) return 0;
  struct sockaddr_in lab = {.sin_family = AF_INET, .sin_port = htons(5300)};
  inet_pton(AF_INET, "127.0.0.1", &lab.sin_addr);
  int s = socket(AF_INET, SOCK_DGRAM, 0);
  connect(s, (struct sockaddr *)&lab, sizeof lab);
  return send(s, id, strlen(id), 0) < 0;
}
*/
import "C"
import "time"

func main() {
	C.look_up()
	time.Sleep(250 * time.Millisecond)
}
