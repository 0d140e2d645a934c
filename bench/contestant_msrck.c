/* SPDX-License-Identifier: MIT */
/*
 * msrck: memory to memory through the msrm layer, so that what is timed is everything of a checkpoint but the disk: mark, translate, encode, checksum; and for restore
 * allocation, decode, resolve. With FILE: to and from a file with the default codec and two threads, or with $BENCH_CODEC and $BENCH_THREADS.
 *
 * Workloads: tree, tree-random, tree-all (collect all), graph, mix, linpack, foreign, heap, idle, pause.
 */
#include <sys/wait.h>
#include <unistd.h>

#include <msrck/msrck.h>

#include "msrm/collection.h"
#include "msrm/restoration.h"
#include "workload.h"

struct node { int value; struct node *left, *right; };
extern const msrck_type node_type;
MSRCK_STRUCT(node_type, struct node, MSRCK_FIELD(struct node, value, &msrck_int),
             MSRCK_FIELD(struct node, left, MSRCK_POINTER(&node_type)), MSRCK_FIELD(struct node, right, MSRCK_POINTER(&node_type)));

struct vertex { int64_t payload[8]; struct vertex *next[4]; };
extern const msrck_type vertex_type;
MSRCK_STRUCT(vertex_type, struct vertex, MSRCK_FIELD(struct vertex, payload, MSRCK_ARRAY(&msrck_int64, 8)),
             MSRCK_FIELD(struct vertex, next, MSRCK_ARRAY(MSRCK_POINTER(&vertex_type), 4)));

/* The paper's test_pointer, many times: a tree, an int, an array of ten ints, an array of ten pointers to int. */
struct mix { struct node *tree; int *number; int (*numbers)[10]; int *(*pointers)[10]; struct mix *next; };
extern const msrck_type mix_type;
MSRCK_STRUCT(mix_type, struct mix, MSRCK_FIELD(struct mix, tree, MSRCK_POINTER(&node_type)),
             MSRCK_FIELD(struct mix, number, MSRCK_POINTER(&msrck_int)),
             MSRCK_FIELD(struct mix, numbers, MSRCK_POINTER(MSRCK_ARRAY(&msrck_int, 10))),
             MSRCK_FIELD(struct mix, pointers, MSRCK_POINTER(MSRCK_ARRAY(MSRCK_POINTER(&msrck_int), 10))),
             MSRCK_FIELD(struct mix, next, MSRCK_POINTER(&mix_type)));

struct matrices { double *a, *b; int *pivots; };
extern const msrck_type matrices_type;
MSRCK_STRUCT(matrices_type, struct matrices, MSRCK_FIELD(struct matrices, a, MSRCK_POINTER(&msrck_double)),
             MSRCK_FIELD(struct matrices, b, MSRCK_POINTER(&msrck_double)), MSRCK_FIELD(struct matrices, pivots, MSRCK_POINTER(&msrck_int)));

static const msrck_type *const all_types[] = { &msrck_char, &msrck_uchar, &msrck_int, &msrck_double, &node_type, &vertex_type, &mix_type, &matrices_type };

/* A process's tables: what the runtime keeps in a session. */
struct process { struct ti_table *types; struct msrlt *msrlt; struct typed_heap *heap; };

static void must(msrck_result result, const msrck_error *error)
{
    if (result != MSRCK_OK) {
        fprintf(stderr, "msrck: %s\n", error->message);
        exit(1);
    }
}

static struct process process_new(void)
{
    msrck_error error = MSRCK_ERROR_INIT;
    struct process p;
    uint32_t id;

    p.types = msrck_ti_new();
    for (size_t i = 0; i < sizeof all_types / sizeof all_types[0]; i++)
        must(msrck_ti_add(p.types, all_types[i], &id, &error), &error);
    p.msrlt = msrck_msrlt_new(p.types);
    p.heap = msrck_msrlt_heap(p.msrlt);
    return p;
}

static void process_free(struct process *p)
{
    msrck_msrlt_free(p->msrlt);
    msrck_ti_free(p->types);
}

static uint32_t type_id(const struct process *p, const msrck_type *type)
{
    return msrck_ti_find_description(p->types, type);
}

static void *heap_new(const struct process *p, const msrck_type *type, uint64_t count)
{
    void *block = msrck_heap_allocate(p->heap, type_id(p, type), count);

    if (block == NULL)
        exit(3);
    return block;
}

static struct node *build_tree(const struct process *p, uint32_t n, int shuffled)
{
    struct node **nodes = must_allocate(n * sizeof *nodes), *root;
    uint32_t *left, *right, *order = make_order(n, shuffled, 42);

    make_tree_shape(n, &left, &right);
    for (uint32_t k = 0; k < n; k++)
        nodes[order[k]] = heap_new(p, &node_type, 1);
    for (uint32_t i = 0; i < n; i++) {
        nodes[i]->value = (int)(i * 2654435761u);
        nodes[i]->left = left[i] == NO_CHILD ? NULL : nodes[left[i]];
        nodes[i]->right = right[i] == NO_CHILD ? NULL : nodes[right[i]];
    }
    root = nodes[0];
    free(nodes);
    free(left);
    free(right);
    free(order);
    return root;
}

static struct vertex *build_graph(const struct process *p, uint32_t n)
{
    struct vertex **nodes = must_allocate(n * sizeof *nodes), *root;
    uint64_t seed = 7;

    for (uint32_t i = 0; i < n; i++)
        nodes[i] = heap_new(p, &vertex_type, 1);
    for (uint32_t i = 0; i < n; i++) {
        for (int k = 0; k < 8; k++)
            nodes[i]->payload[k] = (int64_t)random_next(&seed);
        nodes[i]->next[0] = nodes[(i + 1) % n];
        for (int k = 1; k < 4; k++)
            nodes[i]->next[k] = nodes[random_next(&seed) % n];
    }
    root = nodes[0];
    free(nodes);
    return root;
}

static struct mix *build_mix(const struct process *p, size_t instances)
{
    struct mix *first = NULL;

    for (size_t i = 0; i < instances; i++) {
        struct mix *m = heap_new(p, &mix_type, 1);

        m->tree = build_tree(p, 4, 0);
        m->number = heap_new(p, &msrck_int, 1);
        *m->number = (int)i;
        m->numbers = heap_new(p, &msrck_int, 10);
        m->pointers = msrck_heap_allocate(p->heap, msrck_ti_find_name(p->types, "int *"), 10);
        for (int k = 0; k < 10; k++) {
            (*m->pointers)[k] = heap_new(p, &msrck_int, 1);
            *(*m->pointers)[k] = k;
        }
        m->next = first;
        first = m;
    }
    return first;
}

static struct matrices *build_linpack(const struct process *p, size_t n)
{
    struct matrices *m = heap_new(p, &matrices_type, 1);
    uint64_t seed = 1;

    m->a = heap_new(p, &msrck_double, n * n);
    m->b = heap_new(p, &msrck_double, n);
    m->pivots = heap_new(p, &msrck_int, n);
    for (size_t i = 0; i < n * n; i++)
        m->a[i] = random_double(&seed);
    for (size_t i = 0; i < n; i++)
        m->b[i] = random_double(&seed);
    return m;
}

static unsigned file_threads(void)
{
    const char *text = getenv("BENCH_THREADS");

    return text != NULL ? (unsigned)atoi(text) : 2;
}

/* The root is a global variable of the program. */
static uint64_t collect(const struct process *p, void **root, const msrck_type *target, struct sink *sink, bool everything, bool coded)
{
    struct collection_options options = { .everything = everything, .threads = coded ? file_threads() : 1 };
    const struct function_targets none = { NULL, 0 };
    struct collection *collection;
    struct collection_report report;
    msrck_error error = MSRCK_ERROR_INIT;
    uint32_t pointer;
    size_t handle;

    if (coded)
        must(msrck_codec_parse(getenv("BENCH_CODEC"), &options.codec, &error), &error);
    must(msrck_ti_add_pointer(p->types, type_id(p, target), &pointer, &error), &error);
    must(msrck_msrlt_add_named(p->msrlt, SEGMENT_GLOBAL, root, NULL, pointer, 1, 0, &handle, &error), &error);
    must(msrck_collection_new(p->msrlt, p->types, &none, &options, &collection, &error), &error);
    must(msrck_collection_set_program(collection, "bench", NULL, 0, &error), &error);
    must(msrck_collection_add_variable(collection, VARIABLE_GLOBAL, "root", handle, pointer, &error), &error);
    must(msrck_collection_finish(collection, sink, &report, &error), &error);
    msrck_collection_free(collection);
    msrck_msrlt_remove_named(p->msrlt, handle);
    return report.bytes_file;
}

static void restore(const struct process *p, struct source *source, const msrck_type *target, bool coded)
{
    const struct function_targets none = { NULL, 0 };
    struct restoration *restoration;
    msrck_error error = MSRCK_ERROR_INIT;
    void *root = NULL;
    uint32_t pointer;

    must(msrck_ti_add_pointer(p->types, type_id(p, target), &pointer, &error), &error);
    must(msrck_restoration_open(source, NULL, p->msrlt, p->types, &none, &restoration, &error), &error);
    msrck_restoration_use_threads(restoration, coded ? file_threads() : 1);
    must(msrck_restoration_attach_variable(restoration, "root", &root, pointer, sizeof root, &error), &error);
    must(msrck_restoration_load(restoration, &error), &error);
    must(msrck_restoration_complete(restoration, &error), &error);
    if (root == NULL)
        exit(1);
    msrck_restoration_free(restoration);
}

static void measure(const struct process *p, const struct arguments *a, struct measurement *m, void *root, const msrck_type *target, bool everything)
{
    struct byte_buffer buffer = BYTE_BUFFER_INIT;
    msrck_error error = MSRCK_ERROR_INIT;

    peak_reset();
    m->peak_before = peak_kib();
    for (unsigned round = 0; round < a->rounds; round++) {
        struct sink *sink;
        uint64_t start = nanoseconds();

        msrck_buffer_clear(&buffer);
        if (a->file != NULL)
            must(msrck_sink_open_file(a->file, false, &sink, &error), &error);
        else
            must(msrck_sink_open_memory(&buffer, &sink, &error), &error);
        m->bytes = collect(p, &root, target, sink, everything, a->file != NULL);
        must(msrck_sink_commit(sink, &error), &error);
        m->collect[m->collects++] = nanoseconds() - start;
    }
    m->peak_after = peak_kib();
    for (unsigned round = 0; round < a->rounds; round++) {
        struct source *source;
        struct process fresh = process_new();
        uint64_t start = nanoseconds();

        if (a->file != NULL)
            must(msrck_source_open_file(a->file, &source, &error), &error);
        else
            must(msrck_source_open_memory(buffer.bytes, buffer.length, &source, &error), &error);
        restore(&fresh, source, target, a->file != NULL);
        m->restore[m->restores++] = nanoseconds() - start;
        msrck_source_close(source);
        process_free(&fresh);
    }
    msrck_buffer_free(&buffer);
}

/* Blocks of malloc, registered one by one ("collect") and looked up at an address inside, in random order ("restore"). */
static void measure_foreign(const struct process *p, const struct arguments *a, struct measurement *m)
{
    struct node **nodes = must_allocate(a->size * sizeof *nodes);
    uint32_t *order = make_order(a->size, 1, 3), type = type_id(p, &node_type);
    msrck_error error = MSRCK_ERROR_INIT;
    struct block block;
    uint64_t start;

    for (size_t i = 0; i < a->size; i++)
        nodes[i] = must_allocate(sizeof **nodes);
    for (unsigned round = 0; round < a->rounds; round++) {
        start = nanoseconds();
        for (size_t i = 0; i < a->size; i++)
            must(msrck_msrlt_add_foreign(p->msrlt, nodes[i], type, 1, &error), &error);
        m->collect[m->collects++] = nanoseconds() - start;
        start = nanoseconds();
        for (size_t i = 0; i < a->size; i++)
            if (!msrck_msrlt_find(p->msrlt, (char *)nodes[order[i]] + 8, &block))
                exit(1);
        m->restore[m->restores++] = nanoseconds() - start;
        for (size_t i = 0; i < a->size; i++)
            msrck_msrlt_remove_foreign(p->msrlt, nodes[i]);
    }
}

/* As the same workload of contestant_limits.c, which uses calloc and free. */
static void measure_heap(const struct process *p, const struct arguments *a, struct measurement *m)
{
    void **blocks = must_allocate(a->size * sizeof *blocks);
    uint32_t *order = make_order(a->size, 1, 9), type = type_id(p, &node_type);

    memset(blocks, 0, a->size * sizeof *blocks);
    for (unsigned round = 0; round < a->rounds; round++) {
        uint64_t start = nanoseconds(), middle;

        for (size_t i = 0; i < a->size; i++) {
            blocks[i] = msrck_heap_allocate(p->heap, type, 1);
            *(int *)blocks[i] = 1;
        }
        middle = nanoseconds();
        for (size_t i = 0; i < a->size; i++)
            msrck_heap_release(p->heap, blocks[order[i]]);
        m->restore[m->restores++] = nanoseconds() - middle;
        m->collect[m->collects++] = middle - start;
    }
}

/*
 * A loop whose iterations wait for each other, with an idle poll-point ("collect") and without ("restore"): the difference is a poll-point's
 * price. The compiler must not see that nothing asks.
 */
static void measure_idle(const struct arguments *a, struct measurement *m)
{
    uint64_t x = 1;

    for (unsigned round = 0; round < a->rounds; round++) {
        uint64_t start = nanoseconds(), middle;

        for (size_t i = 0; i < a->size; i++) {
            x = x * 6364136223846793005u + 1442695040888963407u;
            if (msrck_poll())
                exit(1);
            __asm__ volatile("" : "+r"(x) : : "memory");
        }
        middle = nanoseconds();
        for (size_t i = 0; i < a->size; i++) {
            x = x * 6364136223846793005u + 1442695040888963407u;
            __asm__ volatile("" : "+r"(x) : : "memory");
        }
        m->restore[m->restores++] = nanoseconds() - middle;
        m->collect[m->collects++] = middle - start;
    }
}

static struct node *pause_root;
MSRCK_GLOBAL(pause_root, MSRCK_POINTER(&node_type));

/*
 * What a program notices of a background checkpoint: the poll-point that forks ("collect"), and beside it a bare fork of the same process
 * ("restore"), which nothing can beat.
 */
static void measure_pause(const struct arguments *a, struct measurement *m, char *program)
{
    char *arguments[] = { program, NULL };
    int count = 1;
    char **rest = arguments;
    msrck_options options = MSRCK_OPTIONS_INIT;
    struct node *previous = NULL;

    options.checkpoint_to = a->file;
    if (a->file == NULL || msrck_init_options(&count, &rest, &options) != MSRCK_OK) {
        fprintf(stderr, "msrck: pause needs a FILE: %s\n", msrck_error_message());
        exit(1);
    }
    for (size_t i = 0; i < a->size; i++) {
        pause_root = msrck_new(&node_type);
        pause_root->left = previous;
        previous = pause_root;
    }
    for (unsigned round = 0; round < a->rounds; round++) {
        uint64_t start = nanoseconds();
        pid_t child = fork();

        if (child == 0)
            _exit(0);
        m->restore[m->restores++] = nanoseconds() - start;
        waitpid(child, NULL, 0);
        msrck_request();
        start = nanoseconds();
        if (msrck_poll())
            exit(1);
        m->collect[m->collects++] = nanoseconds() - start;
        sleep(1);
    }
}

int main(int argc, char **argv)
{
    struct arguments a = read_arguments(argc, argv);
    struct measurement m = { .bytes = 0 };
    struct process p = process_new();
    const char *w = a.workload;

    if (strcmp(w, "tree") == 0 || strcmp(w, "tree-random") == 0 || strcmp(w, "tree-all") == 0)
        measure(&p, &a, &m, build_tree(&p, (uint32_t)a.size, strcmp(w, "tree-random") == 0), &node_type, strcmp(w, "tree-all") == 0);
    else if (strcmp(w, "graph") == 0)
        measure(&p, &a, &m, build_graph(&p, (uint32_t)a.size), &vertex_type, false);
    else if (strcmp(w, "mix") == 0)
        measure(&p, &a, &m, build_mix(&p, a.size), &mix_type, false);
    else if (strcmp(w, "linpack") == 0)
        measure(&p, &a, &m, build_linpack(&p, a.size), &matrices_type, false);
    else if (strcmp(w, "foreign") == 0)
        measure_foreign(&p, &a, &m);
    else if (strcmp(w, "heap") == 0)
        measure_heap(&p, &a, &m);
    else if (strcmp(w, "idle") == 0)
        measure_idle(&a, &m);
    else if (strcmp(w, "pause") == 0)
        measure_pause(&a, &m, argv[0]);
    else {
        fprintf(stderr, "msrck: no workload %s\n", w);
        return 2;
    }
    print_measurement("msrck", w, a.size, &m);
    process_free(&p);
    return 0;
}
