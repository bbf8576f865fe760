/* Does nothing that has to do with names. */
#include <stdio.h>
int main(int count, char **words) { return printf("%d\n", count) < 0 || words == 0; }
