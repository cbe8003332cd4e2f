/*
 * The guest of the hypervisor's contract: loads its modules, opens the agent's channel, says "guest ready", and does what
 * the kernel parameter test.guest= says: idle, power-off, reset, panic; share: see share().
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void load_modules(void) {
  char path[256];
  FILE *list = fopen("/lib/modules/modules.list", "r");
  if (!list) return; /* a kernel without modules */
  while (fscanf(list, "%255s", path) == 1) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || syscall(SYS_finit_module, fd, "", 0) < 0) printf("module %s: %m\n", path);
    close(fd);
  }
  fclose(list);
}

static int read_text(const char *path, char *text, size_t size) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);
  if (fd >= 0) close(fd);
  text[n < 0 ? 0 : n] = 0;
  return n < 0 ? -1 : 0;
}

static int open_channel(void) {
  const char *ports = "/sys/class/virtio-ports";
  DIR *directory = opendir(ports);
  struct dirent *entry;
  while (directory && (entry = readdir(directory))) {
    char path[600], name[64];
    snprintf(path, sizeof path, "%s/%s/name", ports, entry->d_name);
    if (read_text(path, name, sizeof name) < 0 || strcmp(name, "agent.channel.0\n")) continue;
    snprintf(path, sizeof path, "/dev/%s", entry->d_name);
    return open(path, O_RDWR | O_CLOEXEC);
  }
  return -1;
}

/* Says what a file or the names in a directory are, so that the host can read it from the console. */
static void show(const char *path) {
  char text[256];
  struct stat s;
  DIR *directory = opendir(path);
  struct dirent *entry;
  if (directory) {
    printf("share %s:", path);
    while ((entry = readdir(directory)))
      if (entry->d_name[0] != '.') printf(" %s", entry->d_name);
    printf(" device %s\n", stat(path, &s) == 0 && s.st_dev != 0 ? "ok" : "none");
    closedir(directory);
  } else if (read_text(path, text, sizeof text) == 0) {
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    text[strcspn(text, "\n")] = 0;
    printf("share %s: %s, %s\n", path, text, fd >= 0 && write(fd, "guest\n", 6) == 6 ? "written" : "read-only");
    if (fd >= 0) close(fd);
  } else printf("share %s: missing\n", path);
}

/* Whether anything can be made in a directory. */
static void try_to_make(const char *directory) {
  char path[300];
  snprintf(path, sizeof path, "%s/made", directory);
  int made = mkdir(path, 0755) == 0;
  printf("share +%s: %s (%m)\n", directory, made || symlink("/etc", path) == 0 ? "made" : "refused");
}

/* The host writes one path a line to /m/ask; each is shown once the whole file has grown by it. */
static void share(void) {
  long at = 0;
  mkdir("/m", 0755);
  if (mount("kataShared", "/m", "virtiofs", 0, NULL) < 0) printf("share: %m\n");
  else printf("share mounted\n");
  for (;;) {
    char line[256];
    FILE *ask = fopen("/m/ask", "r");
    if (ask && fseek(ask, at, SEEK_SET) == 0)
      while (fgets(line, sizeof line, ask) && strchr(line, '\n')) {
        at = ftell(ask);
        line[strcspn(line, "\n")] = 0;
        if (line[0] == '+') try_to_make(line + 1);
        else show(line);
      }
    if (ask) fclose(ask);
    usleep(20000);
  }
}

int main(void) {
  char parameters[4096];
  int console = open("/dev/console", O_RDWR);
  for (int i = 0; i < 3 && console >= 0; i++) dup2(console, i);
  setvbuf(stdout, NULL, _IOLBF, 0);
  mount("proc", "/proc", "proc", 0, NULL);
  mount("sysfs", "/sys", "sysfs", 0, NULL);
  mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
  read_text("/proc/cmdline", parameters, sizeof parameters);
  load_modules();
  if (open_channel() < 0) printf("agent.channel.0: %m\n");
  printf("guest ready\n");
  if (strstr(parameters, "test.guest=power-off")) reboot(RB_POWER_OFF);
  if (strstr(parameters, "test.guest=reset")) reboot(RB_AUTOBOOT);
  if (strstr(parameters, "test.guest=panic")) exit(1); /* PID 1 must not end */
  if (strstr(parameters, "test.guest=share")) share();
  for (;;) pause();
}
