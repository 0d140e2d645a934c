/* SPDX-License-Identifier: MIT */
/*
 * msrck/msrck.h - making a C program checkpointable, and resuming it on any machine
 *
 * ## Purpose
 *
 * A program describes its types (msrck/types.h), says which variables are its state, and offers points at which a checkpoint may be taken. msrck does
 * the rest: it collects the graph of memory blocks, writes it to a file that holds nothing of this machine, and rebuilds it in a process of the same program
 * anywhere else.
 *
 * ## The short way: all state registered
 *
 *     static double grid[64][64]; static int step;
 *     MSRCK_GLOBAL(grid, MSRCK_ARRAY(MSRCK_ARRAY(&msrck_double, 64), 64));
 *     MSRCK_GLOBAL(step, &msrck_int);
 *
 *     int main(int argc, char **argv)
 *     {
 *         if (msrck_init(&argc, &argv) != MSRCK_OK)
 *             return msrck_report(argv[0]);
 *         if (!msrck_resumed())
 *             initialise();
 *         for (; step < 1000; step++) {
 *             if (msrck_poll())
 *                 return msrck_exit_status();
 *             advance();
 *         }
 *         ...
 *         return msrck_finish();
 *     }
 *
 * ## The long way: poll-points anywhere in the calls
 *
 * Functions in the migratable format keep their position too: see "Frames" below and examples/bitonic.c. Such a program gives its name in msrck_options, since the name
 * of the executable often differs between machines and a checkpoint is refused by a program of another name.
 *
 * ## Failures
 *
 * A checkpoint that fails leaves the program running and the previous checkpoint in place; msrck_error_message() tells why. A checkpoint that cannot be gone on from
 * ends the program: msrck_poll() returns nonzero, functions in the migratable format return, msrck_stopped() is true, and msrck_report() prints the reason and returns
 * the exit code.
 *
 * ## Files
 *
 * A checkpoint is written to a temporary file beside its target, .NAME.msrck-PID-NUMBER, and renamed when it is complete and on the disk. It is removed when writing fails,
 * and when a signal whose action is the default one ends the process. What is left when a process is killed with SIGKILL, or the machine stops, is removed by the next
 * checkpoint to the same target: the writer of a temporary file holds a lock (flock) on it, and only files that nobody holds are removed.
 *
 * ## Processes
 *
 * Unless asked to work in place, a checkpoint is written by a forked process, while the program goes on. Where memory is too tight for two images of the program, should it write all of its
 * memory meanwhile, or no process is to be had, the program writes itself and waits; `background` chooses otherwise. What the machine and the control groups (version 2) have left is
 * looked at before each checkpoint. The runtime waits for the forked process at the next poll-point that finds msrck_flag set, before
 * the next checkpoint, when the program asks for results, and in msrck_finish(). A program that waits for "any child" may see it and should ignore it.
 *
 * ## Resuming
 *
 * --resume=FILE takes that checkpoint and no other. --resume=DIR takes the newest whole checkpoint of this program in the directory. --resume=auto takes checkpoint_to or, where it
 * is damaged, the first whole one of its rotated predecessors FILE.1, FILE.2, ..., then of those that were kept for hours and days; where there is none of them the program begins anew, so that the same command line works
 * for the first start and for every later one. Where there are some, but none can be used, msrck_init() fails: beginning anew would overwrite what may still be saved.
 *
 * DIR and auto verify every byte before anything is restored, and walk back past checkpoints that are damaged. They also count: each resume notes in FILE.attempts that it began, and the
 * next finished checkpoint, or msrck_finish(), removes that file. A checkpoint whose count has reached `attempts` has crashed the program that often: it is renamed
 * FILE.set-aside and the one before it is taken. A failure that msrck reports is not counted. msrck_resume_notes() tells what was passed over and why.
 *
 * --resume=- reads standard input: a checkpoint, or a program that `msrck migrate` brings. --resume=listen:ADDRESS waits for one that comes over TLS, with the key of --resume-key=FILE; the
 * program is linked with libmsrck-tls for that. A program that migrates is verified and restored as from a file, and goes on only when its source has let go (docs/migration.md). In the
 * source msrck_poll(), or msrck_stopped() behind msrck_again(), is true then, as after a checkpoint that stops, and msrck_exit_status() is 0.
 *
 * ## Pointers in a checkpoint
 *
 * A resume refuses a pointer that leads to what is not of its type, for a file that somebody made to harm could bring the program to take one thing for another. A T * may lead to a T, wherever in a block it stands, and
 * to one past an end; to an array of T and to its elements; to a struct that begins with the members of T, as structs with a common header do; to a union with such a member; to an integer of T's width;
 * characters and void * to anything; numbers to other numbers, where there are enough of them. A program that keeps other pointers, such as to a node that is only the head of a list, or to what it will cast back, says so
 * by `any_pointers` or --resume-pointers=any; programs of msrck cc do. The signatures of functions are not known, so a pointer to a function may lead to any function that a pointer of the program has been seen or registered to lead to.
 *
 * ## Policies
 *
 * Times are seconds, with a fraction if need be, or have one of the units s, m, h, d. Checkpoints asked for by `every` and `overhead` wait for each other: the later moment counts.
 * The cost of a checkpoint is measured, from the poll-point to the finished file, also where a forked process writes it: cost / (cost + time to the next) stays within `overhead`. With
 * `overhead` alone the first checkpoint, which measures, comes one second after msrck_init(). `spacing` also postpones requests by signal; it does not hold back
 * requests to stop, --checkpoint-at and msrck_checkpoint().
 *
 * Before `deadline` the program is checkpointed and stops, as with --checkpoint-stop-signal, when the time left is twice the cost of the last checkpoint and of the longest wait
 * for a poll-point, and a second. Where no checkpoint has been measured, one is taken half-way to the deadline. "auto" takes SLURM_JOB_END_TIME, where that is set.
 *
 * Policies run in a thread of their own, which sets msrck_flag when a moment has come and does nothing else: no signal interrupts the program's system calls. Without policies
 * there is no such thread.
 *
 * ## Control socket
 *
 * msrck_init() makes a socket, $XDG_RUNTIME_DIR/msrck/PID-TOKEN.control, or where that is no directory of this user in $TMPDIR/msrck-UID or /tmp/msrck-UID, directories that only the user can
 * enter. Through it the user, and root, ask for checkpoints with another destination, and get answers: `msrck checkpoint` and `msrck ps`, docs/control.md. It is served by a thread of its
 * own, which takes no signals, sleeps until somebody asks, and does nothing to the program but set msrck_flag. Forked processes close it. Where it cannot be made the program runs without
 * it, unless `control` names a directory: then msrck_init() fails. A program that goes to the background with fork() calls msrck_init() afterwards.
 *
 * Requests by the socket wait until the checkpoint that is being written is finished, without making the program wait. Those that want the same become one checkpoint. `spacing` does
 * not hold them back. Where the program asked to keep several checkpoints, one with another destination is none of them.
 *
 * ## Newer versions
 *
 * A newer version of a program resumes checkpoints of older ones. Types, fields, union members, enumerators, variables and locals are matched by name, poll-points by function and label:
 *
 * - fields and members may stand in another order; a new one gets its default (MSRCK_FIELD_DEFAULT), or zero; one that is gone is dropped (MSRCK_GLOBAL_REMOVED says so of a variable);
 *   one that was renamed says so (MSRCK_FIELD_RENAMED, MSRCK_GLOBAL_RENAMED);
 * - integers may become wider or narrower, or enums, or bit-fields, and float, double and long double each other, as long as every value fits exactly;
 * - an array may have more elements, of a variable in its first dimension: new ones get the default of the field, of their own fields, or zero; in a variable they keep what the program gave them. It may
 *   have fewer where those that go are zero;
 * - an enumerator keeps its name where its number has changed;
 * - live variables may be added and removed like fields (new ones get what their struct's fields say, or zero), locals and poll-points too.
 *
 * What would lose anything else is refused, with the path of the variable. msrck_evolution_report() tells what was done, --resume-report=FILE writes it (and, where resuming fails, why);
 * `msrck verify --program=PROGRAM CHECKPOINT` foretells both without running the program. docs/evolution.md has an example of each.
 *
 * ## Open files
 *
 * Streams from msrck_fopen(), msrck_freopen() and msrck_track_stream() are part of the state where something points to them. A checkpoint flushes what is to be written, in
 * the program itself, and holds path, mode, position, end-of-file and error flags, what ungetc() pushed back, buffering and orientation; buffers handed to setvbuf()
 * and their size are not carried. On resume the stream is opened again, without being made or emptied, and positioned; what was written after the checkpoint is cut off. Bytes before that
 * which were overwritten in place after the checkpoint are not brought back.
 *
 * A file that is gone, is shorter than it was, or was changed makes the resume fail with its path. Changed means: a file that is only read has another size, or the first bytes, those before the
 * position, or the last ones (256 KiB each, of the file's size at the checkpoint) are others. Times do not count, so files may be copied to another machine. Pipes are refused when a
 * checkpoint is taken, and so is a pointer to a stream from tmpfile(), popen() or plain fopen(); devices are opened again.
 *
 * Relative paths are looked for in the working directory of the resumed program. --resume-map=OLD=NEW looks for OLD, and for what is in the folder OLD, at NEW; it may be given several times.
 *
 * Standard output and error go on where the resumed program's lead; what the program wrote to standard output before the checkpoint is flushed. Standard input is a stream like others where it is
 * tracked, or where something points to it.
 *
 * ## The C library
 *
 * The sequences of rand() and random(), and of drand48(), lrand48() and mrand48(), go on: taken at a checkpoint where they have been used, given back when everything is restored, the
 * same on every machine. With several states (initstate(), setstate()) it is the one in use. No other thread may ask for such a number while a poll-point is executed. Not carried: locale, time zone,
 * signal handlers, getopt(), strtok() (see msrck_strtok()).
 *
 * ## Life cycle
 *
 * msrck_init() once at the start of main, msrck_finish() once at the end. Everything in between belongs to the one session of the process.
 *
 * ## Memory
 *
 * Blocks from msrck_new() and its like are tracked by themselves. Memory from elsewhere is tracked once it is registered. Pointers to anything else make a checkpoint
 * fail with the path of the pointer; the program goes on.
 *
 * ## Threads
 *
 * One thread may use this header. Others may run, as long as they touch no registered state while a poll-point is executed.
 */
#ifndef MSRCK_H
#define MSRCK_H

#include <signal.h>
#include <stdio.h>

#include <msrck/types.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* ---- Session ------------------------------------------------------------------------------------------- */

/* Whether a forked process writes checkpoints. */
typedef enum msrck_background {
    MSRCK_BACKGROUND_USUAL = 0,     /* not said: MSRCK_BACKGROUND_AUTO, but MSRCK_BACKGROUND_NEVER with in_place */
    MSRCK_BACKGROUND_AUTO = 1,      /* unless memory is too tight for it, or there is no process to be had */
    MSRCK_BACKGROUND_ALWAYS = 2,    /* a checkpoint for which there is no process fails */
    MSRCK_BACKGROUND_NEVER = 3
} msrck_background;

/* Options that a program may preset; the command line and MSRCK_* variables override them. Start with MSRCK_OPTIONS_INIT. */
typedef struct msrck_options {
    unsigned version;               /* MSRCK_OPTIONS_VERSION */
    const char *program_name;       /* stands in checkpoints, checked on resume; NULL: the last part of argv[0] */
    const char *resume;             /* --resume=FILE|DIR|auto|-|listen:ADDRESS: see "Resuming" below; NULL: start anew */
    const char *checkpoint_to;      /* --checkpoint-to=FILE: where checkpoints go; "-" is standard output; NULL: NAME.msrck in the working directory */
    int signal;                     /* --checkpoint-signal=NUMBER or NAME: requests a checkpoint; 0: SIGUSR1; -1: none */
    bool stop;                      /* --checkpoint-stop: leave the program after a checkpoint */
    bool in_place;                  /* --checkpoint-in-place: write in this process instead of a forked child */
    bool everything;                /* --checkpoint-all: collect all blocks, not only what the roots reach */
    bool null_untracked;            /* --checkpoint-null-untracked: pointers to untracked memory become NULL */
    bool no_provenance;             /* --checkpoint-no-provenance: leave out time, host and producer */
    bool no_sync;                   /* --checkpoint-no-sync: leave out fsync */
    unsigned long long at;          /* --checkpoint-at=N: request one at the N-th poll-point that is reached; 0: none */
    const char *codec;              /* --checkpoint-codec=none|zlib|zstd[:LEVEL]; NULL: the default */
    unsigned threads;               /* --checkpoint-threads=N: that compress a checkpoint, and decompress one on resume; 0: one */
    int exit_status;                /* --checkpoint-exit-status=N: msrck_exit_status() after a checkpoint that was asked to stop; default 0 */
    /* Since version 2: see "Policies" below. */
    int stop_signal;                /* --checkpoint-stop-signal=NUMBER or NAME: requests a checkpoint and the program's end; 0, -1: none */
    double every;                   /* --checkpoint-every=TIME: one so many seconds after the one before began; 0: not by time */
    double overhead;                /* --checkpoint-overhead=PERCENT: as often as that share of the run time allows; 0: no bound */
    const char *deadline;           /* --checkpoint-deadline=TIME|@EPOCH|auto: save and leave before it; NULL: none */
    double spacing;                 /* --checkpoint-spacing=TIME: at least so many seconds between checkpoints */
    unsigned keep;                  /* --checkpoint-keep=N: the newest N stay: FILE, FILE.1, ...; 0, 1: only the newest */
    const char *timings;            /* --checkpoint-timings=FILE: a line for each checkpoint is appended; "-" is standard error */
    int attempts;                   /* --checkpoint-attempts=K: crashes until --resume sets a checkpoint aside; 0: 3; -1 (option: 0): never */
    /* Since version 3. */
    const char *control;            /* --checkpoint-control=DIR: where the control socket is made; NULL: see "Control socket" */
    bool no_control;                /* --checkpoint-no-control: no control socket */
    msrck_background background;    /* --checkpoint-background=auto|always|never: see "Processes"; 0: auto, or never with in_place; the last of both options counts */
    unsigned keep_hourly;           /* --checkpoint-keep-hourly=N: the last of each of N hours stays: FILE.hourly-20261122T21 (UTC); 0: none */
    unsigned keep_daily;            /* --checkpoint-keep-daily=N: the last of each of N days stays: FILE.daily-20261122 (UTC); 0: none */
    /* Since version 4. */
    bool any_pointers;              /* --resume-pointers=any|checked: see "Pointers in a checkpoint" */
    const char *resume_report;      /* --resume-report=FILE: what a resume passed over and changed, or why it failed; "-" is standard error */
    const char *resume_map;         /* --resume-map=OLD=NEW: see "Open files"; several are lines, without a last newline; the option adds to them */
    const char *resume_key;         /* --resume-key=FILE: the key of those who may bring a program to --resume=listen: */
    unsigned long long max_metadata;    /* --checkpoint-max-metadata=SIZE: what a resumed checkpoint may ask for, in bytes; 0: as docs/service.md says */
    unsigned long long max_chunk;       /* --checkpoint-max-chunk=SIZE */
    unsigned long long max_blocks;      /* --checkpoint-max-blocks=N */
    unsigned long long max_memory;      /* --checkpoint-max-memory=SIZE */
} msrck_options;

#define MSRCK_OPTIONS_VERSION 4
#define MSRCK_OPTIONS_INIT { MSRCK_OPTIONS_VERSION, NULL, NULL, NULL, 0, false, false, false, false, false, false, 0, NULL, 0, 0, \
                             0, 0, 0, NULL, 0, 0, NULL, 0, NULL, false, MSRCK_BACKGROUND_USUAL, 0, 0, \
                             false, NULL, NULL, NULL, 0, 0, 0, 0 }

/* Everything that the macros of this module registered. */
static inline msrck_program msrck_this_program(void)
{
    msrck_program program = {
        __start_msrck_types, __stop_msrck_types, __start_msrck_functions, __stop_msrck_functions,
        __start_msrck_globals, __stop_msrck_globals, __start_msrck_frames, __stop_msrck_frames
    };
    return program;
}

/*
 * Begins the session: registers the program's tables, takes msrck's own options out of *argc and *argv (all of the form --resume=X or --checkpoint-...; "--resume X" works
 * too; nothing behind "--" is touched), installs the signal handler, and opens the checkpoint to resume.
 * With `--resume` and no frames in the file, all MSRCK_GLOBALs and the heap are restored when this returns.
 * Errors: MSRCK_MISUSE for descriptions and options, and everything that reading a checkpoint gives; msrck_error_message() tells.
 */
msrck_result msrck_init_with(int *argc, char ***argv, const msrck_options *options, const msrck_program *program);

static inline msrck_result msrck_init_options(int *argc, char ***argv, const msrck_options *options)
{
    msrck_program program = msrck_this_program();
    return msrck_init_with(argc, argv, options, &program);
}

static inline msrck_result msrck_init(int *argc, char ***argv)
{
    return msrck_init_options(argc, argv, NULL);
}

/*
 * Waits for a checkpoint that is still being written, frees the session, and returns the exit status that main should return: as msrck_exit_status(). The last failure can
 * still be asked for and reported afterwards.
 */
int msrck_finish(void);

/* True when this process goes on from a checkpoint. */
bool msrck_resumed(void);

/* The checkpoint this process goes on from; NULL when it began anew. Valid until msrck_finish(). */
const char *msrck_resume_path(void);

/*
 * What --resume=DIR and --resume=auto passed over before they found their checkpoint, or failed: a line for each, ending in a newline, with the file and the reason; "" when there is
 * nothing to tell. Borrowed; valid until the next msrck_init().
 */
const char *msrck_resume_notes(void);

/*
 * What a checkpoint of an older version of the program became in this one: see "Newer versions" above. A line for each change, ending in a newline; "" when the checkpoint
 * is of this version, or there was nothing to resume. Complete when everything is restored. Borrowed; valid until the next call, or msrck_init().
 */
const char *msrck_evolution_report(void);

/* The last failure of the session, one line; "" when there was none. Borrowed; valid until the next call of msrck. */
const char *msrck_error_message(void);
msrck_result msrck_error_result(void);

/*
 * For main, when msrck_init() failed or msrck_stopped() is true: writes "NAME: message" of the last failure, if there was one, to standard error. Returns the exit code of its
 * class - 2 misuse, 3 system, 4 corrupt or truncated, 5 not a checkpoint or unsupported, 6 limit, 7 does not fit - or msrck_exit_status() when there was none or the program
 * stopped as asked. The library prints nothing anywhere else.
 */
int msrck_report(const char *name);

/* The path of the last finished checkpoint and how many there were. */
const char *msrck_checkpoint_path(void);
unsigned long long msrck_checkpoint_count(void);

/* What the last finished checkpoint held and took. */
typedef struct msrck_checkpoint_report {
    uint64_t blocks;
    uint64_t live_bytes;            /* of the blocks in memory */
    uint64_t raw_bytes;             /* of their rows before compression */
    uint64_t file_bytes;
    uint64_t mark_ns;               /* walking the graph */
    uint64_t encode_ns;             /* making canonical rows of the blocks, and all else that is none of the others */
    uint64_t write_ns;              /* to the file, and onto the disk */
    uint64_t compress_ns;           /* regrouping, compressing and check-summing rows; of several threads the sum, which may exceed the total */
    uint64_t pause_ns;              /* that the program waited, from the poll-point on */
    uint64_t total_ns;              /* from the poll-point, or the end of the checkpoint before, to the finished file */
    uint64_t mode;                  /* msrck_mode */
} msrck_checkpoint_report;

/* Who wrote a checkpoint. */
typedef enum msrck_mode {
    MSRCK_MODE_NONE = 0,
    MSRCK_MODE_BACKGROUND = 1,      /* a forked process */
    MSRCK_MODE_IN_PLACE = 2,        /* the program: as was asked for, or it was to stop */
    MSRCK_MODE_IN_PLACE_MEMORY = 3, /* the program, since memory is too tight for two images of it */
    MSRCK_MODE_IN_PLACE_FORK = 4    /* the program, since there was no process to be had */
} msrck_mode;

/*
 * All zero when there was none. The struct may grow: the caller says how large the one is that it knows, and the macro does so for it. The function msrck_last_report()
 * is for programs that were built before the struct grew.
 */
void msrck_last_report_sized(msrck_checkpoint_report *report, size_t size);
void msrck_last_report(msrck_checkpoint_report *report);
#define msrck_last_report(report) msrck_last_report_sized((report), sizeof *(report))

/* ---- Memory -------------------------------------------------------------------------------------------- */

/* A zeroed object of the type on the typed heap. NULL when memory is out or the description is wrong (msrck_error_message tells). Free with msrck_free(). */
void *msrck_new(const msrck_type *type);
/* `count` zeroed objects, one after the other; count 0 gives a block of one. */
void *msrck_new_array(const msrck_type *type, size_t count);
/* A struct with a flexible array member of `count` elements. */
void *msrck_new_flexible(const msrck_type *type, size_t count);
/* A copy of the text in a char block of the typed heap. */
char *msrck_new_string(const char *text);
/*
 * Changes the number of elements (trailing elements of a flexible struct) of a block from the functions above; new ones are zero. The block may move; pointers to the old place
 * are the caller's to change. NULL on failure: the old block stays. A NULL block is MSRCK_MISUSE: its type would be unknown. Where the type is an array, elements are those
 * of the innermost array.
 */
void *msrck_resize(void *block, size_t count);
/* NULL is allowed. An address that is not the beginning of a live block is ignored and noted as MSRCK_MISUSE. */
void msrck_free(void *block);

/* ---- Registering memory from elsewhere ----------------------------------------------------------------- */

/*
 * A variable or array that lives as long as it is registered: `count` values of `type` at `address`, known as `name` (unique; copied). On resume, memory registered under a name of the
 * checkpoint is filled by msrck_restore().
 */
msrck_result msrck_register(const char *name, void *address, const msrck_type *type, size_t count);
msrck_result msrck_unregister(const char *name);

/* A block from malloc or elsewhere without a name. On resume such blocks come from malloc() and are registered already. */
msrck_result msrck_register_block(void *address, const msrck_type *type, size_t count);
/* Before the block is freed. */
msrck_result msrck_unregister_block(void *address);

/*
 * On resume, for programs without frames that register more than MSRCK_GLOBALs: call once after registering; fills everything. Nothing happens, MSRCK_OK, when there is nothing to resume.
 */
msrck_result msrck_restore(void);

/* ---- Streams and the C library ---------------------------------------------------------------------------- */

/*
 * As fopen(), freopen() and fclose(). The stream is part of the state: see "Open files" above. Described as MSRCK_POINTER(&msrck_stream), a FILE * may stand in any
 * variable; it comes back as the same stream. errno is EINVAL for a mode with ",ccs=", and before msrck_init().
 */
FILE *msrck_fopen(const char *path, const char *mode);
/* A `path` of NULL means the path that the stream has; it must be one of these streams then. */
FILE *msrck_freopen(const char *path, const char *mode, FILE *stream);
/* Also for other streams, and after msrck_finish(). A stream of these must not be closed by fclose(). */
int msrck_fclose(FILE *stream);

/*
 * Makes a stream that was opened in another way part of the state, as if msrck_fopen(path, mode) had opened it. For stdin, stdout and stderr the path may be NULL; it makes
 * stdin part of the state: where it is a file, the resumed program's must be the same, and is positioned.
 */
msrck_result msrck_track_stream(FILE *stream, const char *path, const char *mode);

/* As strtok(); where the next token is looked for is part of the state, and must be in memory that is tracked. */
char *msrck_strtok(char *text, const char *separators);
/* msrck_flag, the word that poll-points test, is declared in msrck/description.h; so are the tables of frames and the locals of an activation. */

/* ---- Requests and poll-points -------------------------------------------------------------------------- */

/* Asks for a checkpoint at the next poll-point, as the signal does. Async-signal-safe. */
void msrck_request(void);

int msrck_poll_now(void);

/*
 * A poll-point of a program that keeps all its state registered. Nonzero when the program has been asked to stop and the checkpoint is written: clean up and return
 * msrck_exit_status(). A checkpoint that fails is noted (msrck_error_message) and the program goes on.
 */
static inline int msrck_poll(void)
{
    return MSRCK_UNLIKELY(msrck_flag) ? msrck_poll_now() : 0;
}

/* What main returns: options.exit_status after a checkpoint that stopped the program, the exit code of msrck_report() when the program could not go on, else 0. */
int msrck_exit_status(void);

/* Takes a checkpoint here and now to `path` (NULL: the option's), in this process, for programs without frames. */
msrck_result msrck_checkpoint(const char *path);

/*
 * What signals and policies ask of a process. Of several processes that are one program, the largest holds for all.
 */
typedef enum msrck_wish {
    MSRCK_WISH_NOTHING = 0,
    MSRCK_WISH_SAVE = 1,
    MSRCK_WISH_STOP = 2             /* save, then leave */
} msrck_wish;

/*
 * A poll-point of a program of several processes, which have to agree before any of them takes a checkpoint (examples/mpi-heat). It takes the wish and does nothing about it: the
 * caller agrees with the others and calls msrck_checkpoint(), and msrck_stop() when all have succeeded and the wish was to stop. Such a program presets no_control, since nobody would
 * meet requests of the control socket for a path of their own.
 */
msrck_wish msrck_take_wish(void);

/* The program leaves as it was asked to, with its checkpoint complete: msrck_stopped() is true from here on, and msrck_exit_status() is the option's. */
void msrck_stop(void);

/* ---- Frames: the migratable format --------------------------------------------------------------------- */

/* Defines `static const msrck_frame_table identifier` for a function without address-taken locals. Points: { "label", &live_type }. */
#define MSRCK_FRAME(identifier, function_name, entry, ...) \
    static const msrck_point msrck_points_##identifier[] = { __VA_ARGS__ }; \
    static const msrck_frame_table identifier = { (function_name), msrck_points_##identifier, \
        sizeof msrck_points_##identifier / sizeof msrck_points_##identifier[0], (entry), NULL, 0 }; \
    MSRCK_SECTION_ENTRY(msrck_frames, msrck_frame_table, identifier)

/* The same with a static array of msrck_local_entry. */
#define MSRCK_FRAME_WITH_LOCALS(identifier, function_name, entry, local_table, ...) \
    static const msrck_point msrck_points_##identifier[] = { __VA_ARGS__ }; \
    static const msrck_frame_table identifier = { (function_name), msrck_points_##identifier, \
        sizeof msrck_points_##identifier / sizeof msrck_points_##identifier[0], (entry), \
        (local_table), sizeof(local_table) / sizeof((local_table)[0]) }; \
    MSRCK_SECTION_ENTRY(msrck_frames, msrck_frame_table, identifier)

/* msrck_enter: leave the function at once. */
#define MSRCK_LEAVE (-1)

/*
 * At a function's entry, when msrck_flag is set. Resuming: fills *live for this frame and returns the ordinal to go on from. A request and an entry poll-point: a
 * checkpoint begins here with *live, and MSRCK_LEAVE says to return. Otherwise 0: go on normally.
 */
int msrck_enter(const msrck_frame_table *table, void *live);

/*
 * At poll-point `point` inside a function, when msrck_flag is set; the label that a resume jumps to stands directly before the test. True: return at once (a checkpoint is being
 * collected). False: go on; when resuming, everything is restored now.
 */
bool msrck_at_point(const msrck_frame_table *table, int point, const void *live);

/* After a call that may reach a poll-point, when msrck_flag is set. True: return at once, the result of the call means nothing. */
bool msrck_leave(const msrck_frame_table *table, int point, const void *live);

/*
 * When the outermost migratable function has returned to main:
 *
 *     do
 *         result = program(argc, argv);
 *     while (msrck_again());
 *     if (msrck_stopped())
 *         return msrck_report(argv[0]);
 *
 * Writes the checkpoint whose frames are complete now. True when the function has to be called again, to go on where it left: after a checkpoint in place, or one that failed. A
 * forked child that has written ends inside this call. Going on in place needs the address-taken locals of the functions at their former addresses, which the same calls
 * from the same loop give; otherwise it fails as a resume does.
 */
bool msrck_again(void);

/* True when the program was asked to stop after a checkpoint and that is written, or when the program could not be brought back to where it was: main returns then. */
bool msrck_stopped(void);

/* ---- The paper's interfaces ---------------------------------------------------------------------------- */

typedef struct msrck_saver msrck_saver;
typedef struct msrck_restorer msrck_restorer;

/*
 * Collects roots one by one into a checkpoint at `path`. Save_pointer and Save_variable traverse from the root at once, depth first with an explicit stack; what was visited before is not saved again.
 * `name` may be NULL. The saver is freed by msrck_saver_finish() or msrck_saver_abort().
 */
msrck_result msrck_saver_new(const char *path, msrck_saver **saver, msrck_error *error);
msrck_result msrck_save_pointer(msrck_saver *saver, const char *name, const void *pointer, const msrck_type *target, msrck_error *error);
msrck_result msrck_save_variable(msrck_saver *saver, const char *name, const void *variable, const msrck_type *type, msrck_error *error);
msrck_result msrck_saver_finish(msrck_saver *saver, msrck_error *error);
void msrck_saver_abort(msrck_saver *saver);

/* Called for each block and edge in the order they are collected: a block's declared type and address, an edge's pointer value. For tests and teaching. */
typedef void msrck_trace(void *context, bool edge, const void *address);
void msrck_saver_trace(msrck_saver *saver, msrck_trace *trace, void *context);

/* Restores the roots in the order they were saved. Blocks are allocated on the typed heap. Freed by msrck_restorer_close(), restored data stay. */
msrck_result msrck_restorer_open(const char *path, msrck_restorer **restorer, msrck_error *error);
msrck_result msrck_restore_pointer(msrck_restorer *restorer, void **pointer, const msrck_type *target, msrck_error *error);
msrck_result msrck_restore_variable(msrck_restorer *restorer, void *variable, const msrck_type *type, msrck_error *error);
msrck_result msrck_restorer_close(msrck_restorer *restorer, msrck_error *error);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
