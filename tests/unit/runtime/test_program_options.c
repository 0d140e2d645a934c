/* SPDX-License-Identifier: MIT */
#include "runtime/program_options.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* Reads the words as a command line; the first is the program. The result is checked and freed by the test. */
static struct program_options options;
static msrck_error error;
static int argc;
static char *arguments[16];

static msrck_result read_words(const msrck_options *preset, const char *const *words)
{
    char **argv = arguments;

    memset(&options, 0, sizeof options);
    error = (msrck_error)MSRCK_ERROR_INIT;
    for (argc = 0; words[argc] != NULL; argc++)
        arguments[argc] = (char *)(uintptr_t)words[argc];
    arguments[argc] = NULL;
    return msrck_program_options_read(&options, preset, &argc, &argv, &error);
}

#define READ(...) read_words(NULL, (const char *const[]){ "path/to/prog", __VA_ARGS__, NULL })

Test(program_options, nothing_given_leaves_the_documented_defaults)
{
    cr_assert_eq(read_words(NULL, (const char *const[]){ "path/to/prog", NULL }), MSRCK_OK);
    cr_assert_str_eq(options.program_name, "prog");
    cr_assert_str_eq(options.checkpoint_to, "prog.msrck");
    cr_assert_eq(options.signal, SIGUSR1);
    cr_assert_null(options.resume);
    cr_assert(!options.stop && options.background == MSRCK_BACKGROUND_AUTO && options.at == 0);
    cr_assert_eq(options.codec.codec, msrck_codec_default().codec);
    cr_assert_eq(options.codec.filter, FILTER_SPLIT);
    msrck_program_options_free(&options);
}

Test(program_options, our_options_are_taken_out_and_all_others_stay_in_order)
{
    cr_assert_eq(READ("a", "--resume", "r", "-b", "--checkpoint-to=t", "--checkpoint-stop", "c", "--", "--checkpoint-stop", "d"), MSRCK_OK);
    cr_assert_eq(argc, 7);
    cr_assert_str_eq(arguments[1], "a");
    cr_assert_str_eq(arguments[2], "-b");
    cr_assert_str_eq(arguments[3], "c");
    cr_assert_str_eq(arguments[4], "--");
    cr_assert_str_eq(arguments[5], "--checkpoint-stop");
    cr_assert_str_eq(arguments[6], "d");
    cr_assert_null(arguments[7]);
    cr_assert_str_eq(options.resume, "r");
    cr_assert_str_eq(options.checkpoint_to, "t");
    cr_assert(options.stop);
    msrck_program_options_free(&options);
}

Test(program_options, every_option_sets_its_member)
{
    cr_assert_eq(READ("--checkpoint-signal=SIGUSR2", "--checkpoint-in-place", "--checkpoint-all", "--checkpoint-null-untracked",
                      "--checkpoint-no-provenance", "--checkpoint-no-sync", "--checkpoint-at=18446744073709551615", "--checkpoint-codec=zlib:9",
                      "--checkpoint-threads=3", "--checkpoint-exit-status=75"), MSRCK_OK, "%s", error.message);
    cr_assert_eq(options.signal, SIGUSR2);
    cr_assert(options.background == MSRCK_BACKGROUND_NEVER && options.everything && options.null_untracked && options.no_provenance && options.no_sync);
    cr_assert_eq(options.at, UINT64_MAX);
    cr_assert_eq(options.codec.level, 9);
    cr_assert_eq(options.threads, 3);
    cr_assert_eq(options.exit_status, 75);
    cr_assert_eq(argc, 1);
    msrck_program_options_free(&options);
}

Test(program_options, the_environment_overrides_the_preset_and_the_command_line_both)
{
    msrck_options preset = MSRCK_OPTIONS_INIT;

    preset.stop = true;
    preset.at = 1;
    preset.checkpoint_to = "preset";
    setenv("MSRCK_CHECKPOINT_AT", "2", 1);
    setenv("MSRCK_CHECKPOINT_TO", "variable", 1);
    setenv("MSRCK_CHECKPOINT_STOP", "no", 1);
    setenv("MSRCK_RESUME", "", 1);
    cr_assert_eq(read_words(&preset, (const char *const[]){ "p", "--checkpoint-to=line", NULL }), MSRCK_OK);
    cr_assert_not(options.stop);
    cr_assert_eq(options.at, 2);
    cr_assert_str_eq(options.checkpoint_to, "line");
    cr_assert_null(options.resume, "an empty variable counts as not set");
    msrck_program_options_free(&options);
}

Test(program_options, what_is_wrong_is_named)
{
    static const char *const wrong[][2] = {
        { "--checkpoint-soon", "--checkpoint-soon" }, { "--checkpoint-at=-1", "--checkpoint-at" }, { "--checkpoint-at=99999999999999999999", "9999" },
        { "--checkpoint-stop=perhaps", "perhaps" }, { "--checkpoint-threads=4000000000", "--checkpoint-threads" }, { "--resume", "--resume" },
        { "--resume=", "--resume" }, { "--checkpoint-codec=zlib:10", "1 to 9" }, { "--checkpoint-codec=zlib:", "zlib" },
        { "--checkpoint-codec=gzip", "gzip" }, { "--checkpoint-exit-status=256", "256" }, { "--checkpoint-signal=65", "--checkpoint-signal" },
    };
    size_t w;

    for (w = 0; w < sizeof wrong / sizeof wrong[0]; w++) {
        cr_expect_eq(READ(wrong[w][0]), MSRCK_MISUSE, "%s", wrong[w][0]);
        cr_expect(strstr(error.message, wrong[w][1]) != NULL, "%s: %s", wrong[w][0], error.message);
        cr_expect_str_eq(arguments[1], wrong[w][0], "the arguments are as they were");
        msrck_program_options_free(&options);
    }
}

Test(program_options, an_option_name_must_match_whole)
{
    cr_assert_eq(READ("--resumes=x", "--resume-later", "--checkpoint"), MSRCK_OK);
    cr_assert_eq(argc, 4, "none of these is ours");
    cr_assert_null(options.resume);
    msrck_program_options_free(&options);
    cr_assert_eq(READ("--checkpoint-t=x"), MSRCK_MISUSE, "no abbreviations");
    msrck_program_options_free(&options);
}

Test(program_options, signals_have_names_and_numbers)
{
    int number = 0;

    cr_assert(msrck_signal_parse("SIGHUP", &number) && number == SIGHUP);
    cr_assert(msrck_signal_parse("usr2", &number) && number == SIGUSR2);
    cr_assert(msrck_signal_parse("12", &number) && number == 12);
    cr_assert(msrck_signal_parse("none", &number) && number == -1);
    cr_assert_not(msrck_signal_parse("0", &number));
    cr_assert_not(msrck_signal_parse("", &number));
    cr_assert_not(msrck_signal_parse("SIG", &number));
}

Test(program_options, policies_take_times_with_units_and_shares)
{
    cr_assert_eq(READ("--checkpoint-every=10m", "--checkpoint-spacing", "0.5", "--checkpoint-overhead=2.5%", "--checkpoint-deadline=2h",
                      "--checkpoint-keep=4", "--checkpoint-timings=-", "--checkpoint-attempts=0", "--checkpoint-stop-signal=TERM"), MSRCK_OK, "%s",
                 error.message);
    cr_assert_eq(options.every, 600000000000ULL);
    cr_assert_eq(options.spacing, 500000000ULL);
    cr_assert_float_eq(options.overhead, 2.5, 1e-12);
    cr_assert_eq(options.deadline.kind, DEADLINE_AFTER);
    cr_assert_eq(options.deadline.time, 7200000000000ULL);
    cr_assert_eq(options.keep, 4);
    cr_assert_str_eq(options.timings, "-");
    cr_assert_eq(options.attempts, 0);
    cr_assert_eq(options.stop_signal, SIGTERM);
    cr_assert_eq(argc, 1);
    msrck_program_options_free(&options);
}

Test(program_options, the_last_word_on_the_background_counts)
{
    msrck_options preset = MSRCK_OPTIONS_INIT;

    cr_assert_eq(READ("--checkpoint-background=always", "--checkpoint-in-place"), MSRCK_OK);
    cr_assert_eq(options.background, MSRCK_BACKGROUND_NEVER);
    msrck_program_options_free(&options);
    cr_assert_eq(READ("--checkpoint-in-place", "--checkpoint-background=always"), MSRCK_OK);
    cr_assert_eq(options.background, MSRCK_BACKGROUND_ALWAYS);
    msrck_program_options_free(&options);
    preset.in_place = true;
    cr_assert_eq(read_words(&preset, (const char *const[]){ "prog", NULL }), MSRCK_OK);
    cr_assert_eq(options.background, MSRCK_BACKGROUND_NEVER);
    msrck_program_options_free(&options);
    preset.background = MSRCK_BACKGROUND_ALWAYS;
    cr_assert_eq(read_words(&preset, (const char *const[]){ "prog", NULL }), MSRCK_OK);
    cr_assert_eq(options.background, MSRCK_BACKGROUND_ALWAYS);
    msrck_program_options_free(&options);
    cr_assert_eq(read_words(&preset, (const char *const[]){ "prog", "--checkpoint-in-place=no", NULL }), MSRCK_OK);
    cr_assert_eq(options.background, MSRCK_BACKGROUND_AUTO);
    msrck_program_options_free(&options);
    preset.background = (msrck_background)4;
    cr_assert_eq(read_words(&preset, (const char *const[]){ "prog", NULL }), MSRCK_MISUSE);
    msrck_program_options_free(&options);
}

Test(program_options, a_preset_of_version_two_ends_before_the_control_socket)
{
    msrck_options preset = MSRCK_OPTIONS_INIT;

    preset.version = 2;
    preset.control = "/never";
    preset.no_control = true;
    preset.background = MSRCK_BACKGROUND_NEVER;
    preset.keep_hourly = preset.keep_daily = 5;
    cr_assert_eq(read_words(&preset, (const char *const[]){ "prog", NULL }), MSRCK_OK);
    cr_assert(options.control == NULL && !options.no_control && options.keep_hourly == 0 && options.keep_daily == 0);
    cr_assert_eq(options.background, MSRCK_BACKGROUND_AUTO);
    msrck_program_options_free(&options);
    preset.version = 3;
    cr_assert_eq(read_words(&preset, (const char *const[]){ "prog", "--checkpoint-keep-daily=2", NULL }), MSRCK_OK);
    cr_assert(options.no_control && options.keep_hourly == 5 && options.keep_daily == 2);
    cr_assert_str_eq(options.control, "/never");
    msrck_program_options_free(&options);
}

Test(program_options, what_a_resume_takes_is_preset_since_version_four)
{
    msrck_options preset = MSRCK_OPTIONS_INIT;

    preset.any_pointers = true;
    preset.resume_report = "report";
    preset.resume_key = "key";
    preset.resume_map = "a=b\nc=d";
    preset.max_metadata = 1;
    preset.max_chunk = 2;
    preset.max_blocks = 3;
    preset.max_memory = 4;
    cr_assert_eq(read_words(&preset, (const char *const[]){ "prog", "--resume-map=e=f", "--checkpoint-max-blocks=5", NULL }), MSRCK_OK);
    cr_assert(options.any_pointers);
    cr_assert_str_eq(options.resume_report, "report");
    cr_assert_str_eq(options.resume_key, "key");
    cr_assert_str_eq(options.resume_map, "a=b\nc=d\ne=f");
    cr_assert(options.limits.metadata_bytes == 1 && options.limits.chunk_bytes == 2 && options.limits.blocks == 5 &&
              options.limits.memory_bytes == 4);
    msrck_program_options_free(&options);
    cr_assert_eq(read_words(&preset, (const char *const[]){ "prog", "--resume-pointers=checked", NULL }), MSRCK_OK);
    cr_assert_not(options.any_pointers);
    msrck_program_options_free(&options);
    cr_assert_eq(read_words(&preset, (const char *const[]){ "prog", "--resume-pointers=some", NULL }), MSRCK_MISUSE);
    msrck_program_options_free(&options);
    preset.version = 3;
    cr_assert_eq(read_words(&preset, (const char *const[]){ "prog", NULL }), MSRCK_OK);
    cr_assert(!options.any_pointers && options.resume_report == NULL && options.resume_map == NULL);
    msrck_program_options_free(&options);
    preset.version = 4;
    preset.resume_map = "a=b\nc";
    cr_assert_eq(read_words(&preset, (const char *const[]){ "prog", NULL }), MSRCK_MISUSE);
    msrck_program_options_free(&options);
}

Test(program_options, durations_are_decimal_and_bounded)
{
    uint64_t value;

    cr_assert(msrck_duration_parse("1.5", &value) && value == 1500000000ULL);
    cr_assert(msrck_duration_parse("0.000000001s", &value) && value == 1);
    cr_assert(msrck_duration_parse("1d", &value) && value == 86400000000000ULL);
    cr_assert(msrck_duration_parse("8000000000", &value));
    cr_assert(!msrck_duration_parse("8000000001", &value));
    cr_assert(!msrck_duration_parse("8000000000d", &value));
    cr_assert(!msrck_duration_parse("1,5", &value));
    cr_assert(!msrck_duration_parse(" 1", &value));
    cr_assert(!msrck_duration_parse("", &value));
    cr_assert(!msrck_duration_parse("1 s", &value));
}

Test(program_options, the_batch_system_gives_the_deadline_where_there_is_one)
{
    struct deadline deadline;

    unsetenv("SLURM_JOB_END_TIME");
    cr_assert(msrck_deadline_parse("auto", &deadline) && deadline.kind == DEADLINE_NONE);
    setenv("SLURM_JOB_END_TIME", "1800000000", 1);
    cr_assert(msrck_deadline_parse("auto", &deadline) && deadline.kind == DEADLINE_AT && deadline.time == 1800000000000000000ULL);
    setenv("SLURM_JOB_END_TIME", "soon", 1);
    cr_assert(!msrck_deadline_parse("auto", &deadline));
    cr_assert(msrck_deadline_parse("@5.25", &deadline) && deadline.kind == DEADLINE_AT && deadline.time == 5250000000ULL);
}

Test(program_options, a_preset_of_version_one_ends_before_the_policies)
{
    msrck_options preset = MSRCK_OPTIONS_INIT;

    preset.every = 1;
    preset.keep = 7;
    preset.timings = "never";
    preset.attempts = -1;
    preset.version = 1;
    cr_assert_eq(read_words(&preset, (const char *const[]){ "prog", NULL }), MSRCK_OK);
    cr_assert(options.every == 0 && options.keep == 0 && options.timings == NULL && options.attempts == 3);
    msrck_program_options_free(&options);
    preset.version = 2;
    cr_assert_eq(read_words(&preset, (const char *const[]){ "prog", NULL }), MSRCK_OK);
    cr_assert(options.every == 1000000000ULL && options.keep == 7 && options.attempts == 0);
    cr_assert_str_eq(options.timings, "never");
    msrck_program_options_free(&options);
    preset.overhead = -1;
    cr_assert_eq(read_words(&preset, (const char *const[]){ "prog", NULL }), MSRCK_MISUSE);
    msrck_program_options_free(&options);
}
