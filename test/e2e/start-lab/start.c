/* What a runtime does last: goes to the working directory and starts the words, found in the PATH they get. */
#include <unistd.h>
int main(int count, char **words) {
  if (count < 3 || chdir(words[1]) != 0) return 125;
  execvp(words[2], words + 2);
  return 127;
}
