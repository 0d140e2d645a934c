/* SPDX-License-Identifier: MIT */
/*
 * counter [MODE] - all state registered: globals, a named array, blocks from malloc, strings. Each round polls. At the end a line that depends on all of it.
 *
 * MODE: plain; dangling or unregistered (a pointer to a freed block, or to memory nothing tracks, from round 3 on); twice (two checkpoints with msrck_checkpoint);
 * signal (raises SIGUSR1 in round 4); crash (aborts in round 6 when resumed); steady (50 ms a round); slow (polls every 10 ms for two seconds in round 5); waiting (makes a file `ready` in round 5 and polls until `finish` appears,
 * for requests from outside); dangling-waiting (both); busy (waits without polling).
 */
#include <msrck/msrck.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 12

struct link {
    int number;
    unsigned value;
    const char *word;
    void (*change)(unsigned *value);
    struct link *next;
};
extern const msrck_type link_type;
MSRCK_STRUCT(link_type, struct link,
    MSRCK_FIELD(struct link, number, &msrck_int),
    MSRCK_FIELD(struct link, value, &msrck_uint),
    MSRCK_FIELD(struct link, word, MSRCK_POINTER(&msrck_char)),
    MSRCK_FIELD(struct link, change, &msrck_function),
    MSRCK_FIELD(struct link, next, MSRCK_POINTER(&link_type)));

static struct link *links;
static int rounds;
static unsigned *watched, *wild;
MSRCK_GLOBAL(links, MSRCK_POINTER(&link_type));
MSRCK_GLOBAL(rounds, &msrck_int);
MSRCK_GLOBAL(watched, MSRCK_POINTER(&msrck_uint));
MSRCK_GLOBAL(wild, MSRCK_POINTER(&msrck_uint));

static void twice(unsigned *value) { *value *= 2; }
static void once_more(unsigned *value) { *value += 1; }
MSRCK_FUNCTION(twice);
MSRCK_FUNCTION(once_more);

static const char *const word_type_anchor = "word";

/* Links alternate between the typed heap and malloc. */
static struct link *add_link(int number)
{
    struct link *link = number % 2 == 0 ? msrck_new(&link_type) : calloc(1, sizeof *link);

    if (link == NULL || (number % 2 != 0 && msrck_register_block(link, &link_type, 1) != MSRCK_OK))
        exit(msrck_report("counter"));
    link->number = number;
    link->value = (unsigned)number;
    link->word = number % 3 == 0 ? word_type_anchor : msrck_new_string(number % 3 == 1 ? "one" : "two");
    link->change = number % 4 < 2 ? twice : once_more;
    link->next = links;
    links = link;
    return link;
}

static void advance(long table[], const char *mode)
{
    struct link *link = add_link(rounds);

    if (strcmp(mode, "steady") == 0)
        usleep(50000);
    for (struct link *each = links; each != NULL; each = each->next)
        each->change(&each->value);
    table[rounds] = (long)link->value * 7 - rounds;
    watched = &link->value;
    if (rounds == 3 && strncmp(mode, "dangling", 8) == 0) {
        wild = msrck_new(&msrck_uint);
        msrck_free(wild);
    }
    if (rounds == 3 && strcmp(mode, "unregistered") == 0)
        wild = malloc(sizeof *wild);
    if (rounds == 4 && strcmp(mode, "signal") == 0)
        raise(SIGUSR1);
    if (rounds == 6 && strcmp(mode, "crash") == 0 && msrck_resumed())
        abort();
}

static void print_all(const long table[])
{
    unsigned long sum = *watched;

    for (const struct link *each = links; each != NULL; each = each->next) {
        unsigned value = each->value;

        each->change(&value);
        sum = sum * 31 + value + strlen(each->word) + (unsigned char)each->word[0];
    }
    for (int r = 0; r < ROUNDS; r++)
        sum = sum * 3 + (unsigned long)table[r];
    printf("counter: %lu after %d rounds\n", sum & 0xffffffff, rounds);
}

/* What came from malloc, here or in a resume. The rest goes with the session. */
static void free_links(const char *mode)
{
    while (links != NULL) {
        struct link *next = links->next;

        if (links->number % 2 != 0) {
            msrck_unregister_block(links);
            free(links);
        }
        links = next;
    }
    if (strcmp(mode, "unregistered") == 0)
        free(wild);
}

/* Two checkpoints in a row, the second over the first; then one that cannot be written. */
static int checkpoint_twice(void)
{
    if (msrck_checkpoint(NULL) != MSRCK_OK || msrck_checkpoint(NULL) != MSRCK_OK || msrck_checkpoint_count() != 2)
        return msrck_report("counter");
    if (msrck_checkpoint("no/such/directory/x") != MSRCK_SYSTEM || msrck_checkpoint_count() != 2)
        return EXIT_FAILURE;
    return EXIT_SUCCESS;
}

/* Polls for two seconds, or until it is to stop. */
static bool stopped_while_slow(void)
{
    struct timespec began, now;

    clock_gettime(CLOCK_MONOTONIC, &began);
    do {
        usleep(10000);
        if (msrck_poll())
            return true;
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((now.tv_sec - began.tv_sec) * 1000 + (now.tv_nsec - began.tv_nsec) / 1000000 < 2000);
    return false;
}

/* Polls until the file appears; true when it is to stop. */
static bool wait_for_requests(bool polling)
{
    FILE *ready = fopen("ready", "w");

    if (ready == NULL || fclose(ready) != 0)
        abort();
    while (access("finish", F_OK) != 0) {
        usleep(5000);
        if (polling && msrck_poll())
            return true;
    }
    return false;
}

int main(int argc, char **argv)
{
    msrck_options options = MSRCK_OPTIONS_INIT;
    static const msrck_type *const table_type = &msrck_long;
    const char *mode = "plain";
    long *table;
    int status = EXIT_SUCCESS;

    options.program_name = "counter";
    if (msrck_init_options(&argc, &argv, &options) != MSRCK_OK)
        return msrck_report("counter");
    if (argc > 1)
        mode = argv[1];
    if (*msrck_resume_notes() != '\0')
        fputs(msrck_resume_notes(), stderr);
    table = calloc(ROUNDS, sizeof *table);
    if (table == NULL || msrck_register("table", table, table_type, ROUNDS) != MSRCK_OK || msrck_restore() != MSRCK_OK)
        return msrck_report("counter");
    for (; rounds < ROUNDS; rounds++) {
        if (msrck_poll()) {
            status = msrck_report("counter");
            goto done;
        }
        if (rounds == 5 && (strstr(mode, "waiting") != NULL || strcmp(mode, "busy") == 0) && wait_for_requests(strcmp(mode, "busy") != 0)) {
            status = msrck_report("counter");
            goto done;
        }
        if (strcmp(mode, "slow") == 0 && rounds == 5 && stopped_while_slow()) {
            status = msrck_report("counter");
            goto done;
        }
        if (strcmp(mode, "twice") == 0 && rounds == 5 && (status = checkpoint_twice()) != EXIT_SUCCESS)
            goto done;
        advance(table, mode);
    }
    print_all(table);
done:
    free_links(mode);
    (void)msrck_finish();
    if (status == EXIT_SUCCESS && msrck_error_result() != MSRCK_OK)
        fprintf(stderr, "note: %s\n", msrck_error_message());
    free(table);
    return status;
}
