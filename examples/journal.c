/* SPDX-License-Identifier: MIT */
/*
 * journal [ORDERS] [SEED] - reads orders from a file and writes a journal, with both files open across checkpoints
 *
 * Streams come from msrck_fopen(), so pointers to them are part of the state wherever they stand: here a local
 * variable and a struct on the heap. rand() and drand48() are the C library's own; their sequences go on. A poll-point
 * stands between the words of a line, so msrck_strtok() takes the place of strtok(), whose place nobody else knows.
 *
 * The files stand in the working directory: journal.orders, which the program makes, and journal.log.
 */
#include <msrck/msrck.h>

#include <string.h>

#include "orders.h"

struct book {
    FILE *journal;
    long seed;
    double total;
    char line[LONGEST_ORDER];                            /* here, since a token may be the live variable of a frame */
};

extern const msrck_type book_type;
MSRCK_STRUCT(book_type, struct book,
    MSRCK_FIELD(struct book, journal, MSRCK_POINTER(&msrck_stream)),
    MSRCK_FIELD(struct book, seed, &msrck_long),
    MSRCK_FIELD(struct book, total, &msrck_double),
    MSRCK_FIELD(struct book, line, MSRCK_ARRAY(&msrck_char, LONGEST_ORDER)));

/* ---- Live variables and poll-points --------------------------------------------------------------------- */

struct words_live {
    struct book *book;
    char *word;
    int column;
};

extern const msrck_type words_live_type;
MSRCK_STRUCT(words_live_type, struct words_live,
    MSRCK_FIELD(struct words_live, book, MSRCK_POINTER(&book_type)),
    MSRCK_FIELD(struct words_live, word, MSRCK_POINTER(&msrck_char)),
    MSRCK_FIELD(struct words_live, column, &msrck_int));

struct lines_live {
    struct book *book;
    FILE *orders;
};

extern const msrck_type lines_live_type;
MSRCK_STRUCT(lines_live_type, struct lines_live,
    MSRCK_FIELD(struct lines_live, book, MSRCK_POINTER(&book_type)),
    MSRCK_FIELD(struct lines_live, orders, MSRCK_POINTER(&msrck_stream)));

MSRCK_FRAME(words_points, "enter_order", 0, { "word", &words_live_type });
MSRCK_FRAME(lines_points, "keep_journal", 0, { "order", &lines_live_type });

/* ---- The program ---------------------------------------------------------------------------------------- */

/* Writes the words of the line to the journal, each with numbers that come up. */
static void enter_order(struct book *book)
{
    char *word = NULL;
    int column = 0;

    if (MSRCK_UNLIKELY(msrck_flag)) {
        struct words_live live = { book, word, column };

        switch (msrck_enter(&words_points, &live)) {
        case 1:
            book = live.book;
            word = live.word;
            column = live.column;
            goto next_word;
        case MSRCK_LEAVE:
            return;
        default:
            break;
        }
    }
    for (word = msrck_strtok(book->line, " \n"); word != NULL; word = msrck_strtok(NULL, " \n")) {
next_word:
        if (MSRCK_UNLIKELY(msrck_flag)
            && msrck_at_point(&words_points, 1, &(struct words_live){ book, word, column }))
            return;
        fprintf(book->journal, "%s%s/%d", column > 0 ? " " : "", word, rand() % 1000);
        book->total += drand48();
        column++;
    }
    fprintf(book->journal, "\n");
}

/* An empty line is skipped: its newline is looked at, and what stands behind it is put back. */
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
    struct book *book = NULL;
    FILE *orders = NULL;

    if (MSRCK_UNLIKELY(msrck_flag)) {
        struct lines_live live = { book, orders };

        switch (msrck_enter(&lines_points, &live)) {
        case 1:
            book = live.book;
            orders = live.orders;
            goto call_enter_order;
        case MSRCK_LEAVE:
            return EXIT_FAILURE;
        default:
            break;
        }
    }
    book = msrck_new(&book_type);
    if (book == NULL || !write_orders(count, seed))
        return EXIT_FAILURE;
    srand((unsigned)(seed & INT_MAX));
    srand48(seed & INT_MAX);
    book->seed = seed;
    orders = msrck_fopen(ORDERS, "r");
    book->journal = msrck_fopen(JOURNAL, "w");
    if (orders == NULL || book->journal == NULL)
        return EXIT_FAILURE;
    for (skip_empty_lines(orders); fgets(book->line, sizeof book->line, orders) != NULL; skip_empty_lines(orders)) {
call_enter_order:
        enter_order(book);
        if (MSRCK_UNLIKELY(msrck_flag)
            && msrck_leave(&lines_points, 1, &(struct lines_live){ book, orders }))
            return EXIT_FAILURE;
    }
    if (msrck_fclose(orders) != 0 || msrck_fclose(book->journal) != 0 || !report_journal(book->seed, book->total))
        return EXIT_FAILURE;
    msrck_free(book);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    msrck_options options = MSRCK_OPTIONS_INIT;
    long orders = 100, seed = 1;
    int status = EXIT_FAILURE;
    bool stopped = false;

    options.program_name = "journal";
    if (msrck_init_options(&argc, &argv, &options) != MSRCK_OK)
        return msrck_report("journal");
    if (!at_most_arguments(argc, argv, 2) || !number_argument(argc, argv, 1, "ORDERS", 0, 1000000, &orders)
        || !number_argument(argc, argv, 2, "SEED", LONG_MIN, LONG_MAX, &seed))
        return 2;
    do
        status = keep_journal(orders, seed);
    while (msrck_again());
    stopped = msrck_stopped();
    (void)msrck_finish();                                /* waits for a checkpoint that is still being written */
    /* Stopped as asked, unable to resume, or a checkpoint on the way failed: the report says which. */
    return stopped || msrck_error_result() != MSRCK_OK ? msrck_report("journal") : status;
}
