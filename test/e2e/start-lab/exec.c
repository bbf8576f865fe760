/* A program of nobody's table that starts what its words name. */
#include <unistd.h>
int main(int count, char **words) { return count > 1 ? execvp(words[1], words + 1) : 0; }
