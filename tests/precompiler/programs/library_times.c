/* SPDX-License-Identifier: MIT */
/* Results in static storage of the C library: the program keeps pointers to them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int main(void)
{
    time_t moment = 86400L * 365 * 30;
    struct tm *broken = gmtime(&moment), kept = *broken;
    char text[32], *shown = asctime(broken), *copy = malloc(strlen(shown) + 1);
    const char *reason = strerror(2), *same = strerror(2);
    int days = 0;

    strcpy(copy, shown);
    for (int i = 0; i < 6; i++) {
        moment += 86400L * 40;
        broken = gmtime(&moment);
        days += broken->tm_yday;
        strftime(text, sizeof text, "%Y-%m-%d", broken);
        printf("%s %d %d\n", text, broken->tm_wday, days);
    }
    for (int i = 0; i < 3; i++)
        printf("%d %s", kept.tm_year + broken->tm_year * i, copy);
    printf("%s %d %s", reason, strcmp(reason, same), shown);
    free(copy);
    return 0;
}
