/* SPDX-License-Identifier: MIT */
/*
 * versions - one program in many versions: VERSION_... macros make the newer ones of what stands here without any. It
 * fills its state, comes to a poll-point two calls deep, and prints what it has then. Newer versions only resume.
 */
#include <msrck/msrck.h>

#include <stdio.h>
#include <stdlib.h>

/* ---- Types ---- */

#if defined(VERSION_ENUM_ADDED)
enum colour { BLACK, RED, GREEN, BLUE };
#elif defined(VERSION_ENUM_REMOVED)
enum colour { RED, BLUE };
#else
enum colour { RED, GREEN, BLUE };
#endif
extern const msrck_type colour_type;
MSRCK_ENUM(colour_type, enum colour,
#if defined(VERSION_ENUM_ADDED)
    MSRCK_ENUMERATOR(BLACK),
#endif
    MSRCK_ENUMERATOR(RED),
#if !defined(VERSION_ENUM_REMOVED)
    MSRCK_ENUMERATOR(GREEN),
#endif
    MSRCK_ENUMERATOR(BLUE));

struct cell {
    int v;
#if defined(VERSION_NESTED_DEFAULT)
    int weight;
#endif
};
extern const msrck_type cell_type;
#if defined(VERSION_NESTED_DEFAULT)
static const int usual_weight = 5;
MSRCK_STRUCT(cell_type, struct cell, MSRCK_FIELD(struct cell, v, &msrck_int),
    MSRCK_FIELD_DEFAULT(struct cell, weight, &msrck_int, &usual_weight));
#define WEIGHT(cell) (cell).weight
#else
MSRCK_STRUCT(cell_type, struct cell, MSRCK_FIELD(struct cell, v, &msrck_int));
#define WEIGHT(cell) 0
#endif

#if defined(VERSION_UNION_REMOVED)
union content { double real; };
#elif defined(VERSION_UNION_ADDED)
union content { long number; double real; char text[8]; };
#else
union content { long number; double real; };
#endif
#if defined(VERSION_TAGS)
enum { NUMBER_TAG = 2, REAL_TAG = 1 };
#else
enum { NUMBER_TAG = 1, REAL_TAG = 2 };
#endif
extern const msrck_type content_type;
MSRCK_UNION(content_type, union content,
#if !defined(VERSION_UNION_REMOVED)
    MSRCK_MEMBER(union content, number, &msrck_long, NUMBER_TAG),
#endif
#if defined(VERSION_UNION_ADDED)
    MSRCK_MEMBER(union content, text, MSRCK_ARRAY(&msrck_char, 8), 3),
#endif
    MSRCK_MEMBER(union content, real, &msrck_double, REAL_TAG));

#if defined(VERSION_WIDENED)
#define COUNT long
#define COUNT_TYPE &msrck_long
#elif defined(VERSION_NARROWED) || defined(VERSION_NARROWED_TOO_FAR)
#define COUNT short
#define COUNT_TYPE &msrck_short
#elif defined(VERSION_REAL)
#define COUNT double
#define COUNT_TYPE &msrck_double
#else
#define COUNT int
#define COUNT_TYPE &msrck_int
#endif
#if defined(VERSION_NARROWED_TOO_FAR)
#define BIG signed char
#define BIG_TYPE &msrck_schar
#else
#define BIG int
#define BIG_TYPE &msrck_int
#endif
#if defined(VERSION_GROWN) || defined(VERSION_NESTED_DEFAULT)
#define CELLS 5
#elif defined(VERSION_CUT)
#define CELLS 2
#elif defined(VERSION_CUT_TOO_FAR)
#define CELLS 1
#else
#define CELLS 3
#endif

struct node {
#if defined(VERSION_REORDERED)
    struct node *next;
#endif
    COUNT count;
    BIG big;
    enum colour colour;
    struct cell cells[CELLS];                            /* the third is zero */
    int tag;
    union content content;
#if defined(VERSION_ADDED)
    double fresh;
    int zero;
#endif
#if defined(VERSION_RENAMED)
    unsigned size;
#elif !defined(VERSION_REMOVED)
    unsigned length;
#endif
    unsigned bits : 5;
#if !defined(VERSION_REORDERED)
    struct node *next;
#endif
};
#if defined(VERSION_ADDED)
static const double usual_fresh = 2.5;
#endif
MSRCK_BITS_ACCESS(struct node, node, bits)
extern const msrck_type node_type;
MSRCK_STRUCT(node_type, struct node,
#if defined(VERSION_REORDERED)
    MSRCK_FIELD(struct node, next, MSRCK_POINTER(&node_type)),
#endif
    MSRCK_FIELD(struct node, count, COUNT_TYPE),
    MSRCK_FIELD(struct node, big, BIG_TYPE),
    MSRCK_FIELD(struct node, colour, &colour_type),
    MSRCK_FIELD(struct node, cells, MSRCK_ARRAY(&cell_type, CELLS)),
    MSRCK_FIELD(struct node, tag, &msrck_int),
    MSRCK_TAGGED(struct node, content, &content_type, tag),
#if defined(VERSION_ADDED)
    MSRCK_FIELD_DEFAULT(struct node, fresh, &msrck_double, &usual_fresh),
    MSRCK_FIELD(struct node, zero, &msrck_int),
#endif
#if defined(VERSION_RENAMED)
    MSRCK_FIELD_RENAMED(struct node, size, &msrck_uint, "length"),
#elif !defined(VERSION_REMOVED)
    MSRCK_FIELD(struct node, length, &msrck_uint),
#endif
    MSRCK_BITS(struct node, node, bits, &msrck_uint, 5)
#if !defined(VERSION_REORDERED)
    , MSRCK_FIELD(struct node, next, MSRCK_POINTER(&node_type))
#endif
);

/* ---- Globals ---- */

static struct node *head;
MSRCK_GLOBAL(head, MSRCK_POINTER(&node_type));

#if defined(VERSION_GLOBALS)
static int table[6] = { -1, -2, -3, -4, -5, -6 };
static short grid[4][3];
static double factor;
static short fresh_global = 77;
MSRCK_GLOBAL(table, MSRCK_ARRAY(&msrck_int, 6));
MSRCK_GLOBAL(grid, MSRCK_ARRAY(MSRCK_ARRAY(&msrck_short, 3), 4));
MSRCK_GLOBAL_RENAMED(factor, &msrck_double, "scale");
MSRCK_GLOBAL(fresh_global, &msrck_short);
MSRCK_GLOBAL_REMOVED(spare);
#define SCALE factor
#else
#if defined(VERSION_TABLE_CUT)
static int table[3];
MSRCK_GLOBAL(table, MSRCK_ARRAY(&msrck_int, 3));
#else
static int table[4];
MSRCK_GLOBAL(table, MSRCK_ARRAY(&msrck_int, 4));
#endif
#if defined(VERSION_INNER_DIMENSION)
static short grid[2][4];
MSRCK_GLOBAL(grid, MSRCK_ARRAY(MSRCK_ARRAY(&msrck_short, 4), 2));
#else
static short grid[2][3];
MSRCK_GLOBAL(grid, MSRCK_ARRAY(MSRCK_ARRAY(&msrck_short, 3), 2));
#endif
static double scale;
static long spare;
MSRCK_GLOBAL(scale, &msrck_double);
MSRCK_GLOBAL(spare, &msrck_long);
#define SCALE scale
#endif
/* No other variable is of int: what is behind the table is not taken for the beginning of another one. */
static int *into_table, *behind_table;
MSRCK_GLOBAL(into_table, MSRCK_POINTER(&msrck_int));
MSRCK_GLOBAL(behind_table, MSRCK_POINTER(&msrck_int));

/* ---- Live variables and points ---- */

#if defined(VERSION_LIVE)
struct descend_variables {
    long depth;
    int fresh;
};
extern const msrck_type descend_live_type;
static const int usual_depth = 9;
MSRCK_STRUCT(descend_live_type, struct descend_variables,
    MSRCK_FIELD(struct descend_variables, depth, &msrck_long),
    MSRCK_FIELD_DEFAULT(struct descend_variables, fresh, &msrck_int, &usual_depth));
#define LIVE(d) (struct descend_variables){ (d), 0 }
#else
struct descend_live {
    int depth;
    double gone;
};
extern const msrck_type descend_live_type;
MSRCK_STRUCT(descend_live_type, struct descend_live,
    MSRCK_FIELD(struct descend_live, depth, &msrck_int),
    MSRCK_FIELD(struct descend_live, gone, &msrck_double));
#define LIVE(d) (struct descend_live){ (d), 0.5 }
#endif

#if defined(VERSION_LOCALS)
#define CORNERS 4
static const msrck_local_entry locals[] = { { "added", &msrck_int }, { "corners", MSRCK_ARRAY(&msrck_int, CORNERS) } };
#else
#define CORNERS 2
static const msrck_local_entry locals[] = { { "corners", MSRCK_ARRAY(&msrck_int, CORNERS) }, { "gone", &msrck_int } };
#endif

#if defined(VERSION_POINTS)
enum { POINT_NEW = 1, POINT_HERE = 2, POINT_CALL = 3 };
#define POINTS { "new", &descend_live_type }, { "here", &descend_live_type }, { "call", &descend_live_type }
#elif defined(VERSION_POINT_GONE)
enum { POINT_NEW = 1, POINT_HERE = 1, POINT_CALL = 2 };
#define POINTS { "elsewhere", &descend_live_type }, { "call", &descend_live_type }
#else
enum { POINT_HERE = 1, POINT_CALL = 2 };
#define POINTS { "here", &descend_live_type }, { "call", &descend_live_type }
#endif
#if defined(VERSION_FUNCTION_GONE)
#define FUNCTION "dive"
#else
#define FUNCTION "descend"
#endif
MSRCK_FRAME_WITH_LOCALS(descend_points, FUNCTION, 0, locals, POINTS);

/* ---- The program ---- */

static void print(const int corners[CORNERS], long depth, int fresh)
{
    printf("frame depth %ld fresh %d corners", depth, fresh);
    for (int i = 0; i < CORNERS; i++)
        printf(" %d", corners[i]);
    printf("\n");
}

static void report(void)
{
    for (const struct node *node = head; node != NULL; node = node->next) {
        printf("count %g big %d colour %s cells", (double)node->count, (int)node->big,
               node->colour == RED ? "red" : node->colour == BLUE ? "blue" : "other");
        for (int i = 0; i < CELLS; i++)
            printf(" %d/%d", node->cells[i].v, WEIGHT(node->cells[i]));
        printf(" tag %d real %g bits %u", node->tag, node->tag == 2 ? node->content.real : 0.0, (unsigned)node->bits);
#if defined(VERSION_ADDED)
        printf(" fresh %g zero %d", node->fresh, node->zero);
#endif
#if defined(VERSION_RENAMED)
        printf(" length %u", node->size);
#elif !defined(VERSION_REMOVED)
        printf(" length %u", node->length);
#endif
        printf("\n");
    }
    printf("table");
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        printf(" %d", table[i]);
    printf(" pointers %d %d grid", (int)(into_table - table), (int)(behind_table - table));
    for (size_t i = 0; i < sizeof grid / sizeof grid[0]; i++)
        printf(" %d", grid[i][2]);
    printf(" scale %g\n", SCALE);
#if defined(VERSION_GLOBALS)
    printf("fresh_global %d\n", fresh_global);
#endif
}

static bool fill(void)
{
    for (int i = 3; i-- > 0;) {
        struct node *node = msrck_new(&node_type);

        if (node == NULL)
            return false;
        node->count = (COUNT)(100 * i);
        node->big = (BIG)(i == 1 ? 1000 : i);
        node->colour = i == 1 ? BLUE : RED;
        node->cells[0].v = i + 1;
#if CELLS > 1
        node->cells[1].v = i + 2;
#endif
        node->tag = 2;
        node->content.real = i + 0.5;
        node->bits = ((unsigned)i + 7) & 31;
        node->next = head;
#if !defined(VERSION_RENAMED) && !defined(VERSION_REMOVED)
        node->length = (unsigned)i + 40;
#endif
#if !defined(VERSION_UNION_REMOVED) && !defined(VERSION_ENUM_REMOVED)
        if (i == 2 && getenv("VERSIONS_USE_ALL") != NULL) {
            node->colour = GREEN;
            node->tag = 1;
            node->content.number = 12;
        }
#endif
        head = node;
    }
    for (int i = 0; i < 3; i++)
        table[i] = i + 10;
    grid[0][2] = 5;
    grid[1][2] = 6;
    SCALE = 1.5;
    into_table = &table[2];
    behind_table = table + sizeof table / sizeof table[0];
    return true;
}

static void descend(long depth)
{
    int corners[CORNERS] = { (int)depth, -(int)depth }, gone = 1, fresh = -1;
#if defined(VERSION_LOCALS)
    const msrck_local list[] = { { &gone, 1 }, { corners, 1 } };
#else
    const msrck_local list[] = { { corners, 1 }, { &gone, 1 } };
#endif
    msrck_locals set;

    msrck_locals_push(&set, &descend_points, list);
    if (MSRCK_UNLIKELY(msrck_flag)) {
        __typeof__(LIVE(0)) live = LIVE((int)depth);
        int point = msrck_enter(&descend_points, &live);

        if (point == MSRCK_LEAVE)
            goto done;
        if (point != 0)
            depth = live.depth;
#if defined(VERSION_LIVE)
        if (point != 0)
            fresh = live.fresh;
#endif
        if (point == POINT_HERE)
            goto here;
        if (point == POINT_CALL)
            goto call;
    }
    if (depth > 0) {
call:
        descend(depth - 1);
        if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&descend_points, POINT_CALL, &LIVE((int)depth)))
            goto done;
    } else {
here:
        if (MSRCK_UNLIKELY(msrck_flag) && msrck_at_point(&descend_points, POINT_HERE, &LIVE((int)depth)))
            goto done;
    }
    print(corners, depth, fresh);
done:
    msrck_locals_pop(&set);
}

int main(int argc, char **argv)
{
    msrck_options options = MSRCK_OPTIONS_INIT;
    bool stopped;

    options.program_name = "versions";
    if (msrck_init_options(&argc, &argv, &options) != MSRCK_OK)
        return msrck_report("versions");
    if (!msrck_resumed() && !fill())
        return EXIT_FAILURE;
    do
        descend(1);
    while (msrck_again());
    stopped = msrck_stopped();
    if (!stopped) {
        report();
        fputs(msrck_evolution_report(), stdout);
    }
    (void)msrck_finish();
    return stopped || msrck_error_result() != MSRCK_OK ? msrck_report("versions") : EXIT_SUCCESS;
}
