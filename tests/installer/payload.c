/* Stands in for the frozen program in the installer's tests: says its version, or runs until it is told to stop. */
#include <stdio.h>
#include <string.h>

int main(int count, char **arguments) {
    puts("Roundtrip " VERSION);
    fflush(stdout);
    if (count > 1 && !strcmp(arguments[1], "--hold")) getchar();
    return 0;
}
