/* SPDX-License-Identifier: MIT */
/*
 * streams [WHAT] - streams of every mode in globals, used a little at each of six rounds with a poll-point; prints at the
 * end what it read. WHAT adds a stream that a checkpoint refuses, or makes standard streams part of the state.
 */
#include <msrck/msrck.h>

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define ROUNDS 6

static FILE *in, *out, *both, *log_file, *odd, *device;
static FILE *standard[4];
static int round_number;
static char read_so_far[512];

MSRCK_GLOBAL(in, MSRCK_POINTER(&msrck_stream));
MSRCK_GLOBAL(out, MSRCK_POINTER(&msrck_stream));
MSRCK_GLOBAL(both, MSRCK_POINTER(&msrck_stream));
MSRCK_GLOBAL(log_file, MSRCK_POINTER(&msrck_stream));
MSRCK_GLOBAL(odd, MSRCK_POINTER(&msrck_stream));
MSRCK_GLOBAL(device, MSRCK_POINTER(&msrck_stream));
MSRCK_GLOBAL(standard, MSRCK_ARRAY(MSRCK_POINTER(&msrck_stream), 4));
MSRCK_GLOBAL(round_number, &msrck_int);
MSRCK_GLOBAL(read_so_far, MSRCK_ARRAY(&msrck_char, 512));

static void note(const char *what, int value)
{
    size_t length = strlen(read_so_far);

    snprintf(read_so_far + length, sizeof read_so_far - length, "%s=%d ", what, value);
}

/* False when a file cannot be opened. */
static bool open_all(const char *what)
{
    in = msrck_fopen("in", "r");
    out = msrck_fopen("out", "w");
    both = msrck_fopen("both", "w+b");
    log_file = msrck_fopen("log", "a");
    device = msrck_fopen("/dev/zero", "re");
    if (strcmp(what, "tmpfile") == 0)
        odd = tmpfile();
    else if (strcmp(what, "popen") == 0)
        odd = popen("cat >/dev/null", "w");
    else if (strcmp(what, "fifo") == 0)
        odd = msrck_fopen("fifo", "r+");
    else if (strcmp(what, "moved") == 0)
        rename("out", "out.old");
    else if (strcmp(what, "freopen") == 0)
        standard[3] = msrck_freopen("printed", "w", stdout);
    else if (strcmp(what, "stdin") == 0)
        msrck_track_stream(stdin, NULL, NULL);
    standard[0] = stdin;
    standard[1] = stdout;
    standard[2] = stderr;
    setvbuf(log_file, NULL, _IOLBF, 0);
    return in != NULL && out != NULL && both != NULL && log_file != NULL && device != NULL;
}

/* Something that only the stream itself remembers stands open at every poll-point. */
static void use_all(const char *what)
{
    fprintf(out, "round %d of out\n", round_number);
    fprintf(log_file, "round %d of ", round_number);
    fprintf(log_file, "the log\n");
    note("in", getc(in));
    if (round_number == 1)
        ungetc('#', in);                                 /* not what stands there */
    if (round_number == 4) {
        while (getc(in) != EOF)
            ;
        note("eof", feof(in) != 0);
    }
    if (round_number == 5)
        note("still eof", feof(in) != 0);
    if (round_number == 2) {
        note("put into in", putc('x', in));
        note("error", ferror(in) != 0);
    }
    fseek(both, 0, SEEK_END);                            /* written bytes stay: see msrck.h, "Open files" */
    fprintf(both, "%c", 'a' + round_number);
    if (round_number % 2 == 1) {
        fseek(both, -2, SEEK_CUR);
        note("both", getc(both));
    }
    note("device", getc(device));
    if (strcmp(what, "stdin") == 0)
        note("stdin", getc(stdin));
    if (strcmp(what, "piped") != 0)
        fprintf(standard[1], "round %d\n", round_number);
}

static void report(void)
{
    note("in at", (int)ftell(in));
    note("in error", ferror(in) != 0);
    note("both at", (int)ftell(both));
    note("log lines", fputs("end\n", log_file) >= 0);
    if (standard[0] != stdin || standard[1] != stdout || standard[2] != stderr)
        note("standard streams are others", 1);
    fprintf(standard[2], "%s\n", read_so_far);
}

int main(int argc, char **argv)
{
    msrck_options options = MSRCK_OPTIONS_INIT;
    const char *what = "";
    int status = EXIT_SUCCESS;

    options.program_name = "streams";
    if (msrck_init_options(&argc, &argv, &options) != MSRCK_OK)
        return msrck_report("streams");
    what = argc > 1 ? argv[1] : "";
    if (!msrck_resumed() && !open_all(what))
        return 99;
    for (; round_number < ROUNDS; round_number++) {
        if (msrck_poll())
            return msrck_error_result() != MSRCK_OK ? msrck_report("streams") : msrck_exit_status();
        use_all(what);
    }
    report();
    if (msrck_fclose(in) != 0 || msrck_fclose(out) != 0 || msrck_fclose(both) != 0 || msrck_fclose(log_file) != 0)
        status = 98;
    (void)msrck_finish();
    return msrck_error_result() != MSRCK_OK ? msrck_report("streams") : status;
}
