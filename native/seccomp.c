/*
 * libseccomp, call by call: floor.seccomp. Which calls to make is TypeScript's to know (src/host/seccomp). Calls return
 * what libseccomp's do: 0 or a number, or -errno. A filter is a number here; whoever began it releases it.
 */
#include "floor.h"

#include <errno.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MOST_TESTS 64

static int integers(JSContext *ctx, JSValueConst *argv, int count, int64_t *out) {
  for (int i = 0; i < count; i++)
    if (JS_ToInt64(ctx, &out[i], argv[i]) < 0) return -1;
  return 0;
}

/* begin(action): a filter that does that with every system call; 0 when libseccomp does not know the action */
static JSValue js_begin(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv) {
  (void)this_val;
  (void)argc;
  int64_t action;
  if (integers(ctx, argv, 1, &action) < 0) return JS_EXCEPTION;
  return JS_NewInt64(ctx, (int64_t)(uintptr_t)seccomp_init((uint32_t)action));
}

static JSValue js_release(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv) {
  (void)this_val;
  (void)argc;
  int64_t filter;
  if (integers(ctx, argv, 1, &filter) < 0) return JS_EXCEPTION;
  seccomp_release((scmp_filter_ctx)(uintptr_t)filter);
  return JS_UNDEFINED;
}

/* addArchitecture(filter, token) */
static JSValue js_add_architecture(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv) {
  (void)this_val;
  (void)argc;
  int64_t a[2];
  if (integers(ctx, argv, 2, a) < 0) return JS_EXCEPTION;
  return JS_NewInt32(ctx, seccomp_arch_add((scmp_filter_ctx)(uintptr_t)a[0], (uint32_t)a[1]));
}

/* addRule(filter, action, system call, tests): tests are structs scmp_arg_cmp, one after the other */
static JSValue js_add_rule(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv) {
  (void)this_val;
  (void)argc;
  int64_t a[3];
  size_t length;
  struct scmp_arg_cmp tests[MOST_TESTS];
  if (integers(ctx, argv, 3, a) < 0) return JS_EXCEPTION;
  uint8_t *bytes = floor_bytes(ctx, argv[3], &length);
  if (!bytes && JS_HasException(ctx)) return JS_EXCEPTION;
  if (length % sizeof *tests || length > sizeof tests) return JS_NewInt32(ctx, -EINVAL);
  if (length) memcpy(tests, bytes, length);
  unsigned count = (unsigned)(length / sizeof *tests);
  return JS_NewInt32(ctx, seccomp_rule_add_array((scmp_filter_ctx)(uintptr_t)a[0], (uint32_t)a[1], (int)a[2], count, tests));
}

/* resolve(token, name): the number of a system call on that architecture; negative when it has none of that name */
static JSValue js_resolve(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv) {
  (void)this_val;
  (void)argc;
  int64_t token;
  if (integers(ctx, argv, 1, &token) < 0) return JS_EXCEPTION;
  const char *name = JS_ToCString(ctx, argv[1]);
  if (!name) return JS_EXCEPTION;
  int number = seccomp_syscall_resolve_name_arch((uint32_t)token, name);
  JS_FreeCString(ctx, name);
  return JS_NewInt32(ctx, number);
}

/* writeProgram(filter, fd): struct sock_filter[] */
static JSValue js_write_program(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv) {
  (void)this_val;
  (void)argc;
  int64_t a[2];
  if (integers(ctx, argv, 2, a) < 0) return JS_EXCEPTION;
  return JS_NewInt32(ctx, seccomp_export_bpf((scmp_filter_ctx)(uintptr_t)a[0], (int)a[1]));
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("begin", 1, js_begin),
    JS_CFUNC_DEF("release", 1, js_release),
    JS_CFUNC_DEF("addArchitecture", 2, js_add_architecture),
    JS_CFUNC_DEF("addRule", 4, js_add_rule),
    JS_CFUNC_DEF("resolve", 2, js_resolve),
    JS_CFUNC_DEF("writeProgram", 2, js_write_program),
};

int floor_install_seccomp(JSContext *ctx) {
  const struct scmp_version *v = seccomp_version();
  char version[48];
  snprintf(version, sizeof version, "%u.%u.%u", v->major, v->minor, v->micro);
  JSValue global = JS_GetGlobalObject(ctx), floor = JS_GetPropertyStr(ctx, global, "floor");
  JSValue seccomp = JS_NewObject(ctx);
  JS_SetPropertyFunctionList(ctx, seccomp, functions, sizeof functions / sizeof functions[0]);
  JS_SetPropertyStr(ctx, seccomp, "version", JS_NewString(ctx, version));
  JS_SetPropertyStr(ctx, seccomp, "nativeArchitecture", JS_NewInt64(ctx, seccomp_arch_native()));
  int r = JS_SetPropertyStr(ctx, floor, "seccomp", seccomp);
  JS_FreeValue(ctx, floor);
  JS_FreeValue(ctx, global);
  return r < 0 ? -1 : 0;
}
