/* SPDX-License-Identifier: MIT */
/* journal without msrck: the output of examples/journal.c must equal this program's, whatever happened in between. */
#include <string.h>

#include "../orders.h"

struct book {
    FILE *journal;
    long seed;
    double total;
    char line[LONGEST_ORDER];
};

static void enter_order(struct book *book)
{
    char *word = NULL;
    int column = 0;

    for (word = strtok(book->line, " \n"); word != NULL; word = strtok(NULL, " \n")) {
        fprintf(book->journal, "%s%s/%d", column > 0 ? " " : "", word, rand() % 1000);
        book->total += drand48();
        column++;
    }
    fprintf(book->journal, "\n");
}

static void skip_empty_lines(FILE *orders)
{
    int letter = getc(orders);

    while (letter == '\n')
        letter = getc(orders);
    if (letter != EOF)
        ungetc(letter, orders);
}

static int keep_journal(long count, long seed)
{
    struct book *book = malloc(sizeof *book);
    FILE *orders = NULL;

    if (book == NULL || !write_orders(count, seed))
        return EXIT_FAILURE;
    srand((unsigned)(seed & INT_MAX));
    srand48(seed & INT_MAX);
    book->seed = seed;
    book->total = 0.0;
    orders = fopen(ORDERS, "r");
    book->journal = fopen(JOURNAL, "w");
    if (orders == NULL || book->journal == NULL)
        return EXIT_FAILURE;
    for (skip_empty_lines(orders); fgets(book->line, sizeof book->line, orders) != NULL; skip_empty_lines(orders))
        enter_order(book);
    if (fclose(orders) != 0 || fclose(book->journal) != 0 || !report_journal(book->seed, book->total))
        return EXIT_FAILURE;
    free(book);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    long orders = 100, seed = 1;

    if (!at_most_arguments(argc, argv, 2) || !number_argument(argc, argv, 1, "ORDERS", 0, 1000000, &orders)
        || !number_argument(argc, argv, 2, "SEED", LONG_MIN, LONG_MAX, &seed))
        return 2;
    return keep_journal(orders, seed);
}
