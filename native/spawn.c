/*
 * floor.spawn(spec): starts a program. Everything is read from the specification before the child exists, so that the
 * child, which borrows this process's memory until it execs, does system calls only.
 */
#include "floor.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_FDS 64
#define STACK_SIZE (64 * 1024)

struct spec {
  const char *file, *cwd;
  const char **argv, **env;
  int fds[MAX_FDS], fd_count;               /* descriptor i of the child is fds[i] of the parent, -1: /dev/null */
  int namespaces[MAX_FDS], namespace_count; /* descriptors for setns, in order */
  int joins[MAX_FDS], join_count;           /* open cgroup.procs files to write "0" to */
  int unshare_flags, clone_flags, death_signal, session, terminal;
  int64_t uid, gid, umask; /* -1: leave */
  pid_t parent;
  /* what the child reports back through the shared memory */
  volatile int failed_errno;
  const char *volatile failed_step;
};

static void fail(struct spec *s, const char *step) {
  s->failed_errno = errno;
  s->failed_step = step;
  _exit(127);
}

static void place_descriptors(struct spec *s) {
  int high[MAX_FDS];
  for (int i = 0; i < s->fd_count; i++) {
    int from = s->fds[i] < 0 ? open("/dev/null", O_RDWR | O_CLOEXEC) : s->fds[i];
    /* no higher than they need be: whoever spawns may have a limit */
    if (from < 0 || (high[i] = fcntl(from, F_DUPFD_CLOEXEC, s->fd_count)) < 0) fail(s, "dup");
  }
  for (int i = 0; i < s->fd_count; i++)
    if (dup2(high[i], i) < 0) fail(s, "dup2");
  syscall(SYS_close_range, (unsigned)s->fd_count, ~0U, 0);
}

/* By system call: the C library keeps signals 32 and 33 to itself, and would leave them ignored where the caller had them so. */
static void reset_signals(void) {
  const unsigned long action[4] = {(unsigned long)SIG_DFL}, none = 0;
  for (int n = 1; n < 65; n++) syscall(SYS_rt_sigaction, n, action, NULL, sizeof none);
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, sizeof none);
}

static int child(void *opaque) {
  struct spec *s = opaque;
  reset_signals();
  if (s->session && setsid() < 0) fail(s, "setsid");
  for (int i = 0; i < s->join_count; i++)
    if (write(s->joins[i], "0", 1) < 0) fail(s, "join cgroup");
  for (int i = 0; i < s->namespace_count; i++)
    if (setns(s->namespaces[i], 0) < 0) fail(s, "setns");
  if (s->unshare_flags && unshare(s->unshare_flags) < 0) fail(s, "unshare");
  if (s->cwd && chdir(s->cwd) < 0) fail(s, "chdir");
  if (s->umask >= 0) umask((mode_t)s->umask);
  place_descriptors(s);
  if (s->terminal && ioctl(0, TIOCSCTTY, 0) < 0) fail(s, "set controlling terminal");
  if (s->gid >= 0 && (setgroups(0, NULL) < 0 || setresgid((gid_t)s->gid, (gid_t)s->gid, (gid_t)s->gid) < 0)) fail(s, "set gid");
  if (s->uid >= 0 && setresuid((uid_t)s->uid, (uid_t)s->uid, (uid_t)s->uid) < 0) fail(s, "set uid");
  if (s->death_signal) {
    /* after the ids: changing them clears it (prctl(2)) */
    if (prctl(PR_SET_PDEATHSIG, s->death_signal) < 0) fail(s, "set death signal");
    if (getppid() != s->parent) _exit(127);
  }
  execve(s->file, (char *const *)s->argv, (char *const *)s->env);
  fail(s, "exec");
  return 0;
}

static int read_int(JSContext *ctx, JSValueConst object, const char *name, int64_t missing, int64_t *out) {
  JSValue value = JS_GetPropertyStr(ctx, object, name);
  int r = 0;
  if (JS_IsException(value)) return -1;
  if (JS_IsUndefined(value)) *out = missing;
  else r = JS_ToInt64(ctx, out, value);
  JS_FreeValue(ctx, value);
  return r;
}

static int read_fds(JSContext *ctx, JSValueConst object, const char *name, int *fds, int *count) {
  JSValue array = JS_GetPropertyStr(ctx, object, name);
  int64_t length;
  int r = -1;
  *count = 0;
  if (JS_IsUndefined(array)) return 0;
  if (read_int(ctx, array, "length", 0, &length) < 0) goto done;
  if (length > MAX_FDS) {
    JS_ThrowRangeError(ctx, "floor: spawn takes at most %d %s", MAX_FDS, name);
    goto done;
  }
  for (uint32_t i = 0; i < length; i++) {
    JSValue item = JS_GetPropertyUint32(ctx, array, i);
    int failed = JS_ToInt32(ctx, &fds[i], item);
    JS_FreeValue(ctx, item);
    if (failed) goto done;
  }
  *count = (int)length;
  r = 0;
done:
  JS_FreeValue(ctx, array);
  return r;
}

static const char **read_strings(JSContext *ctx, JSValueConst object, const char *name) {
  JSValue array = JS_GetPropertyStr(ctx, object, name);
  const char **strings = JS_IsException(array) ? NULL : floor_strings(ctx, array);
  JS_FreeValue(ctx, array);
  return strings;
}

static const char *read_text(JSContext *ctx, JSValueConst object, const char *name) {
  JSValue value = JS_GetPropertyStr(ctx, object, name);
  const char *text = JS_IsUndefined(value) ? NULL : JS_ToCString(ctx, value);
  JS_FreeValue(ctx, value);
  return text;
}

static int read_spec(JSContext *ctx, JSValueConst from, struct spec *s) {
  int64_t flags, born, death, session, terminal;
  s->file = read_text(ctx, from, "file");
  s->cwd = read_text(ctx, from, "cwd");
  if (!s->file || !(s->argv = read_strings(ctx, from, "argv")) || !(s->env = read_strings(ctx, from, "env"))) return -1;
  if (read_fds(ctx, from, "fds", s->fds, &s->fd_count) < 0 || read_fds(ctx, from, "namespaces", s->namespaces, &s->namespace_count) < 0 ||
      read_fds(ctx, from, "joins", s->joins, &s->join_count) < 0 || read_int(ctx, from, "unshare", 0, &flags) < 0 ||
      read_int(ctx, from, "born", 0, &born) < 0 ||
      read_int(ctx, from, "deathSignal", 0, &death) < 0 || read_int(ctx, from, "session", 0, &session) < 0 ||
      read_int(ctx, from, "terminal", 0, &terminal) < 0 || read_int(ctx, from, "uid", -1, &s->uid) < 0 ||
      read_int(ctx, from, "gid", -1, &s->gid) < 0 || read_int(ctx, from, "umask", -1, &s->umask) < 0)
    return -1;
  s->unshare_flags = (int)flags;
  s->clone_flags = (int)born;
  s->death_signal = (int)death;
  s->session = session != 0;
  s->terminal = terminal != 0;
  return 0;
}

static void free_spec(JSContext *ctx, struct spec *s) {
  if (s->file) JS_FreeCString(ctx, s->file);
  if (s->cwd) JS_FreeCString(ctx, s->cwd);
  if (s->argv) floor_free_strings(ctx, s->argv);
  if (s->env) floor_free_strings(ctx, s->env);
}

/* {pid} of the new process, or {errno, step} of what failed on the way to its exec */
JSValue floor_spawn(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv) {
  (void)this_val;
  (void)argc;
  struct spec s = {.parent = getpid()};
  JSValue result = JS_EXCEPTION;
  sigset_t all, before;
  char *stack = NULL;
  if (read_spec(ctx, argv[0], &s) < 0) {
    if (!JS_HasException(ctx)) JS_ThrowTypeError(ctx, "floor: spawn needs a file, argv and env");
    goto done;
  }
  if (!(stack = js_malloc(ctx, STACK_SIZE))) goto done;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  pid_t pid = clone(child, stack + STACK_SIZE, CLONE_VM | CLONE_VFORK | SIGCHLD | s.clone_flags, &s);
  int clone_errno = errno;
  sigprocmask(SIG_SETMASK, &before, NULL);
  result = JS_NewObject(ctx);
  if (pid > 0 && !s.failed_step) {
    JS_SetPropertyStr(ctx, result, "pid", JS_NewInt32(ctx, pid));
    goto done;
  }
  if (pid > 0) syscall(SYS_wait4, pid, NULL, 0, NULL);
  JS_SetPropertyStr(ctx, result, "errno", JS_NewInt32(ctx, pid > 0 ? s.failed_errno : clone_errno));
  JS_SetPropertyStr(ctx, result, "step", JS_NewString(ctx, pid > 0 ? s.failed_step : "clone"));
done:
  if (stack) js_free(ctx, stack);
  free_spec(ctx, &s);
  return result;
}
