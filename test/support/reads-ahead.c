// reads-ahead FILE: maps it, says "mapped", and after a byte on standard input comes to the page from which the kernel reads
// ahead; what was asked for then is on its way when the program ends, and nothing has waited for it.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { pages = 1024, page = 4096 };

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  int fd = open(argv[1], O_RDONLY);
  volatile char *map = mmap(NULL, pages * page, PROT_READ, MAP_SHARED, fd, 0);
  if (fd < 0 || map == MAP_FAILED) return 3;
  close(fd); // asks the file system now, and not at the end
  (void)map[0];
  unsigned char there[pages];
  int byte;
  if (mincore((void *)map, pages * page, there) < 0 || write(1, "mapped\n", 7) != 7 || read(0, &byte, 1) != 1) return 4;
  for (int n = 0; n < pages && (there[n] & 1); n++) (void)map[n * page];
  _exit(7);
}
