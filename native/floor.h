/* The native floor: what TypeScript cannot do by itself. No policy lives here. */
#ifndef KATA_FLOOR_H
#define KATA_FLOOR_H

#include "quickjs.h"

/* A compiled chunk of TypeScript, linked into the program by the build. */
struct chunk {
  const char *name;
  const unsigned char *start;
  const unsigned char *end;
};
extern const struct chunk chunks[];

/* Defines globalThis.floor. */
int floor_install(JSContext *ctx, int argc, char **argv);

/* One turn of the event loop as TypeScript registered it: 1 go on, 0 nothing left to wait for, -1 exception pending. */
int floor_poll(JSContext *ctx);

/* Drops the references the floor holds, so that the engine can be torn down. */
void floor_release(JSContext *ctx);

/* A Uint8Array with a copy. */
JSValue floor_new_bytes(JSContext *ctx, const uint8_t *start, size_t length);

/* What is allocated from now on is left out of processes that floor.launch makes. */
void floor_remember_heap(void);

/* floor.launch, floor.encodeCalls, floor.performCalls; see launch.c. */
JSValue floor_launch(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv);
JSValue floor_encode_calls(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv);
JSValue floor_perform_calls(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv);

/* floor.spawn */
JSValue floor_spawn(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv);

/* A NULL-terminated vector of C strings made from an array of strings; NULL with an exception pending. */
const char **floor_strings(JSContext *ctx, JSValueConst array);
void floor_free_strings(JSContext *ctx, const char **strings);

/* Start and length of a Uint8Array or ArrayBuffer; NULL with an exception pending for anything else. */
uint8_t *floor_bytes(JSContext *ctx, JSValueConst value, size_t *length);

/* Defines floor.seccomp, in programs that compile filters (FLOOR_SECCOMP). */
int floor_install_seccomp(JSContext *ctx);

/* The process that stands for one guest process on the host; never returns. See standin.c. */
_Noreturn void standin_run(void);

#endif
