/* compile NAME.js OUT: the chunk's bytecode, with line information but without source. Runs on the build machine only. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quickjs.h"

/* Imports are bound when the program runs; here each is an empty stand-in so that the compiler can go on. */
static int no_exports(JSContext *ctx, JSModuleDef *m) {
  (void)ctx;
  (void)m;
  return 0;
}

static JSModuleDef *pretend_module(JSContext *ctx, const char *name, void *opaque) {
  (void)opaque;
  return JS_NewCModule(ctx, name, no_exports);
}

static char *read_file(const char *path, size_t *length) {
  FILE *f = fopen(path, "rb");
  if (!f || fseek(f, 0, SEEK_END) < 0) return NULL;
  *length = (size_t)ftell(f);
  rewind(f);
  char *text = malloc(*length + 1);
  if (!text || fread(text, 1, *length, f) != *length) return NULL;
  text[*length] = 0;
  fclose(f);
  return text;
}

int main(int argc, char **argv) {
  size_t length, size;
  if (argc != 3) return fprintf(stderr, "usage: compile NAME.js OUT\n"), 2;
  char *text = read_file(argv[1], &length);
  if (!text) return perror(argv[1]), 1;
  JSRuntime *rt = JS_NewRuntime();
  JSContext *ctx = JS_NewContext(rt);
  const char *slash = strrchr(argv[1], '/');
  JS_SetStripInfo(rt, JS_STRIP_SOURCE);
  JS_SetModuleLoaderFunc(rt, NULL, pretend_module, NULL);
  JSValue module = JS_Eval(ctx, text, length, slash ? slash + 1 : argv[1], JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
  if (JS_IsException(module)) {
    JSValue error = JS_GetException(ctx), stack = JS_GetPropertyStr(ctx, error, "stack");
    fprintf(stderr, "%s: %s\n%s", argv[1], JS_ToCString(ctx, error), JS_ToCString(ctx, stack));
    return 1;
  }
  uint8_t *code = JS_WriteObject(ctx, &size, module, JS_WRITE_OBJ_BYTECODE);
  FILE *out = fopen(argv[2], "wb");
  if (!code || !out || fwrite(code, 1, size, out) != size || fclose(out)) return perror(argv[2]), 1;
  return 0;
}
