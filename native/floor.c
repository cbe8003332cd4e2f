#include "floor.h"

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static JSValue poll_function;
static JSValue rejection_function;

const char **floor_strings(JSContext *ctx, JSValueConst array) {
  int64_t length;
  JSValue value = JS_GetPropertyStr(ctx, array, "length");
  if (JS_ToInt64(ctx, &length, value) < 0) return NULL;
  JS_FreeValue(ctx, value);
  if (length < 0 || length > 1 << 20) {
    JS_ThrowRangeError(ctx, "floor: %lld strings", (long long)length);
    return NULL;
  }
  const char **strings = js_mallocz(ctx, (size_t)(length + 1) * sizeof *strings);
  if (!strings) return NULL;
  for (int64_t i = 0; i < length; i++) {
    JSValue item = JS_GetPropertyUint32(ctx, array, (uint32_t)i);
    strings[i] = JS_ToCString(ctx, item);
    JS_FreeValue(ctx, item);
    if (!strings[i]) {
      floor_free_strings(ctx, strings);
      return NULL;
    }
  }
  return strings;
}

void floor_free_strings(JSContext *ctx, const char **strings) {
  for (size_t i = 0; strings[i]; i++) JS_FreeCString(ctx, strings[i]);
  js_free(ctx, strings);
}

/* Start and length of a Uint8Array (any typed array) or ArrayBuffer; NULL with an exception pending for anything else. */
uint8_t *floor_bytes(JSContext *ctx, JSValueConst value, size_t *length) {
  size_t offset, size, whole;
  JSValue buffer = JS_GetTypedArrayBuffer(ctx, value, &offset, length, &size);
  if (JS_IsException(buffer)) {
    JS_FreeValue(ctx, JS_GetException(ctx));
    return JS_GetArrayBuffer(ctx, length, value);
  }
  uint8_t *start = JS_GetArrayBuffer(ctx, &whole, buffer);
  JS_FreeValue(ctx, buffer);
  return start ? start + offset : NULL;
}

/* One argument of a system call, and what has to be freed after it. */
struct argument {
  long value;
  const char *text;
  const char **texts;
};

static int read_argument(JSContext *ctx, JSValueConst value, struct argument *out) {
  int64_t number;
  if (JS_IsNull(value) || JS_IsUndefined(value)) return 0;
  if (JS_IsBigInt(ctx, value)) {
    if (JS_ToBigInt64(ctx, &number, value) < 0) return -1;
    out->value = (long)number;
  } else if (JS_IsNumber(value)) {
    if (JS_ToInt64(ctx, &number, value) < 0) return -1;
    out->value = (long)number;
  } else if (JS_IsString(value)) {
    size_t length;
    out->text = JS_ToCStringLen(ctx, &length, value);
    if (!out->text) return -1;
    if (strlen(out->text) != length) {
      JS_ThrowTypeError(ctx, "floor: a string with a NUL byte has no place in a system call");
      return -1;
    }
    out->value = (long)out->text;
  } else if (JS_IsArray(ctx, value) > 0) {
    out->texts = floor_strings(ctx, value);
    if (!out->texts) return -1;
    out->value = (long)out->texts;
  } else {
    size_t length;
    uint8_t *start = floor_bytes(ctx, value, &length);
    if (!start && JS_HasException(ctx)) return -1;
    out->value = (long)start;
  }
  return 0;
}

/* syscall(number, ...up to six of number | bigint | string | bytes | string[] | null): the result, or -errno */
static JSValue js_syscall(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv) {
  (void)this_val;
  struct argument a[6] = {0};
  JSValue result = JS_EXCEPTION;
  int32_t number;
  int count = argc - 1;
  if (argc < 1 || count > 6) return JS_ThrowTypeError(ctx, "floor: syscall takes a number and up to six arguments");
  if (JS_ToInt32(ctx, &number, argv[0]) < 0) return JS_EXCEPTION;
  for (int i = 0; i < count; i++)
    if (read_argument(ctx, argv[i + 1], &a[i]) < 0) goto done;
  long r = syscall(number, a[0].value, a[1].value, a[2].value, a[3].value, a[4].value, a[5].value);
  result = JS_NewInt64(ctx, r == -1 ? -errno : r);
done:
  for (int i = 0; i < 6; i++) {
    if (a[i].text) JS_FreeCString(ctx, a[i].text);
    if (a[i].texts) floor_free_strings(ctx, a[i].texts);
  }
  return result;
}

/* address(bytes): where they are, for structures that hold pointers; the caller keeps the bytes alive */
static JSValue js_address(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv) {
  (void)this_val;
  (void)argc;
  size_t length;
  uint8_t *start = floor_bytes(ctx, argv[0], &length);
  if (!start && JS_HasException(ctx)) return JS_EXCEPTION;
  return JS_NewInt64(ctx, (int64_t)(uintptr_t)start);
}

JSValue floor_new_bytes(JSContext *ctx, const uint8_t *start, size_t length) {
  JSValue buffer = JS_NewArrayBufferCopy(ctx, start, length);
  if (JS_IsException(buffer)) return buffer;
  JSValueConst args[3] = {buffer, JS_UNDEFINED, JS_UNDEFINED};
  JSValue array = JS_NewTypedArray(ctx, 3, args, JS_TYPED_ARRAY_UINT8);
  JS_FreeValue(ctx, buffer);
  return array;
}

static JSValue js_utf8_encode(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv) {
  (void)this_val;
  (void)argc;
  size_t length;
  const char *text = JS_ToCStringLen(ctx, &length, argv[0]);
  if (!text) return JS_EXCEPTION;
  uint8_t *bytes = (uint8_t *)text;
  /* The engine writes lone surrogates as three bytes ED A0..BF xx, which is no UTF-8: U+FFFD has three bytes as well. */
  JSValue array = floor_new_bytes(ctx, bytes, length);
  JS_FreeCString(ctx, text);
  if (JS_IsException(array)) return array;
  uint8_t *copy = floor_bytes(ctx, array, &length);
  for (uint8_t *p = copy; p && (p = memchr(p, 0xed, (size_t)(copy + length - p))) && copy + length - p >= 3; p += 3)
    if (p[1] >= 0xa0) memcpy(p, "\xef\xbf\xbd", 3);
  return array;
}

/* Length of the well-formed UTF-8 sequence at p, 0 when there is none (Unicode 15, table 3-7). */
static size_t sequence_length(const uint8_t *p, size_t left) {
  uint8_t low = 0x80, high = 0xbf;
  size_t n;
  if (p[0] < 0x80) return 1;
  if (p[0] >= 0xc2 && p[0] <= 0xdf) n = 2;
  else if (p[0] >= 0xe0 && p[0] <= 0xef) n = 3;
  else if (p[0] >= 0xf0 && p[0] <= 0xf4) n = 4;
  else return 0;
  if (p[0] == 0xe0) low = 0xa0;
  if (p[0] == 0xed) high = 0x9f;
  if (p[0] == 0xf0) low = 0x90;
  if (p[0] == 0xf4) high = 0x8f;
  if (left < n || p[1] < low || p[1] > high) return 0;
  for (size_t i = 2; i < n; i++)
    if ((p[i] & 0xc0) != 0x80) return 0;
  return n;
}

static JSValue js_utf8_decode(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv) {
  (void)this_val;
  (void)argc;
  size_t length, i = 0, n;
  uint8_t *bytes = floor_bytes(ctx, argv[0], &length);
  if (!bytes && JS_HasException(ctx)) return JS_EXCEPTION;
  while (i < length && (n = sequence_length(bytes + i, length - i))) i += n;
  if (i == length) return JS_NewStringLen(ctx, (const char *)bytes, length);
  char *repaired = js_malloc(ctx, length * 3);
  if (!repaired) return JS_EXCEPTION;
  size_t out = 0;
  for (i = 0; i < length;) {
    n = sequence_length(bytes + i, length - i);
    memcpy(repaired + out, n ? (const char *)bytes + i : "\xef\xbf\xbd", n ? n : 3);
    out += n ? n : 3;
    i += n ? n : 1;
  }
  JSValue text = JS_NewStringLen(ctx, repaired, out);
  js_free(ctx, repaired);
  return text;
}

static JSValue js_on_poll(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv) {
  (void)this_val;
  (void)argc;
  JS_FreeValue(ctx, poll_function);
  poll_function = JS_DupValue(ctx, argv[0]);
  return JS_UNDEFINED;
}

static void track_rejection(JSContext *ctx, JSValueConst promise, JSValueConst reason, JS_BOOL handled, void *opaque) {
  (void)opaque;
  if (JS_IsUndefined(rejection_function)) return;
  JSValueConst args[3] = {promise, reason, JS_NewBool(ctx, handled)};
  JS_FreeValue(ctx, JS_Call(ctx, rejection_function, JS_UNDEFINED, 3, args));
}

static JSValue js_on_rejection(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv) {
  (void)this_val;
  (void)argc;
  JS_FreeValue(ctx, rejection_function);
  rejection_function = JS_DupValue(ctx, argv[0]);
  JS_SetHostPromiseRejectionTracker(JS_GetRuntime(ctx), track_rejection, NULL);
  return JS_UNDEFINED;
}

static JSValue js_limit_memory(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv) {
  (void)this_val;
  (void)argc;
  int64_t bytes;
  if (JS_ToInt64(ctx, &bytes, argv[0]) < 0) return JS_EXCEPTION;
  JS_SetMemoryLimit(JS_GetRuntime(ctx), (size_t)bytes);
  return JS_UNDEFINED;
}

static JSValue js_trim(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv) {
  (void)this_val;
  (void)argc;
  (void)argv;
  JS_RunGC(JS_GetRuntime(ctx));
  malloc_trim(0);
  return JS_UNDEFINED;
}

/* [nanoseconds since boot, processor's time stamp] of one moment: the closest of a few readings. */
static JSValue js_time_stamp(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv) {
  (void)this_val;
  (void)argc;
  (void)argv;
#ifdef __x86_64__
  int64_t closest = INT64_MAX, middle = 0;
  uint64_t stamp = 0;
  for (int i = 0; i < 20; i++) {
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    uint64_t read = __builtin_ia32_rdtsc();
    clock_gettime(CLOCK_MONOTONIC, &after);
    int64_t begin = before.tv_sec * 1000000000LL + before.tv_nsec, took = after.tv_sec * 1000000000LL + after.tv_nsec - begin;
    if (took >= closest) continue;
    closest = took;
    middle = begin + took / 2;
    stamp = read;
  }
  JSValue pair = JS_NewArray(ctx);
  JS_SetPropertyUint32(ctx, pair, 0, JS_NewFloat64(ctx, (double)middle));
  JS_SetPropertyUint32(ctx, pair, 1, JS_NewFloat64(ctx, (double)stamp));
  return pair;
#else
  (void)ctx;
  return JS_UNDEFINED;
#endif
}

static JSValue js_environment(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv) {
  (void)this_val;
  (void)argc;
  (void)argv;
  JSValue array = JS_NewArray(ctx);
  for (uint32_t i = 0; environ[i]; i++) JS_SetPropertyUint32(ctx, array, i, JS_NewString(ctx, environ[i]));
  return array;
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("syscall", 7, js_syscall),
    JS_CFUNC_DEF("address", 1, js_address),
    JS_CFUNC_DEF("spawn", 1, floor_spawn),
    JS_CFUNC_DEF("launch", 3, floor_launch),
    JS_CFUNC_DEF("encodeCalls", 1, floor_encode_calls),
    JS_CFUNC_DEF("performCalls", 1, floor_perform_calls),
    JS_CFUNC_DEF("utf8Encode", 1, js_utf8_encode),
    JS_CFUNC_DEF("utf8Decode", 1, js_utf8_decode),
    JS_CFUNC_DEF("onPoll", 1, js_on_poll),
    JS_CFUNC_DEF("onRejection", 1, js_on_rejection),
    JS_CFUNC_DEF("limitMemory", 1, js_limit_memory),
    JS_CFUNC_DEF("trim", 0, js_trim),
    JS_CFUNC_DEF("timeStamp", 0, js_time_stamp),
    JS_CFUNC_DEF("environment", 0, js_environment),
};

#if defined(__x86_64__)
#define ARCHITECTURE "x86_64"
#elif defined(__aarch64__)
#define ARCHITECTURE "aarch64"
#else
#error "no system call table for this architecture yet: add one to src/sys/numbers.ts, then name it here"
#endif

int floor_install(JSContext *ctx, int argc, char **argv) {
  poll_function = rejection_function = JS_UNDEFINED;
  JSValue global = JS_GetGlobalObject(ctx);
  JSValue floor = JS_NewObject(ctx);
  JSValue arguments = JS_NewArray(ctx);
  for (int i = 0; i < argc; i++) JS_SetPropertyUint32(ctx, arguments, (uint32_t)i, JS_NewString(ctx, argv[i]));
  JS_SetPropertyFunctionList(ctx, floor, functions, sizeof functions / sizeof functions[0]);
  JS_SetPropertyStr(ctx, floor, "argv", arguments);
  JS_SetPropertyStr(ctx, floor, "architecture", JS_NewString(ctx, ARCHITECTURE));
  int r = JS_SetPropertyStr(ctx, global, "floor", floor);
  JS_FreeValue(ctx, global);
  return r < 0 ? -1 : 0;
}

int floor_poll(JSContext *ctx) {
  if (JS_IsUndefined(poll_function)) return 0;
  JSValue more = JS_Call(ctx, poll_function, JS_UNDEFINED, 0, NULL);
  if (JS_IsException(more)) return -1;
  int r = JS_ToBool(ctx, more);
  JS_FreeValue(ctx, more);
  return r;
}

void floor_release(JSContext *ctx) {
  JS_FreeValue(ctx, poll_function);
  JS_FreeValue(ctx, rejection_function);
  poll_function = rejection_function = JS_UNDEFINED;
}
