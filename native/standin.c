/*
 * The stand-in: the host process that an engine sees as the container's (or exec's) own. It is what --pid-file names;
 * it relays signals and terminal size to the sandbox process and exits as the guest process did. It owns no data path:
 * the sandbox process holds the standard streams.
 *
 * Descriptor 4, where there is one, is the mount namespace to be in: the container's files, for those who enter it. Not
 * before exec, since this program is not there. Descriptor 3 is a SOCK_SEQPACKET socket to the sandbox process. Out: {SIGNAL, n}, {RESIZE, rows, columns}.
 * In: {EXIT, status}. Its end, without EXIT, means that the sandbox process is gone.
 */
#include "floor.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONTROL = 3, VIEW = 4, MESSAGE_SIGNAL = 1, MESSAGE_RESIZE = 2, MESSAGE_EXIT = 3, EXIT_SANDBOX_LOST = 255 };

struct message {
  uint32_t type, first, second;
};

static void send_message(uint32_t type, uint32_t first, uint32_t second) {
  struct message m = {type, first, second};
  while (send(CONTROL, &m, sizeof m, MSG_NOSIGNAL) < 0 && errno == EINTR) continue;
}

static void relay_signal(int signals) {
  struct signalfd_siginfo info;
  struct winsize size;
  if (read(signals, &info, sizeof info) != sizeof info) return;
  if (info.ssi_signo == SIGCHLD) return;
  if (info.ssi_signo != SIGWINCH) send_message(MESSAGE_SIGNAL, info.ssi_signo, 0);
  else if (ioctl(0, TIOCGWINSZ, &size) == 0) send_message(MESSAGE_RESIZE, size.ws_row, size.ws_col);
}

/* Callers read the standard streams to their end: nothing here may hold them. A controlling terminal has to stay open. */
static void drop_streams(void) {
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0) _exit(EXIT_SANDBOX_LOST);
  if (!isatty(0)) dup2(null, 0);
  dup2(null, 1);
  dup2(null, 2);
  close(null);
}

/* Its own pids go with it, where the container has a place for them: whoever lists processes there finds this one. */
static void enter_view(void) {
  if (fcntl(VIEW, F_GETFD) < 0) return;
  if (setns(VIEW, CLONE_NEWNS) < 0) _exit(EXIT_SANDBOX_LOST);
  close(VIEW);
  (void)mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, NULL);
}

void standin_run(void) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  drop_streams();
  enter_view(); /* not before, there is no /dev/null; not later, another descriptor could have its number */
  int signals = signalfd(-1, &all, SFD_CLOEXEC);
  struct pollfd ready[2] = {{.fd = CONTROL, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
  if (signals < 0) _exit(EXIT_SANDBOX_LOST);
  for (;;) {
    struct message m;
    if (poll(ready, 2, -1) < 0) continue;
    if (ready[1].revents) relay_signal(signals);
    if (!ready[0].revents) continue;
    ssize_t n = recv(CONTROL, &m, sizeof m, 0);
    if (n == sizeof m && m.type == MESSAGE_EXIT) _exit((int)m.first);
    if (n == 0 || (n < 0 && errno != EINTR)) _exit(EXIT_SANDBOX_LOST);
  }
}
