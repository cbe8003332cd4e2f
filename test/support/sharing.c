/* What a program may expect of files in a volume. `sharing DIRECTORY`: one line for each thing that is not so. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#define EXPECT(condition) \
  do { \
    if (!(condition)) printf("%s: %s\n", #condition, strerror(errno)); \
  } while (0)

static int make(const char *name, const char *text) {
  int fd = open(name, O_CREAT | O_TRUNC | O_RDWR, 0640);
  EXPECT(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
  return fd;
}

static void links(void) {
  struct stat one, two;
  close(make("l1", "linked"));
  EXPECT(link("l1", "l2") == 0);
  EXPECT(stat("l1", &one) == 0 && stat("l2", &two) == 0);
  EXPECT(one.st_ino == two.st_ino && one.st_nlink == 2);
  EXPECT(rename("l2", "l3") == 0 && access("l2", F_OK) < 0 && access("l3", F_OK) == 0);
}

/* of another process: a lock of its own would be no obstacle */
static int refused(int (*take)(int), const char *name) {
  pid_t child = fork();
  if (child == 0) {
    int fd = open(name, O_RDWR);
    _exit(fd >= 0 && take(fd) < 0 && (errno == EWOULDBLOCK || errno == EACCES) ? 0 : 1);
  }
  int status = -1;
  return waitpid(child, &status, 0) == child && status == 0;
}

static int whole(int fd) { return flock(fd, LOCK_EX | LOCK_NB); }
static int record(int fd) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 10};
  return fcntl(fd, F_SETLK, &lock);
}

static void locks(void) {
  int fd = make("k1", "0123456789"), other = make("k2", "0123456789");
  EXPECT(whole(fd) == 0);
  EXPECT(refused(whole, "k1"));
  EXPECT(record(other) == 0);
  EXPECT(refused(record, "k2"));
}

static void maps(void) {
  int fd = make("m1", "mapped");
  char *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  char buffer[8] = {0};
  EXPECT(shared != MAP_FAILED);
  if (shared == MAP_FAILED) return;
  memcpy(shared, "MAPPED", 6);
  EXPECT(msync(shared, 4096, MS_SYNC) == 0);
  EXPECT(pread(fd, buffer, 6, 0) == 6 && strcmp(buffer, "MAPPED") == 0);
}

static void attributes(void) {
  char value[16] = {0};
  close(make("x1", "x"));
  EXPECT(setxattr("x1", "user.colour", "green", 5, 0) == 0);
  EXPECT(getxattr("x1", "user.colour", value, sizeof value) == 5 && strcmp(value, "green") == 0);
}

static void sockets(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "s1"};
  int listening = socket(AF_UNIX, SOCK_STREAM, 0), calling = socket(AF_UNIX, SOCK_STREAM, 0);
  unlink("s1");
  EXPECT(bind(listening, (struct sockaddr *)&address, sizeof address) == 0 && listen(listening, 1) == 0);
  EXPECT(chmod("s1", 0600) == 0);
  EXPECT(connect(calling, (struct sockaddr *)&address, sizeof address) == 0);
  EXPECT(write(calling, "x", 1) == 1 && accept(listening, NULL, NULL) >= 0);
}

static void pipes(void) {
  char byte = 0;
  unlink("p1");
  EXPECT(mkfifo("p1", 0600) == 0 && chmod("p1", 0622) == 0);
  int fd = open("p1", O_RDWR);
  EXPECT(fd >= 0 && write(fd, "x", 1) == 1 && read(fd, &byte, 1) == 1 && byte == 'x');
}

static void unlinked(void) {
  struct stat facts;
  int fd = make("u1", "u");
  EXPECT(unlink("u1") == 0);
  EXPECT(ftruncate(fd, 131072) == 0 && fstat(fd, &facts) == 0 && facts.st_size == 131072);
}

static void owners(void) {
  struct stat facts;
  close(make("o1", "o"));
  EXPECT(chown("o1", 4321, 8765) == 0 && stat("o1", &facts) == 0 && facts.st_uid == 4321 && facts.st_gid == 8765);
}

static void notices(void) {
  char event[512] __attribute__((aligned(8)));
  int fd = inotify_init1(IN_CLOEXEC);
  EXPECT(inotify_add_watch(fd, ".", IN_CREATE) > 0);
  close(make("n1", "n"));
  struct pollfd ready = {.fd = fd, .events = POLLIN};
  EXPECT(poll(&ready, 1, 10000) == 1 && read(fd, event, sizeof event) > 0);
  EXPECT(strcmp(((struct inotify_event *)event)->name, "n1") == 0);
}

int main(int argc, char **argv) {
  if (argc != 2 || chdir(argv[1]) < 0) return 2;
  links();
  locks();
  maps();
  attributes();
  sockets();
  pipes();
  unlinked();
  owners();
  notices();
  puts("tried");
  return 0;
}
