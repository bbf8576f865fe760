/* A library that looks a name up as soon as it is loaded. */
#define main look_up
#include "app.c"
#undef main
__attribute__((constructor)) static void at_once(void) { look_up(); }
