/* SPDX-License-Identifier: MIT */
/* What msrck_init() checks of the program's tables, and the order of calls. Each test has a process of its own. */
#include <msrck/msrck.h>

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A program whose linker sections hold just these entries; NULL-terminated arrays. */
static msrck_result init_with_globals(const msrck_global_entry *const *globals, size_t count)
{
    msrck_program program;

    memset(&program, 0, sizeof program);
    program.globals = globals;
    program.globals_end = globals + count;
    return msrck_init_with(NULL, NULL, NULL, &program);
}

static msrck_result init_with_frames(const msrck_frame_table *const *frames, size_t count)
{
    msrck_program program;

    memset(&program, 0, sizeof program);
    program.frames = frames;
    program.frames_end = frames + count;
    return msrck_init_with(NULL, NULL, NULL, &program);
}

static int number;
static long other;

Test(session, a_global_described_with_another_type_is_refused_by_name)
{
    static const msrck_global_entry wrong = { "number", &number, &msrck_uint, sizeof number, MSRCK_NATIVE(number), NULL };

    cr_assert_eq(init_with_globals((const msrck_global_entry *const[]){ &wrong }, 1), MSRCK_MISUSE);
    cr_assert(strstr(msrck_error_message(), "number") != NULL, "%s", msrck_error_message());
    cr_assert_eq(msrck_finish(), 0);
}

Test(session, two_globals_of_one_name_are_refused)
{
    static const msrck_global_entry one = { "same", &number, &msrck_int, sizeof number, MSRCK_NATIVE(number), NULL };
    static const msrck_global_entry two = { "same", &other, &msrck_long, sizeof other, MSRCK_NATIVE(other), NULL };

    cr_assert_eq(init_with_globals((const msrck_global_entry *const[]){ &one, &two }, 2), MSRCK_MISUSE);
    cr_assert(strstr(msrck_error_message(), "'same'") != NULL, "%s", msrck_error_message());
}

Test(session, two_frame_tables_of_one_function_are_refused)
{
    static const msrck_point points[] = { { "only", NULL } };
    static const msrck_frame_table one = { "f", points, 1, 1, NULL, 0 }, two = { "f", points, 1, 0, NULL, 0 };

    cr_assert_eq(init_with_frames((const msrck_frame_table *const[]){ &one, &two }, 2), MSRCK_MISUSE);
    cr_assert(strstr(msrck_error_message(), "'f'") != NULL, "%s", msrck_error_message());
}

Test(session, live_variables_have_to_be_a_struct)
{
    static const msrck_point points[] = { { "only", &msrck_int } };
    static const msrck_frame_table table = { "f", points, 1, 1, NULL, 0 };

    cr_assert_eq(init_with_frames((const msrck_frame_table *const[]){ &table }, 1), MSRCK_MISUSE);
}

Test(session, calls_out_of_order_are_misuse_and_harmless)
{
    cr_assert_null(msrck_new(&msrck_int));
    cr_assert_eq(msrck_error_result(), MSRCK_MISUSE);
    cr_assert_eq(msrck_register("x", &number, &msrck_int, 1), MSRCK_MISUSE);
    cr_assert_eq(msrck_checkpoint("nowhere"), MSRCK_MISUSE);
    cr_assert_eq(msrck_poll_now(), 0);
    cr_assert_not(msrck_again());
    cr_assert_not(msrck_resumed());
    cr_assert_null(msrck_checkpoint_path());
    msrck_free(NULL);
    cr_assert_eq(msrck_finish(), 0);
    cr_assert_eq(msrck_init(NULL, NULL), MSRCK_OK);
    cr_assert_eq(msrck_error_result(), MSRCK_OK, "a session begins without failures");
    cr_assert_eq(msrck_init(NULL, NULL), MSRCK_MISUSE);
    cr_assert_eq(msrck_finish(), 0);
    cr_assert_eq(msrck_init(NULL, NULL), MSRCK_OK, "after the end another session may begin");
    cr_assert_eq(msrck_finish(), 0);
}

static volatile sig_atomic_t former_calls;

static void former(int signal_number)
{
    (void)signal_number;
    former_calls++;
}

Test(session, the_signal_sets_the_flag_and_the_former_handler_comes_back)
{
    signal(SIGUSR1, former);
    cr_assert_eq(msrck_init(NULL, NULL), MSRCK_OK);
    raise(SIGUSR1);
    cr_assert_neq(msrck_flag, 0);
    cr_assert_eq(former_calls, 0);
    cr_assert_eq(msrck_finish(), 0);
    cr_assert_eq(msrck_flag, 0);
    raise(SIGUSR1);
    cr_assert_eq(former_calls, 1);
}

Test(session, variables_overlap_neither_in_name_nor_in_memory)
{
    static int array[4];

    cr_assert_eq(msrck_init(NULL, NULL), MSRCK_OK);
    cr_assert_eq(msrck_register("array", array, &msrck_int, 4), MSRCK_OK);
    cr_assert_eq(msrck_register("array", &number, &msrck_int, 1), MSRCK_MISUSE);
    cr_assert_eq(msrck_register("part", array + 1, &msrck_int, 1), MSRCK_MISUSE);
    cr_assert(strstr(msrck_error_message(), "part") != NULL, "%s", msrck_error_message());
    cr_assert_eq(msrck_register("none", &number, &msrck_int, 0), MSRCK_MISUSE);
    cr_assert_eq(msrck_register("", &number, &msrck_int, 1), MSRCK_MISUSE);
    cr_assert_eq(msrck_unregister("part"), MSRCK_MISUSE);
    cr_assert_eq(msrck_unregister("array"), MSRCK_OK);
    cr_assert_eq(msrck_register("part", array + 1, &msrck_int, 1), MSRCK_OK);
    cr_assert_eq(msrck_unregister_block(array), MSRCK_MISUSE);
    cr_assert_eq(msrck_restore(), MSRCK_OK, "nothing to resume");
    cr_assert_eq(msrck_finish(), 0);
}

Test(session, report_prints_one_line_and_returns_the_class, .init = cr_redirect_stderr)
{
    msrck_options options = MSRCK_OPTIONS_INIT;

    options.resume = "absent/file";
    cr_assert_eq(msrck_init_options(NULL, NULL, &options), MSRCK_SYSTEM);
    cr_assert_eq(msrck_report("prog"), 3);
    fflush(stderr);
    cr_assert_stderr_eq_str("prog: cannot open absent/file: No such file or directory\n");
}

Test(session, a_reader_that_is_gone_fails_the_checkpoint_and_nothing_else)
{
    int ends[2], kept = dup(STDOUT_FILENO);

    cr_assert_eq(msrck_init(NULL, NULL), MSRCK_OK);
    cr_assert_eq(pipe(ends), 0);
    cr_assert_geq(dup2(ends[1], STDOUT_FILENO), 0);
    close(ends[0]);
    cr_assert_eq(msrck_checkpoint("-"), MSRCK_SYSTEM);
    dup2(kept, STDOUT_FILENO);
    cr_assert(strstr(msrck_error_message(), "Broken pipe") != NULL, "%s", msrck_error_message());
    cr_assert_eq(msrck_checkpoint_count(), 0);
    cr_assert_eq(msrck_finish(), 0);
}

Test(session, a_finished_checkpoint_gives_its_numbers)
{
    char path[] = "/tmp/msrck_session_XXXXXX";
    int descriptor = mkstemp(path);
    msrck_checkpoint_report report;

    close(descriptor);
    cr_assert_eq(msrck_init(NULL, NULL), MSRCK_OK);
    msrck_last_report(&report);
    cr_assert_eq(report.blocks, 0);
    cr_assert_eq(msrck_register("number", &number, &msrck_int, 1), MSRCK_OK);
    cr_assert_eq(msrck_checkpoint(path), MSRCK_OK, "%s", msrck_error_message());
    msrck_last_report(&report);
    cr_assert(report.blocks == 1 && report.live_bytes == sizeof number && report.raw_bytes == 4 && report.file_bytes > 4);
    cr_assert(report.mode == MSRCK_MODE_IN_PLACE && report.total_ns > 0 && report.pause_ns >= report.total_ns);
    cr_assert(report.total_ns >= report.mark_ns + report.encode_ns + report.compress_ns + report.write_ns);
    cr_assert_str_eq(msrck_checkpoint_path(), path);
    cr_assert_eq(msrck_finish(), 0);
    unlink(path);
}

/* A program that was built before the report grew has room for what there was then, and one of a later version has more. */
Test(session, a_report_is_as_long_as_the_caller_knows_it)
{
    struct {
        msrck_checkpoint_report report;
        uint64_t more;
    } room;
    char path[] = "/tmp/msrck_session_XXXXXX";

    close(mkstemp(path));
    cr_assert_eq(msrck_init(NULL, NULL), MSRCK_OK);
    cr_assert_eq(msrck_register("number", &number, &msrck_int, 1), MSRCK_OK);
    cr_assert_eq(msrck_checkpoint(path), MSRCK_OK, "%s", msrck_error_message());
    memset(&room, 0x55, sizeof room);
    (msrck_last_report)(&room.report);
    cr_assert(room.report.blocks == 1 && room.report.compress_ns == UINT64_C(0x5555555555555555));
    memset(&room, 0x55, sizeof room);
    msrck_last_report_sized(&room.report, sizeof room);
    cr_assert(room.report.mode == MSRCK_MODE_IN_PLACE && room.more == 0);
    cr_assert_eq(msrck_finish(), 0);
    unlink(path);
}

Test(session, a_wish_is_taken_once_and_the_largest_holds)
{
    char *arguments[] = { "prog", "--checkpoint-stop-signal=USR2", "--checkpoint-exit-status=85", NULL };
    char **argv = arguments;
    int argc = 3;

    cr_assert_eq(msrck_take_wish(), MSRCK_WISH_NOTHING);
    cr_assert_eq(msrck_init(&argc, &argv), MSRCK_OK, "%s", msrck_error_message());
    cr_assert_eq(msrck_take_wish(), MSRCK_WISH_NOTHING);
    msrck_request();
    cr_assert_eq(msrck_take_wish(), MSRCK_WISH_SAVE);
    cr_assert_eq(msrck_take_wish(), MSRCK_WISH_NOTHING);
    raise(SIGUSR2);
    msrck_request();
    cr_assert_eq(msrck_take_wish(), MSRCK_WISH_STOP);
    cr_assert_eq(msrck_take_wish(), MSRCK_WISH_NOTHING);
    cr_assert_eq(msrck_checkpoint_count(), 0);
    cr_assert_not(msrck_stopped());
    cr_assert_eq(msrck_exit_status(), 0);
    msrck_stop();
    cr_assert(msrck_stopped());
    cr_assert_eq(msrck_exit_status(), 85);
    cr_assert_eq(msrck_finish(), 85);
}
