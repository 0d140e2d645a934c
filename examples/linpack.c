/* SPDX-License-Identifier: MIT */
/*
 * linpack [SIZE] [SEED] [local|static|heap] - solves A x = b as the netlib benchmark does, in the migratable format
 *
 * Few large blocks instead of many small ones. The matrix is, as asked for, a local array of the function that
 * holds it (up to 900 by 900, for the sake of an 8 MiB stack), a static one (up to 200 by 200, as in the
 * benchmark), or a block of msrck's heap. dgefa() factors and dgesl() solves through pointers into it; the
 * poll-points stand in their outer loops, and none in the kernels (daxpy and so on), which stay as fast as they
 * were.
 *
 * Matrices are stored by columns: element (row, column) is a[lda * column + row].
 */
#include <msrck/msrck.h>

#include <string.h>

#include "arguments.h"
#include "linear_algebra.h"

#define LOCAL_SIZE 900
#define STATIC_SIZE 200
#define HEAP_SIZE 4000

static double static_matrix[STATIC_SIZE * STATIC_SIZE], static_b[STATIC_SIZE];
static int static_pivots[STATIC_SIZE];

/* The system being solved. A struct of pointers, so that the functions below do not care where the arrays are. */
struct system {
    double *a, *b;
    int *pivots;
    int n;
    long seed;
};

/* ---- What msrck has to know ---- */

MSRCK_GLOBAL(static_matrix, MSRCK_ARRAY(&msrck_double, STATIC_SIZE * STATIC_SIZE));
MSRCK_GLOBAL(static_b, MSRCK_ARRAY(&msrck_double, STATIC_SIZE));
MSRCK_GLOBAL(static_pivots, MSRCK_ARRAY(&msrck_int, STATIC_SIZE));

extern const msrck_type system_type;
MSRCK_STRUCT(system_type, struct system,
    MSRCK_FIELD(struct system, a, MSRCK_POINTER(&msrck_double)),
    MSRCK_FIELD(struct system, b, MSRCK_POINTER(&msrck_double)),
    MSRCK_FIELD(struct system, pivots, MSRCK_POINTER(&msrck_int)),
    MSRCK_FIELD(struct system, n, &msrck_int),
    MSRCK_FIELD(struct system, seed, &msrck_long));

/* What dgefa() and dgesl() need at the head of their outer loops. */
struct loop_live {
    double *a, *b;
    int *pivots;
    int n, k, info;
};
extern const msrck_type loop_live_type;
MSRCK_STRUCT(loop_live_type, struct loop_live,
    MSRCK_FIELD(struct loop_live, a, MSRCK_POINTER(&msrck_double)),
    MSRCK_FIELD(struct loop_live, b, MSRCK_POINTER(&msrck_double)),
    MSRCK_FIELD(struct loop_live, pivots, MSRCK_POINTER(&msrck_int)),
    MSRCK_FIELD(struct loop_live, n, &msrck_int),
    MSRCK_FIELD(struct loop_live, k, &msrck_int),
    MSRCK_FIELD(struct loop_live, info, &msrck_int));
MSRCK_FRAME(dgefa_points, "dgefa", 0, { "column", &loop_live_type });
MSRCK_FRAME(dgesl_points, "dgesl", 0,
    { "forward elimination", &loop_live_type }, { "back substitution", &loop_live_type });

MSRCK_FRAME(solve_points, "solve", 0, { "dgefa", &system_type }, { "dgesl", &system_type });

/* Address-taken locals: the arrays of solve_local(). How long they are is said where they are. */
static const msrck_local_entry solve_local_locals[] = {
    { "a", &msrck_double }, { "b", &msrck_double }, { "pivots", &msrck_int },
};
MSRCK_FRAME_WITH_LOCALS(solve_local_points, "solve_local", 0, solve_local_locals, { "solve", NULL });

enum storage { STORAGE_LOCAL, STORAGE_STATIC, STORAGE_HEAP };
extern const msrck_type storage_type;
MSRCK_ENUM(storage_type, enum storage,
    MSRCK_ENUMERATOR(STORAGE_LOCAL), MSRCK_ENUMERATOR(STORAGE_STATIC), MSRCK_ENUMERATOR(STORAGE_HEAP));

struct run_live {
    struct system system;
    enum storage storage;
};
extern const msrck_type run_live_type;
MSRCK_STRUCT(run_live_type, struct run_live,
    MSRCK_FIELD(struct run_live, system, &system_type),
    MSRCK_FIELD(struct run_live, storage, &storage_type));
MSRCK_FRAME(run_points, "run", 0, { "solve", &run_live_type }, { "solve_local", &run_live_type });

/* ---- Factoring and solving ---- */

/* Gaussian elimination with partial pivoting. Returns 0, or the number of the last zero pivot, counted from 1. */
static int dgefa(double *a, int n, int *pivots)
{
    int k = 0, info = 0;

    if (MSRCK_UNLIKELY(msrck_flag)) {
        struct loop_live live = { a, NULL, pivots, n, 0, 0 };
        switch (msrck_enter(&dgefa_points, &live)) {
        case 1:
            a = live.a;
            pivots = live.pivots;
            n = live.n;
            k = live.k;
            info = live.info;
            goto column;
        case MSRCK_LEAVE:
            return 0;
        default:
            break;
        }
    }
    for (k = 0; k < n; k++) {
column:
        if (MSRCK_UNLIKELY(msrck_flag)
            && msrck_at_point(&dgefa_points, 1, &(struct loop_live){ a, NULL, pivots, n, k, info }))
            return 0;
        if (!eliminate(a, n, k, pivots))
            info = k + 1;
    }
    return info;
}

/* Solves with the factors of dgefa(); b becomes the solution. */
static void dgesl(double *a, int n, int *pivots, double *b)
{
    int k = 0;

    if (MSRCK_UNLIKELY(msrck_flag)) {
        struct loop_live live = { a, b, pivots, n, 0, 0 };
        int point = msrck_enter(&dgesl_points, &live);
        if (point == MSRCK_LEAVE)
            return;
        a = live.a;
        b = live.b;
        pivots = live.pivots;
        n = live.n;
        k = live.k;
        if (point == 1)
            goto forward;
        if (point == 2)
            goto back;
    }
    for (k = 0; k < n - 1; k++) {
forward:
        if (MSRCK_UNLIKELY(msrck_flag)
            && msrck_at_point(&dgesl_points, 1, &(struct loop_live){ a, b, pivots, n, k, 0 }))
            return;
        forward_step(a, n, k, pivots, b);
    }
    for (k = n - 1; k >= 0; k--) {
back:
        if (MSRCK_UNLIKELY(msrck_flag)
            && msrck_at_point(&dgesl_points, 2, &(struct loop_live){ a, b, pivots, n, k, 0 }))
            return;
        back_step(a, n, k, b);
    }
}

/*
 * Generates, factors, solves and reports. The struct itself holds the live variables: no loop runs in this function, so
 * nothing is gained by having them in registers. What its pointers point to, on the stack of solve_local(), on the heap
 * or static, is there again when the poll-point is reached.
 */
static int solve(struct system system)
{
    int info = 0;

    if (MSRCK_UNLIKELY(msrck_flag)) {
        switch (msrck_enter(&solve_points, &system)) {
        case 1:
            goto factor;
        case 2:
            goto substitute;
        case MSRCK_LEAVE:
            return EXIT_FAILURE;
        default:
            break;
        }
    }
    generate_matrix(system.a, system.n, system.seed);
    generate_right_hand_side(system.a, system.n, system.b);
factor:
    info = dgefa(system.a, system.n, system.pivots);
    if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&solve_points, 1, &system))
        return EXIT_FAILURE;
    if (info != 0) {
        printf("linpack: the matrix is singular in column %d\n", info);
        return EXIT_FAILURE;
    }
substitute:
    dgesl(system.a, system.n, system.pivots, system.b);
    if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&solve_points, 2, &system))
        return EXIT_FAILURE;
    return report_solution(system.a, system.n, system.pivots, system.b, system.seed);
}

/*
 * Holds the arrays as locals. Their length has to be known when they come into being, before any live variable could be
 * taken back; so it comes with the arguments, and run() passes the real ones on resume too.
 */
static int solve_local(int n, long seed)
{
    size_t length = (size_t)n;
    double a[length * length], b[length];
    int pivots[length];
    const msrck_local list[] = { { a, length * length }, { b, length }, { pivots, length } };
    msrck_locals locals;
    int status = EXIT_FAILURE;

    /* All of it is collected: it should not depend on what was on the stack before. */
    memset(pivots, 0, sizeof pivots);
    msrck_locals_push(&locals, &solve_local_points, list);
    if (MSRCK_UNLIKELY(msrck_flag) && msrck_enter(&solve_local_points, NULL) == MSRCK_LEAVE)
        goto done;
    status = solve((struct system){ a, b, pivots, n, seed });
    if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&solve_local_points, 1, NULL))
        status = EXIT_FAILURE;
done:
    msrck_locals_pop(&locals);
    return status;
}

/* Where the arrays are, unless they are local. False when memory is out. */
static bool place(struct system *system, enum storage storage)
{
    size_t n = (size_t)system->n;

    if (storage == STORAGE_STATIC) {
        system->a = static_matrix;
        system->b = static_b;
        system->pivots = static_pivots;
    } else if (storage == STORAGE_HEAP) {
        system->a = msrck_new_array(&msrck_double, n * n);
        system->b = msrck_new_array(&msrck_double, n);
        system->pivots = msrck_new_array(&msrck_int, n);
        return system->a != NULL && system->b != NULL && system->pivots != NULL;
    }
    return true;
}

static int run(int n, long seed, enum storage storage)
{
    struct run_live live = { { NULL, NULL, NULL, n, seed }, storage };
    int status = EXIT_FAILURE;

    if (MSRCK_UNLIKELY(msrck_flag)) {
        switch (msrck_enter(&run_points, &live)) {
        case 1:
            goto call_solve;
        case 2:
            goto call_solve_local;
        case MSRCK_LEAVE:
            return EXIT_FAILURE;
        default:
            break;
        }
    }
    if (!place(&live.system, live.storage))
        return EXIT_FAILURE;
    if (live.storage == STORAGE_LOCAL)
        goto call_solve_local;
call_solve:
    status = solve(live.system);
    if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&run_points, 1, &live))
        return EXIT_FAILURE;
    if (live.storage == STORAGE_HEAP) {
        msrck_free(live.system.a);
        msrck_free(live.system.b);
        msrck_free(live.system.pivots);
    }
    return status;
call_solve_local:
    status = solve_local(live.system.n, live.system.seed);
    if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&run_points, 2, &live))
        return EXIT_FAILURE;
    return status;
}

/* The third argument to *storage, and the size that fits it to *most. */
static bool storage_argument(int argc, char **argv, enum storage *storage, long *most)
{
    const char *word = argc > 3 ? argv[3] : "local";

    if (strcmp(word, "local") == 0) {
        *storage = STORAGE_LOCAL;
        *most = LOCAL_SIZE;
    } else if (strcmp(word, "static") == 0) {
        *storage = STORAGE_STATIC;
        *most = STATIC_SIZE;
    } else if (strcmp(word, "heap") == 0) {
        *storage = STORAGE_HEAP;
        *most = HEAP_SIZE;
    } else {
        fprintf(stderr, "%s: the storage is local, static or heap, not '%s'\n", argv[0], word);
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    msrck_options options = MSRCK_OPTIONS_INIT;
    long size = 100, seed = 1, most = 0;
    enum storage storage = STORAGE_LOCAL;
    int status = EXIT_FAILURE;
    bool stopped = false;

    options.program_name = "linpack";
    if (msrck_init_options(&argc, &argv, &options) != MSRCK_OK)
        return msrck_report("linpack");
    if (!at_most_arguments(argc, argv, 3) || !storage_argument(argc, argv, &storage, &most)
        || !number_argument(argc, argv, 1, "SIZE", 1, most, &size)
        || !number_argument(argc, argv, 2, "SEED", LONG_MIN, LONG_MAX, &seed))
        return 2;
    do
        status = run((int)size, seed, storage);
    while (msrck_again());
    stopped = msrck_stopped();
    (void)msrck_finish();                                /* waits for a checkpoint that is still being written */
    /* Stopped as asked, unable to resume, or a checkpoint on the way failed: the report says which. */
    return stopped || msrck_error_result() != MSRCK_OK ? msrck_report("linpack") : status;
}
