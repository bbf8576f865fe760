/* Starts a program of the image that none of its words names. */
#include <stdlib.h>
int main(void) { return system("/musl/app") != 0; }
