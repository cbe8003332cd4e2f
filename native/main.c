/*
 * Starts the engine on the chunk "main.js" and turns its event loop. One process role, the stand-in, never starts it.
 */
#include "floor.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

extern char **environ;

#define EXIT_ENGINE 70 /* EX_SOFTWARE: TypeScript could not even say what is wrong */

static void print_exception(JSContext *ctx) {
  JSValue error = JS_GetException(ctx);
  JSValue stack = JS_GetPropertyStr(ctx, error, "stack");
  const char *text = JS_ToCString(ctx, error);
  const char *trace = JS_IsUndefined(stack) ? NULL : JS_ToCString(ctx, stack);
  fprintf(stderr, "%s\n%s", text ? text : "out of memory", trace ? trace : "");
  if (text) JS_FreeCString(ctx, text);
  if (trace) JS_FreeCString(ctx, trace);
  JS_FreeValue(ctx, stack);
  JS_FreeValue(ctx, error);
}

static JSModuleDef *load_chunk(JSContext *ctx, const char *name, void *opaque) {
  (void)opaque;
  for (const struct chunk *c = chunks; c->name; c++) {
    if (strcmp(c->name, name)) continue;
    JSValue module = JS_ReadObject(ctx, c->start, (size_t)(c->end - c->start), JS_READ_OBJ_BYTECODE | JS_READ_OBJ_ROM_DATA);
    if (JS_IsException(module)) return NULL;
    JSModuleDef *definition = JS_VALUE_GET_PTR(module);
    JS_FreeValue(ctx, module); /* the context keeps it */
    return definition;
  }
  JS_ThrowReferenceError(ctx, "no chunk '%s' in this program", name);
  return NULL;
}

static int run_jobs(JSContext *ctx) {
  JSContext *of;
  for (;;) {
    int r = JS_ExecutePendingJob(JS_GetRuntime(ctx), &of);
    if (r <= 0) return r;
  }
}

static int run_main(JSContext *ctx) {
  JSModuleDef *m = load_chunk(ctx, "main.js", NULL);
  if (!m) return -1;
  JSValue module = JS_DupValue(ctx, JS_MKPTR(JS_TAG_MODULE, m));
  if (JS_ResolveModule(ctx, module) < 0) return -1;
  JSValue promise = JS_EvalFunction(ctx, module);
  if (JS_IsException(promise)) return -1;
  int r = run_jobs(ctx);
  if (r == 0 && JS_PromiseState(ctx, promise) == JS_PROMISE_REJECTED) {
    JS_Throw(ctx, JS_PromiseResult(ctx, promise));
    r = -1;
  }
  JS_FreeValue(ctx, promise);
  while (r == 0 && (r = floor_poll(ctx)) > 0) r = run_jobs(ctx);
  return r;
}

static JSContext *new_context(JSRuntime *rt) {
  JSContext *ctx = JS_NewContextRaw(rt);
  if (!ctx) return NULL;
  JS_AddIntrinsicBaseObjects(ctx);
  JS_AddIntrinsicDate(ctx);
  JS_AddIntrinsicRegExp(ctx);
  JS_AddIntrinsicJSON(ctx);
  JS_AddIntrinsicMapSet(ctx);
  JS_AddIntrinsicTypedArrays(ctx);
  JS_AddIntrinsicPromise(ctx);
  JS_AddIntrinsicWeakRef(ctx);
  JS_AddIntrinsicProxy(ctx);
  return ctx;
}

#ifdef FLOOR_COVERAGE
/* A program that counts its lines has something to write when it ends by itself. */
static void call_at_end(JSContext *ctx) {
  JSValue global = JS_GetGlobalObject(ctx), floor = JS_GetPropertyStr(ctx, global, "floor");
  JSValue at_end = JS_GetPropertyStr(ctx, floor, "atEnd");
  if (JS_IsFunction(ctx, at_end)) JS_FreeValue(ctx, JS_Call(ctx, at_end, floor, 0, NULL));
  JS_FreeValue(ctx, at_end);
  JS_FreeValue(ctx, floor);
  JS_FreeValue(ctx, global);
}
#endif

/* Well below RLIMIT_STACK, or deep recursion ends in SIGSEGV instead of an exception. */
static size_t stack_size(void) {
  struct rlimit limit;
  size_t wanted = 1 << 20;
  if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur / 2 < wanted) wanted = limit.rlim_cur / 2;
  return wanted;
}

/* What opens a descriptor next would take the place of a standard stream that the caller has closed. */
static void open_missing_streams(void) {
  for (int fd = 0; fd < 3; fd++)
    if (fcntl(fd, F_GETFD) < 0) open("/dev/null", O_RDWR);
}

int main(int argc, char **argv) {
  /* The whole environment is this one variable only when we started the process ourselves. */
  if (environ[0] && !environ[1] && !strcmp(environ[0], "KATA_ROLE=stand-in")) standin_run();
  signal(SIGPIPE, SIG_IGN);
  open_missing_streams();
  floor_remember_heap();
  JSRuntime *rt = JS_NewRuntime();
  JSContext *ctx = rt ? new_context(rt) : NULL;
  if (!ctx) return EXIT_ENGINE;
  JS_SetMaxStackSize(rt, stack_size());
  JS_SetModuleLoaderFunc(rt, NULL, load_chunk, NULL);
  int r = floor_install(ctx, argc, argv);
#ifdef FLOOR_SECCOMP
  if (r == 0) r = floor_install_seccomp(ctx);
#endif
  if (r == 0) r = run_main(ctx);
  if (r < 0) print_exception(ctx);
#ifdef FLOOR_COVERAGE
  call_at_end(ctx);
#endif
  if (r < 0) return EXIT_ENGINE;
#ifdef FLOOR_LEAK_CHECK
  floor_release(ctx);
  JS_FreeContext(ctx);
  JS_FreeRuntime(rt);
#endif
  return 0;
}
