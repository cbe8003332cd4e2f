/*
 * floor.launch and floor.encodeCalls: a new process that does what it is told over a line, one batch of system
 * calls after the other, until one of them makes it another program. It has no engine: the fork leaves this process's heap
 * out, so that it copies a dozen pages instead of some hundred, and what is in the heap stays here.
 */
#include "floor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_FDS 64

/* A batch as it travels: this, the steps, what their arguments point at, the places of pointers (all relative to here). */
struct batch {
  uint32_t size, step_count, pointers, pointer_count;
};

struct step {
  int64_t number; /* of a system call, or EXPECT */
  int64_t skip;   /* steps to leave out when it fails; -1: a failure ends the batch */
  int64_t skip_done; /* steps to leave out when it succeeds */
  int64_t arguments[6];
};

/* In place of a system call: fails with EPERM unless the byte at the first argument is the second. */
#define EXPECT (-1)

struct reply {
  int32_t step; /* that failed, or -1 */
  int32_t error;
};

static char *heap_start;

void floor_remember_heap(void) {
  heap_start = sbrk(0);
}

/* The heap as this process made it since floor_remember_heap (what the C library has set up before is needed by any process). */
static void advise_heap(int advice) {
  uintptr_t page = 4095, from = ((uintptr_t)heap_start + page) & ~page, to = (uintptr_t)sbrk(0) & ~page;
  if (heap_start && to > from) madvise((void *)from, to - from, advice);
}

static int receive_all(int line, char *into, size_t size) {
  while (size > 0) {
    ssize_t n = recv(line, into, size, MSG_WAITALL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return -1;
    into += n;
    size -= (size_t)n;
  }
  return 0;
}

/* Descriptors that come along take the lowest free numbers, which the sender knows. */
static int receive_head(int line, struct batch *head) {
  char control[CMSG_SPACE(4 * sizeof(int))];
  struct iovec part = {head, sizeof *head};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  ssize_t n;
  do n = recvmsg(line, &message, MSG_CMSG_CLOEXEC | MSG_WAITALL);
  while (n < 0 && errno == EINTR);
  return n == sizeof *head ? 0 : -1;
}

static struct reply run(char *base, const struct batch *head) {
  const uint32_t *pointers = (const uint32_t *)(base + head->pointers);
  for (uint32_t i = 0; i < head->pointer_count; i++) *(int64_t *)(base + pointers[i]) += (intptr_t)base;
  struct step *steps = (struct step *)(base + sizeof *head);
  for (int64_t i = 0; i < head->step_count; i++) {
    struct step *s = &steps[i];
    int64_t *a = s->arguments;
    long r;
    if (s->number == EXPECT) {
      errno = EPERM;
      r = *(const uint8_t *)a[0] == a[1] ? 0 : -1;
    } else do r = syscall(s->number, a[0], a[1], a[2], a[3], a[4], a[5]);
      while (r == -1 && errno == EINTR);
    if (r == -1 && s->skip < 0) return (struct reply){(int32_t)i, errno};
    i += r == -1 ? s->skip : s->skip_done;
  }
  return (struct reply){-1, 0};
}

static _Noreturn void serve(int line) {
  static char space[64 * 1024] __attribute__((aligned(16)));
  for (;;) {
    struct batch head;
    if (receive_head(line, &head) < 0) _exit(1);
    char *base = space;
    if (head.size > sizeof space) {
      base = mmap(NULL, head.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (base == MAP_FAILED) _exit(1);
    }
    memcpy(base, &head, sizeof head);
    if (receive_all(line, base + sizeof head, head.size - sizeof head) < 0) _exit(1);
    struct reply reply = run(base, &head);
    if (base != space) munmap(base, head.size);
    if (send(line, &reply, sizeof reply, MSG_NOSIGNAL) < 0) _exit(1);
  }
}

/* Descriptor i is fds[i] (-1: /dev/null); those above the standard streams end with the next exec, and there are no others. */
static void place_descriptors(const int *fds, int count) {
  int high[MAX_FDS];
  for (int i = 0; i < count; i++) {
    int from = fds[i] < 0 ? open("/dev/null", O_RDWR | O_CLOEXEC) : fds[i];
    if (from < 0 || (high[i] = fcntl(from, F_DUPFD_CLOEXEC, MAX_FDS)) < 0) _exit(1);
  }
  for (int i = 0; i < count; i++)
    if (dup3(high[i], i, i > 2 ? O_CLOEXEC : 0) < 0) _exit(1);
  syscall(SYS_close_range, (unsigned)count, ~0U, 0);
}

/* launch(flags, cgroup, fds): the pid, or -errno. flags: CLONE_NEW*; cgroup: directory to be born in, or -1; the last fd is the line. */
JSValue floor_launch(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv) {
  (void)this_val;
  (void)argc;
  int64_t flags, cgroup, count;
  int fds[MAX_FDS];
  if (JS_ToInt64(ctx, &flags, argv[0]) < 0 || JS_ToInt64(ctx, &cgroup, argv[1]) < 0) return JS_EXCEPTION;
  JSValue length = JS_GetPropertyStr(ctx, argv[2], "length");
  if (JS_ToInt64(ctx, &count, length) < 0) return JS_EXCEPTION;
  if (count < 1 || count > MAX_FDS) return JS_ThrowRangeError(ctx, "floor: launch takes 1 to %d descriptors", MAX_FDS);
  for (uint32_t i = 0; i < count; i++) {
    JSValue item = JS_GetPropertyUint32(ctx, argv[2], i);
    if (JS_ToInt32(ctx, &fds[i], item) < 0) return JS_EXCEPTION;
  }
  struct clone_args args = {.flags = (uint64_t)flags, .exit_signal = SIGCHLD};
  if (cgroup >= 0) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = (uint64_t)cgroup;
  }
  advise_heap(MADV_DONTFORK);
  long pid = syscall(SYS_clone3, &args, sizeof args);
  if (pid == 0) {
    place_descriptors(fds, (int)count);
    serve((int)count - 1);
  }
  long result = pid < 0 ? -errno : pid;
  advise_heap(MADV_DOFORK);
  return JS_NewInt64(ctx, result);
}

/* performCalls(batch): makes the calls in this process: -1, or step * 4096 + errno of the one that failed. */
JSValue floor_perform_calls(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv) {
  (void)this_val;
  (void)argc;
  size_t length;
  uint8_t *start = floor_bytes(ctx, argv[0], &length);
  if (!start) return JS_HasException(ctx) ? JS_EXCEPTION : JS_ThrowTypeError(ctx, "floor: performCalls takes a batch");
  struct batch head;
  memcpy(&head, start, sizeof head);
  struct reply reply = run((char *)start, &head);
  return JS_NewInt32(ctx, reply.step < 0 ? -1 : reply.step * 4096 + reply.error);
}

/* A batch being made. */
struct bytes {
  JSContext *ctx;
  char *start;
  size_t length, capacity;
  uint32_t *pointers;
  size_t pointer_count, pointer_capacity;
  /* Bytes that the arguments of neighbouring steps share are there once. */
  void *shared;
  size_t shared_at;
};

static int64_t grow(struct bytes *b, size_t size) {
  size_t at = (b->length + 7) & ~(size_t)7, needed = at + size;
  if (needed > b->capacity) {
    size_t capacity = needed * 2;
    char *larger = js_realloc(b->ctx, b->start, capacity);
    if (!larger) return -1;
    b->start = larger;
    b->capacity = capacity;
  }
  memset(b->start + b->length, 0, needed - b->length);
  b->length = needed;
  return (int64_t)at;
}

static int64_t append(struct bytes *b, const void *from, size_t size) {
  int64_t at = grow(b, size);
  if (at >= 0 && size > 0) memcpy(b->start + at, from, size);
  return at;
}

static int note_pointer(struct bytes *b, size_t at) {
  if (b->pointer_count == b->pointer_capacity) {
    size_t capacity = b->pointer_capacity ? b->pointer_capacity * 2 : 64;
    uint32_t *larger = js_realloc(b->ctx, b->pointers, capacity * sizeof *larger);
    if (!larger) return -1;
    b->pointers = larger;
    b->pointer_capacity = capacity;
  }
  b->pointers[b->pointer_count++] = (uint32_t)at;
  return 0;
}

static int put_word(struct bytes *b, JSValueConst value, size_t at);

/* An array is a vector of words: numbers as they are, the rest by address. */
static int64_t append_vector(struct bytes *b, JSValueConst array) {
  int64_t count;
  JSValue length = JS_GetPropertyStr(b->ctx, array, "length");
  if (JS_ToInt64(b->ctx, &count, length) < 0) return -1;
  if (count > 1 << 20) {
    JS_ThrowRangeError(b->ctx, "floor: a vector of %lld words", (long long)count);
    return -1;
  }
  int64_t at = grow(b, (size_t)count * 8);
  for (uint32_t i = 0; at >= 0 && i < count; i++) {
    JSValue item = JS_GetPropertyUint32(b->ctx, array, i);
    int r = put_word(b, item, (size_t)at + i * 8);
    JS_FreeValue(b->ctx, item);
    if (r < 0) return -1;
  }
  return at;
}

static int64_t append_string(struct bytes *b, JSValueConst value) {
  size_t length;
  const char *text = JS_ToCStringLen(b->ctx, &length, value);
  int64_t at = -1;
  if (!text) return -1;
  if (strlen(text) != length) JS_ThrowTypeError(b->ctx, "floor: a string with a NUL byte has no place in a system call");
  else at = append(b, text, length + 1);
  JS_FreeCString(b->ctx, text);
  return at;
}

static int64_t append_bytes(struct bytes *b, JSValueConst value) {
  size_t length;
  void *identity = JS_VALUE_GET_PTR(value);
  if (identity == b->shared) return (int64_t)b->shared_at;
  uint8_t *start = floor_bytes(b->ctx, value, &length);
  if (!start && JS_HasException(b->ctx)) return -1;
  int64_t at = length ? append(b, start, length) : grow(b, 8);
  b->shared = identity;
  b->shared_at = (size_t)at;
  return at;
}

static int put_word(struct bytes *b, JSValueConst value, size_t at) {
  int64_t word = 0;
  if (JS_IsNumber(value) || JS_IsBigInt(b->ctx, value)) {
    if (JS_IsNumber(value) ? JS_ToInt64(b->ctx, &word, value) : JS_ToBigInt64(b->ctx, &word, value)) return -1;
  } else if (!JS_IsNull(value) && !JS_IsUndefined(value)) {
    word = JS_IsString(value) ? append_string(b, value) : JS_IsArray(b->ctx, value) > 0 ? append_vector(b, value) : append_bytes(b, value);
    if (word < 0 || note_pointer(b, at) < 0) return -1;
  }
  memcpy(b->start + at, &word, sizeof word);
  return 0;
}

/* encodeCalls([number, skip, skipDone, ...arguments][]): the bytes of a batch */
JSValue floor_encode_calls(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv) {
  (void)this_val;
  (void)argc;
  struct bytes b = {.ctx = ctx};
  JSValue result = JS_EXCEPTION, length = JS_GetPropertyStr(ctx, argv[0], "length");
  int64_t count, words;
  if (JS_ToInt64(ctx, &count, length) < 0) return JS_EXCEPTION;
  if (count > 4096) return JS_ThrowRangeError(ctx, "floor: a batch of %lld calls", (long long)count);
  if (grow(&b, sizeof(struct batch) + (size_t)count * sizeof(struct step)) < 0) goto done;
  for (uint32_t i = 0; i < count; i++) {
    JSValue call = JS_GetPropertyUint32(ctx, argv[0], i), word_count = JS_GetPropertyStr(ctx, call, "length");
    int r = JS_ToInt64(ctx, &words, word_count);
    if (!r && words > 9) JS_ThrowRangeError(ctx, "floor: a call with more than six arguments"), r = -1;
    for (uint32_t j = 0; !r && j < words; j++) {
      JSValue item = JS_GetPropertyUint32(ctx, call, j);
      r = put_word(&b, item, sizeof(struct batch) + i * sizeof(struct step) + j * 8);
      JS_FreeValue(ctx, item);
    }
    JS_FreeValue(ctx, call);
    if (r < 0) goto done;
  }
  int64_t pointers = append(&b, b.pointers, b.pointer_count * sizeof *b.pointers);
  if (pointers < 0) goto done;
  struct batch head = {(uint32_t)b.length, (uint32_t)count, (uint32_t)pointers, (uint32_t)b.pointer_count};
  memcpy(b.start, &head, sizeof head);
  result = floor_new_bytes(ctx, (uint8_t *)b.start, b.length);
done:
  js_free(ctx, b.start);
  js_free(ctx, b.pointers);
  return result;
}
