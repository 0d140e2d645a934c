/* SPDX-License-Identifier: MIT */
/* One checkpoint of each hour and day: which stay, under which names, and what a crash in between leaves. */
#include "runtime/kept_periods.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HOUR 3600
#define DAY (24 * HOUR)
/* 2026-11-22T21:00:00Z */
#define BEGIN ((time_t)1795381200)

static char folder[64], path[128];

static void make_folder(void)
{
    strcpy(folder, "/tmp/msrck_kept_periods_XXXXXX");
    cr_assert(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/state", folder);
}

static void remove_folder(void)
{
    char command[128];

    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    cr_assert_eq(system(command), 0);
}

TestSuite(kept_periods, .init = make_folder, .fini = remove_folder);

/* As a commit does: the file of that name is another one afterwards. */
static void write_state(const char *text)
{
    char temporary[160];
    FILE *file;

    snprintf(temporary, sizeof temporary, "%s.new", path);
    file = fopen(temporary, "w");
    cr_assert(file != NULL);
    fputs(text, file);
    fclose(file);
    cr_assert_eq(rename(temporary, path), 0);
}

static void keep(const char *text, time_t moment, unsigned hourly, unsigned daily)
{
    msrck_error error = MSRCK_ERROR_INIT;

    write_state(text);
    cr_assert_eq(msrck_periods_keep(path, hourly, daily, moment, true, &error), MSRCK_OK, "%s", error.message);
}

static void expect(const char *name, const char *text)
{
    char place[192], found[32] = "";
    FILE *file;

    snprintf(place, sizeof place, "%s/%s", folder, name);
    file = fopen(place, "r");
    if (text == NULL) {
        cr_assert(file == NULL, "%s is there", name);
        return;
    }
    cr_assert(file != NULL, "%s is missing", name);
    cr_assert(fgets(found, sizeof found, file) != NULL);
    fclose(file);
    cr_assert_str_eq(found, text, "%s holds %s", name, found);
}

static size_t count_files(void)
{
    DIR *directory = opendir(folder);
    size_t count = 0;

    while (readdir(directory) != NULL)
        count++;
    closedir(directory);
    return count - 2;
}

Test(kept_periods, the_last_of_each_hour_and_day_stays)
{
    keep("a", BEGIN, 3, 2);
    keep("b", BEGIN + 600, 3, 2);
    keep("c", BEGIN + HOUR, 3, 2);
    expect("state", "c");
    expect("state.hourly-20261122T21", "b");
    expect("state.hourly-20261122T22", "c");
    expect("state.daily-20261122", "c");
    cr_assert_eq(count_files(), 4);
    keep("d", BEGIN + 3 * HOUR, 3, 2);
    keep("e", BEGIN + 4 * HOUR, 3, 2);
    expect("state.hourly-20261122T21", NULL);
    expect("state.hourly-20261122T22", "c");
    expect("state.hourly-20261123T00", "d");
    expect("state.hourly-20261123T01", "e");
    expect("state.daily-20261122", "c");
    expect("state.daily-20261123", "e");
    keep("f", BEGIN + 2 * DAY, 3, 2);
    expect("state.daily-20261122", NULL);
    expect("state.daily-20261123", "e");
    expect("state.daily-20261124", "f");
    cr_assert_eq(count_files(), 6);
}

Test(kept_periods, nothing_else_is_kept_or_removed)
{
    static const char *const others[] = { "state.hourly-2026112T21", "state.hourly-20261122T2", "state.hourly-20001122T21x", "state.daily-2000112",
                                          "other.hourly-20001122T21", "state.daily-20001122.attempts", "state.1" };
    char place[192];
    size_t o;

    for (o = 0; o < sizeof others / sizeof others[0]; o++) {
        snprintf(place, sizeof place, "%s/%s", folder, others[o]);
        fclose(fopen(place, "w"));
    }
    keep("a", BEGIN, 0, 0);
    cr_assert_eq(count_files(), 1 + sizeof others / sizeof others[0]);
    keep("b", BEGIN, 1, 0);
    expect("state.hourly-20261122T21", "b");
    expect("state.daily-20261122", NULL);
    keep("c", BEGIN + HOUR, 1, 1);
    cr_assert_eq(count_files(), 3 + sizeof others / sizeof others[0]);
}

Test(kept_periods, what_a_wrong_clock_named_is_left_alone_and_counts_for_nothing)
{
    keep("future", BEGIN + 1000 * DAY, 2, 1);
    keep("a", BEGIN, 2, 1);
    keep("b", BEGIN + HOUR, 2, 1);
    expect("state.hourly-20261122T21", "a");
    expect("state.hourly-20261122T22", "b");
    expect("state.hourly-20290818T21", "future");
}

/* The hidden name between is what a crash leaves; it may even be the present checkpoint. */
Test(kept_periods, what_a_crash_left_is_replaced)
{
    char between[192];

    snprintf(between, sizeof between, "%s/.state.keeping", folder);
    fclose(fopen(between, "w"));
    keep("a", BEGIN, 2, 0);
    expect("state.hourly-20261122T21", "a");
    expect(".state.keeping", NULL);
    cr_assert_eq(link(path, between), 0);
    cr_assert_eq(msrck_periods_keep(path, 2, 0, BEGIN, true, NULL), MSRCK_OK);
    expect("state.hourly-20261122T21", "a");
    keep("b", BEGIN, 2, 0);
    expect("state.hourly-20261122T21", "b");
    expect(".state.keeping", NULL);
}

Test(kept_periods, a_failure_names_the_file_and_leaves_the_checkpoint)
{
    msrck_error error = MSRCK_ERROR_INIT;
    char place[192];

    snprintf(place, sizeof place, "mkdir -p '%s/state.hourly-20261122T21/x'", folder);
    cr_assert_eq(system(place), 0);
    write_state("a");
    cr_assert_eq(msrck_periods_keep(path, 1, 0, BEGIN, true, &error), MSRCK_SYSTEM);
    cr_assert(strstr(error.message, "state.hourly-20261122T21") != NULL, "%s", error.message);
    expect("state", "a");
    expect(".state.keeping", NULL);
}

Test(kept_periods, keys_sort_days_after_their_hours)
{
    char hour[PERIOD_KEY_SIZE], day[PERIOD_KEY_SIZE], next[PERIOD_KEY_SIZE];

    cr_assert(msrck_period_key("state.hourly-20261122T23", 5, hour));
    cr_assert(msrck_period_key("state.daily-20261122", 5, day));
    cr_assert(msrck_period_key("state.hourly-20261123T00", 5, next));
    cr_assert(strcmp(hour, day) < 0 && strcmp(day, next) < 0);
    cr_assert(!msrck_period_key("state.daily-20261122T00", 5, day));
    cr_assert(!msrck_period_key("state.hourly-20261122", 5, day));
    cr_assert(!msrck_period_key("state", 5, day));
}
