/* SPDX-License-Identifier: MIT */
/* The sequences of the C library's random numbers across a checkpoint. Each test has a process of its own. */
#include <msrck/msrck.h>
#include <msrck/reader.h>

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[64];

static void begin(const char *resume)
{
    msrck_options options = MSRCK_OPTIONS_INIT;

    options.program_name = "library_state";
    options.resume = resume;
    options.checkpoint_to = path;
    options.no_sync = true;
    cr_assert_eq(msrck_init_options(NULL, NULL, &options), MSRCK_OK, "%s", msrck_error_message());
}

/* A checkpoint now, which the test resumes later. */
static void save(void)
{
    snprintf(path, sizeof path, "/tmp/msrck-library-state-%d", (int)getpid());
    begin(NULL);
    cr_assert_eq(msrck_checkpoint(NULL), MSRCK_OK, "%s", msrck_error_message());
    msrck_finish();
}

static void resume(void)
{
    begin(path);
    msrck_finish();
    unlink(path);
}

static void random_goes_on(void)
{
    long expected[200];

    for (int i = 0; i < 17; i++)
        random();
    save();
    for (int i = 0; i < 200; i++)
        expected[i] = i % 2 == 0 ? random() : rand();
    srand(99);
    for (int i = 0; i < 5; i++)
        random();
    resume();
    for (int i = 0; i < 200; i++)
        cr_assert_eq(i % 2 == 0 ? random() : rand(), expected[i], "number %d", i);
}

Test(library_state, the_usual_generator_goes_on)
{
    srand(4711);
    random_goes_on();
}

Test(library_state, generators_of_every_size_go_on)
{
    static const size_t sizes[] = { 8, 32, 64, 128, 256 };
    static char states[5][256] __attribute__((aligned(8)));

    for (size_t s = 0; s < 5; s++) {
        initstate(7, states[s], sizes[s]);
        random_goes_on();
    }
}

Test(library_state, taking_the_state_does_not_change_the_sequence)
{
    long first, second;

    srandom(3);
    srand48(3);
    first = random() ^ lrand48();
    second = random() ^ lrand48();
    srandom(3);
    srand48(3);
    cr_assert_eq(random() ^ lrand48(), first);
    save();
    cr_assert_eq(random() ^ lrand48(), second);
    unlink(path);
}

Test(library_state, the_48_bit_family_goes_on_with_its_own_multiplier)
{
    unsigned short parameters[7] = { 1, 2, 3, 0x1235, 0x0c3b, 0x0017, 29 };
    double expected[20];

    lcong48(parameters);
    drand48();
    save();
    for (int i = 0; i < 20; i++)
        expected[i] = drand48() + (double)mrand48();
    srand48(1);
    resume();
    for (int i = 0; i < 20; i++) {
        double number = drand48();

        cr_assert_eq(number + (double)mrand48(), expected[i], "number %d", i);
    }
}

Test(library_state, what_is_not_used_is_not_in_the_checkpoint)
{
    msrck_reader *reader = NULL;
    msrck_error error = MSRCK_ERROR_INIT;

    save();
    cr_assert_eq(msrck_reader_open(path, NULL, &reader, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(msrck_reader_variable_count(reader), 0);
    msrck_reader_close(reader);
    unlink(path);
}

Test(library_state, reserved_names_are_not_the_programs)
{
    static int number;

    begin(NULL);
    cr_assert_eq(msrck_register("msrck.number", &number, &msrck_int, 1), MSRCK_MISUSE);
    cr_assert(strstr(msrck_error_message(), "msrck.number") != NULL);
    msrck_finish();
}
