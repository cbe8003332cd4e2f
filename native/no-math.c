/*
 * The functions of Math that need more than arithmetic: the engine's table refers to them, the agent calls none, and
 * together they are 300 KB of each guest's memory. The build refuses an agent that names one.
 */
#define ABSENT(name) double name(double x) { (void)x; __builtin_trap(); }
#define ABSENT2(name) double name(double x, double y) { (void)x; (void)y; __builtin_trap(); }

ABSENT(sin) ABSENT(cos) ABSENT(tan) ABSENT(asin) ABSENT(acos) ABSENT(atan)
ABSENT(sinh) ABSENT(cosh) ABSENT(tanh) ABSENT(asinh) ABSENT(acosh) ABSENT(atanh)
ABSENT(exp) ABSENT(expm1) ABSENT(log) ABSENT(log1p) ABSENT(log2) ABSENT(log10) ABSENT(cbrt)
ABSENT2(atan2) ABSENT2(hypot)
