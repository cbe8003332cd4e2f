/* notify send PATH TEXT | notify listen PATH: one datagram, or each that comes as a line, descriptors closed. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, argv[2], sizeof address.sun_path - 1);
  int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  if (!strcmp(argv[1], "send") && argc == 4)
    return sendto(fd, argv[3], strlen(argv[3]), 0, (struct sockaddr *)&address, sizeof address) < 0;
  if (bind(fd, (struct sockaddr *)&address, sizeof address)) return 1;
  char text[4096];
  ssize_t n;
  while ((n = recv(fd, text, sizeof text, 0)) > 0) { /* no room for descriptors: the kernel closes them */
    printf("[%.*s]\n", (int)n, text);
    fflush(stdout);
  }
  return 0;
}
