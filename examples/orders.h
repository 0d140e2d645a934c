/* SPDX-License-Identifier: MIT */
/* What examples/journal.c and its plain twin share: the input file they make for themselves, and the report at the end. */
#ifndef EXAMPLES_ORDERS_H
#define EXAMPLES_ORDERS_H

#include "arguments.h"

#define ORDERS "journal.orders"
#define JOURNAL "journal.log"
#define LONGEST_ORDER 160

/* Lines of words and numbers, "12 buy 305 apples", with a few empty ones. False when the file cannot be written. */
static inline bool write_orders(long orders, long seed)
{
    static const char *const goods[] = { "apples", "pears", "plums", "figs" };
    FILE *file = fopen(ORDERS, "w");

    if (file == NULL)
        return false;
    for (long i = 0; i < orders; i++) {
        uint64_t chance = random_at(seed, (uint64_t)i);

        fprintf(file, "%s%ld %s %u %s\n", chance % 11 == 0 ? "\n" : "", i, chance % 2 != 0 ? "buy" : "sell",
                (unsigned)(chance >> 8) % 1000, goods[chance % 4]);
    }
    return fclose(file) == 0;
}

/* A checksum of the whole journal, and its last line. */
static inline bool report_journal(long seed, double total)
{
    char line[LONGEST_ORDER] = "", last[LONGEST_ORDER] = "";
    uint64_t checksum = 0;
    long lines = 0;
    FILE *file = fopen(JOURNAL, "r");

    if (file == NULL)
        return false;
    for (; fgets(line, sizeof line, file) != NULL; lines++) {
        for (const char *letter = line; *letter != '\0'; letter++)
            checksum = checksum_add(checksum, (unsigned char)*letter);
        snprintf(last, sizeof last, "%s", line);
    }
    fclose(file);
    printf("journal: %ld lines, seed %ld, total %.17g\n", lines, seed, total);
    printf("%schecksum %016llx\n", last, (unsigned long long)checksum);
    return true;
}

#endif
