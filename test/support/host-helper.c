/*
 * What tests need of the host and Node cannot do: adopt orphans, receive descriptors, hold a pseudo-terminal.
 *
 *   reap CMD...               as the subreaper of CMD: one line "PID exit N" or "PID signal N" per process that ends
 *   console SOCKET            receives one console-socket message and is the terminal's master
 *   pidfd SOCKET              receives one pidfd-socket message; "signal N" goes to its process
 *   terminal ROWS COLS CMD... runs CMD in a session on a new terminal and is its master
 *   socket PATH CMD...        becomes CMD with a connection to a unix socket as input and output
 *   holding KIND CMD...       becomes CMD with descriptor 3 open on a `listening` or `datagram` socket, or on an `epoll`
 *
 * Reports go to descriptor 3, one per line. A master's output goes to descriptor 1, its input comes from descriptor 0.
 * Lines on descriptor 4 are orders: "size ROWS COLS", "modes" (reports the terminal's modes), "signal N" (to CMD), "hangup".
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { REPORTS = 3, ORDERS = 4 };

static int fail(const char *what) {
  perror(what);
  return 125;
}

static void report_end(pid_t pid, int status) {
  if (WIFSIGNALED(status)) dprintf(REPORTS, "%d signal %d\n", pid, WTERMSIG(status));
  else dprintf(REPORTS, "%d exit %d\n", pid, WEXITSTATUS(status));
}

static int reap(char **argv) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  fcntl(REPORTS, F_SETFD, FD_CLOEXEC);
  pid_t child = fork();
  if (child == 0) {
    execvp(argv[0], argv);
    _exit(fail(argv[0]));
  }
  dprintf(REPORTS, "%d started\n", child);
  close(0), close(1), close(2);
  int status;
  for (pid_t pid; (pid = wait(&status)) > 0 || errno == EINTR;) report_end(pid, status);
  return 0;
}

static void report_modes(int terminal) {
  struct termios modes;
  if (tcgetattr(terminal, &modes) < 0) dprintf(REPORTS, "modes none\n");
  else dprintf(REPORTS, "modes %x %x %x %x\n", modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag);
}

/* Returns false when the master is to be closed. */
static int obey(int master, pid_t child) {
  char line[128] = "";
  int length = read(ORDERS, line, sizeof line - 1);
  if (length <= 0) return -1;
  for (char *next, *order = line; order && *order; order = next) {
    if ((next = strchr(order, '\n'))) *next++ = 0;
    struct winsize size = {0};
    int number;
    if (sscanf(order, "size %hu %hu", &size.ws_row, &size.ws_col) == 2) ioctl(master, TIOCSWINSZ, &size);
    else if (sscanf(order, "signal %d", &number) == 1) kill(child, number);
    else if (!strcmp(order, "modes")) report_modes(master);
    else if (!strcmp(order, "hangup")) return 0;
  }
  return 1;
}

static int copy(int from, int to) {
  char bytes[65536];
  ssize_t length = read(from, bytes, sizeof bytes);
  for (ssize_t done = 0, n; done < length; done += n)
    if ((n = write(to, bytes + done, length - done)) < 0) return 0;
  return length > 0;
}

/* Moves bytes until the terminal has no other end any more, or a hang-up is ordered. */
static void be_master(int master, pid_t child) {
  struct pollfd ready[3] = {{master, POLLIN, 0}, {0, POLLIN, 0}, {ORDERS, POLLIN, 0}};
  for (;;) {
    if (poll(ready, 3, -1) < 0) continue;
    if (ready[2].revents) {
      int obeyed = obey(master, child);
      if (obeyed == 0) break;
      if (obeyed < 0) ready[2].fd = -1;
    }
    if (ready[1].revents && !copy(0, master)) ready[1].fd = -1;
    if (ready[0].revents && !copy(master, 1)) break;
  }
  close(master);
}

static int terminal(char **argv) {
  struct winsize size = {.ws_row = atoi(argv[0]), .ws_col = atoi(argv[1])};
  int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC), unlocked = 0;
  if (master < 0 || ioctl(master, TIOCSPTLCK, &unlocked) < 0) return fail("ptmx");
  int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (slave < 0 || ioctl(master, TIOCSWINSZ, &size) < 0) return fail("pty");
  fcntl(REPORTS, F_SETFD, FD_CLOEXEC), fcntl(ORDERS, F_SETFD, FD_CLOEXEC);
  report_modes(master);
  pid_t child = fork();
  if (child == 0) {
    setsid(), ioctl(slave, TIOCSCTTY, 0);
    for (int fd = 0; fd < 3; fd++) dup2(slave, fd);
    execvp(argv[2], argv + 2);
    _exit(fail(argv[2]));
  }
  dprintf(REPORTS, "%d started\n", child);
  pid_t mover = fork();
  if (mover == 0) close(slave), be_master(master, child), _exit(0);
  close(master);
  int status;
  waitpid(child, &status, 0);
  report_modes(slave);
  report_end(child, status);
  close(slave);
  waitpid(mover, &status, 0);
  return 0;
}

struct received {
  char payload[4096];
  int length, fds[8], count, peer;
};

/* One message of whoever connects to a socket at `path`; false when there is none. */
static int receive(const char *path, struct received *it) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0 || bind(listener, (void *)&address, sizeof address) < 0 || listen(listener, 1) < 0) return 0;
  dprintf(REPORTS, "listening\n");
  it->peer = accept(listener, NULL, NULL);
  char space[CMSG_SPACE(sizeof it->fds)];
  struct iovec part = {it->payload, sizeof it->payload};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
  it->length = recvmsg(it->peer, &message, MSG_CMSG_CLOEXEC);
  if (it->length < 0) return 0;
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
    it->count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    memcpy(it->fds, CMSG_DATA(c), it->count * sizeof(int));
  }
  return 1;
}

static int console(char **argv) {
  struct received it = {0};
  struct winsize size = {0};
  char rest;
  if (!receive(argv[0], &it)) return fail(argv[0]);
  if (it.count > 0) ioctl(it.fds[0], TIOCGWINSZ, &size);
  dprintf(REPORTS, "message %d descriptors %d size %d %d name %.*s\n", it.length, it.count, size.ws_row, size.ws_col, it.length, it.payload);
  dprintf(REPORTS, "then %zd\n", recv(it.peer, &rest, 1, 0));
  if (it.count > 0) be_master(it.fds[0], 0);
  return 0;
}

static int pidfd(char **argv) {
  struct received it = {0};
  char path[64], line[128], order[64];
  int pid = 0, signal;
  if (!receive(argv[0], &it) || it.count != 1) return fail(argv[0]);
  snprintf(path, sizeof path, "/proc/self/fdinfo/%d", it.fds[0]);
  FILE *facts = fopen(path, "r");
  while (facts && fgets(line, sizeof line, facts)) sscanf(line, "Pid: %d", &pid);
  dprintf(REPORTS, "word %.*s pid %d\n", it.length, it.payload, pid);
  FILE *orders = fdopen(ORDERS, "r");
  while (fgets(order, sizeof order, orders))
    if (sscanf(order, "signal %d", &signal) == 1 && syscall(SYS_pidfd_send_signal, it.fds[0], signal, NULL, 0) < 0) return fail("signal");
  return 0;
}

static int on_socket(char **argv) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, argv[0], sizeof address.sun_path - 1);
  int peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (peer < 0 || connect(peer, (void *)&address, sizeof address) < 0) return fail(argv[0]);
  dup2(peer, 0), dup2(peer, 1), close(REPORTS), close(ORDERS);
  execvp(argv[1], argv + 1);
  return fail(argv[1]);
}

static int holding(char **argv) {
  int datagram = !strcmp(argv[0], "datagram"), epoll = !strcmp(argv[0], "epoll");
  int fd = epoll ? epoll_create1(0) : socket(AF_UNIX, datagram ? SOCK_DGRAM : SOCK_STREAM, 0);
  struct sockaddr_un anywhere = {.sun_family = AF_UNIX};
  if (!epoll && !datagram && (bind(fd, (void *)&anywhere, sizeof(sa_family_t)) < 0 || listen(fd, 1) < 0)) return fail(argv[0]);
  if (dup2(fd, REPORTS) < 0) return fail(argv[0]);
  close(ORDERS);
  execvp(argv[1], argv + 1);
  return fail(argv[1]);
}

int main(int argc, char **argv) {
  if (argc > 2 && !strcmp(argv[1], "reap")) return reap(argv + 2);
  if (argc > 2 && !strcmp(argv[1], "console")) return console(argv + 2);
  if (argc > 2 && !strcmp(argv[1], "pidfd")) return pidfd(argv + 2);
  if (argc > 4 && !strcmp(argv[1], "terminal")) return terminal(argv + 2);
  if (argc > 3 && !strcmp(argv[1], "socket")) return on_socket(argv + 2);
  if (argc > 3 && !strcmp(argv[1], "holding")) return holding(argv + 2);
  fprintf(stderr, "usage: host-helper reap|console|pidfd|terminal|socket|holding ...\n");
  return 125;
}
