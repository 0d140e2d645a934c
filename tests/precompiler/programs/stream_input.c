/* SPDX-License-Identifier: MIT */
/* Standard input, read by several functions of the library, goes on where it was. */
#include <stdio.h>
#include <string.h>

static int digits(void)
{
    int c, value = 0;

    while ((c = getchar()) != EOF && c >= '0' && c <= '9')
        value = value * 10 + c - '0';
    return value;
}

int main(void)
{
    char line[64], word[16];
    int sum = 0, number, lines = 0;

    for (int i = 0; i < 4; i++)
        sum = sum * 3 + digits();
    while (lines < 3 && fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        printf("%d: %s\n", ++lines, line);
    }
    while (scanf("%15s %d", word, &number) == 2) {
        sum += number;
        printf("%s=%d\n", word, sum);
    }
    printf("%d\n", sum);
    return 0;
}
