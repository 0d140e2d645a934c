/* SPDX-License-Identifier: MIT */
#include "reader_sample.h"

#include <string.h>

#include "../refusing_handlers.h"

/* ---- Types ---- */

enum color { RED, GREEN = 5, BLUE = -1 };
struct node { int value; struct node *left, *right; };
struct shape { int kind; union area { double radius; int sides[2]; } area; };
struct flags { unsigned ready : 3; int level : 5; };
struct packet { int length; double data[]; };
struct handle { int descriptor; };
struct merge_live { struct node *root; int spare; };
struct main_live { int step; };
struct everything {
    _Bool flag; char letter; signed char tiny; unsigned char byte; short little; long large; unsigned long long huge;
    float single;
    double fine;
    long double wide;
    float _Complex plane;
    enum color color;
    char name[16];
    const char *text;
    void (*call)(void);
    struct shape shapes[3];
    struct flags bits;
    struct handle handle;
    void *anything;
    int *inside;
    double *end;
    int (*row)[4];
};

extern const msrck_type color_type, node_type, area_type, shape_type, flags_type, packet_type, handle_type,
    merge_live_type, main_live_type, everything_type;

MSRCK_ENUM(color_type, enum color, MSRCK_ENUMERATOR(RED), MSRCK_ENUMERATOR(GREEN), MSRCK_ENUMERATOR(BLUE));
MSRCK_STRUCT(node_type, struct node, MSRCK_FIELD(struct node, value, &msrck_int),
             MSRCK_FIELD(struct node, left, MSRCK_POINTER(&node_type)),
             MSRCK_FIELD(struct node, right, MSRCK_POINTER(&node_type)));
MSRCK_UNION(area_type, union area, MSRCK_MEMBER(union area, radius, &msrck_double, 0),
            MSRCK_MEMBER(union area, sides, MSRCK_ARRAY(&msrck_int, 2), 1));
MSRCK_STRUCT(shape_type, struct shape, MSRCK_FIELD(struct shape, kind, &msrck_int),
             MSRCK_TAGGED(struct shape, area, &area_type, kind));
MSRCK_BITS_ACCESS(struct flags, flags, ready)
MSRCK_BITS_ACCESS(struct flags, flags, level)
MSRCK_STRUCT(flags_type, struct flags, MSRCK_BITS(struct flags, flags, ready, &msrck_uint, 3),
             MSRCK_BITS(struct flags, flags, level, &msrck_int, 5));
MSRCK_FLEXIBLE_STRUCT(packet_type, struct packet, MSRCK_FIELD(struct packet, length, &msrck_int),
                      MSRCK_FLEXIBLE(struct packet, data, &msrck_double));
MSRCK_OPAQUE(handle_type, struct handle, &refusing);
MSRCK_STRUCT(merge_live_type, struct merge_live, MSRCK_FIELD(struct merge_live, root, MSRCK_POINTER(&node_type)),
             MSRCK_FIELD(struct merge_live, spare, &msrck_int));
MSRCK_STRUCT(main_live_type, struct main_live, MSRCK_FIELD(struct main_live, step, &msrck_int));
MSRCK_STRUCT(everything_type, struct everything, MSRCK_FIELD(struct everything, flag, &msrck_bool),
             MSRCK_FIELD(struct everything, letter, &msrck_char), MSRCK_FIELD(struct everything, tiny, &msrck_schar),
             MSRCK_FIELD(struct everything, byte, &msrck_uchar), MSRCK_FIELD(struct everything, little, &msrck_short),
             MSRCK_FIELD(struct everything, large, &msrck_long), MSRCK_FIELD(struct everything, huge, &msrck_ullong),
             MSRCK_FIELD(struct everything, single, &msrck_float), MSRCK_FIELD(struct everything, fine, &msrck_double),
             MSRCK_FIELD(struct everything, wide, &msrck_ldouble), MSRCK_FIELD(struct everything, plane, &msrck_cfloat),
             MSRCK_FIELD(struct everything, color, &color_type),
             MSRCK_FIELD(struct everything, name, MSRCK_ARRAY(&msrck_char, 16)),
             MSRCK_FIELD(struct everything, text, MSRCK_POINTER(&msrck_char)),
             MSRCK_FIELD(struct everything, call, &msrck_function),
             MSRCK_FIELD(struct everything, shapes, MSRCK_ARRAY(&shape_type, 3)),
             MSRCK_FIELD(struct everything, bits, &flags_type), MSRCK_FIELD(struct everything, handle, &handle_type),
             MSRCK_FIELD(struct everything, anything, MSRCK_POINTER(&msrck_void)),
             MSRCK_FIELD(struct everything, inside, MSRCK_POINTER(&msrck_int)),
             MSRCK_FIELD(struct everything, end, MSRCK_POINTER(&msrck_double)),
             MSRCK_FIELD(struct everything, row, MSRCK_POINTER(MSRCK_ARRAY(&msrck_int, 4))));

static const msrck_type *const described[] = {
    &color_type, &node_type, &shape_type, &flags_type, &packet_type, &handle_type, &merge_live_type, &main_live_type,
    &everything_type, MSRCK_ARRAY(MSRCK_ARRAY(&msrck_int, 4), 3), MSRCK_ARRAY(MSRCK_POINTER(&node_type), 2),
    MSRCK_POINTER(&msrck_double), MSRCK_POINTER(&packet_type)
};

/* ---- Faults ---- */

static const struct {
    const char *name, *finding;
    bool deep;
} faults[FAULT_COUNT_] = {
    { "good", NULL, false },
    { "pointer", "pointer", false },
    { "pointer-type", "pointer-type", false },
    { "function", "function", false },
    { "union", "union", false },
    { "opaque", "opaque", false },
    { "bool", "bool", true },
    { "bit-field", "bit-field", true },
    { "tag", "union", true },
    { "union-padding", "union", true }
};

const char *sample_fault_name(enum sample_fault fault)
{
    return faults[fault].name;
}

const char *sample_fault_finding(enum sample_fault fault)
{
    return faults[fault].finding;
}

bool sample_fault_is_deep(enum sample_fault fault)
{
    return faults[fault].deep;
}

/* ---- Blocks ---- */

struct sample_blocks {
    size_t grid, root, all, pair, live[2], nodes[3], packet, numbers, literal, bytes;
};

static void add_nodes(struct graph_builder *builder, struct sample_blocks *blocks, enum sample_fault fault)
{
    /* 0 -> 1, 2; 1 -> NULL, 0 (a cycle); 2 -> 1 (shared), NULL */
    static const size_t left[3] = { 1, 3, 1 }, right[3] = { 2, 0, 3 };
    size_t first = SIZE_MAX;

    for (size_t i = 0; i < 3; i++) {
        blocks->nodes[i] = builder_block(builder, SEGMENT_HEAP, "struct node", 1);
        first = i == 0 ? blocks->nodes[0] : first;
        builder_integer(builder, 4, 10 * (i + 1));
        builder_pointer(builder, left[i] == 3 ? SIZE_MAX : first + left[i], 0);
        if (i == 2 && fault == FAULT_POINTER)
            builder_raw_pointer(builder, 4000000000u);
        else if (i == 2 && fault == FAULT_POINTER_TYPE)
            builder_pointer(builder, blocks->numbers, 7);
        else
            builder_pointer(builder, right[i] == 3 ? SIZE_MAX : first + right[i], 0);
    }
}

static void add_heap(struct graph_builder *builder, struct sample_blocks *blocks)
{
    static const char text[] = "hello, \"world\"\n";

    blocks->numbers = builder_block(builder, SEGMENT_HEAP, "double", SAMPLE_NUMBERS);
    for (uint64_t i = 0; i < SAMPLE_NUMBERS; i++)
        builder_double(builder, (double)i * 0.1);
    blocks->packet = builder_block(builder, SEGMENT_HEAP, "struct packet", 3);
    builder_integer(builder, 4, 3);
    builder_trailing(builder);
    for (int i = 0; i < 3; i++)
        builder_double(builder, 1.5 * i);
    blocks->literal = builder_block(builder, SEGMENT_LITERAL, "char", sizeof text);
    builder_bytes(builder, text, sizeof text);
    blocks->bytes = builder_block(builder, SEGMENT_OPAQUE, "unsigned char", 5);
    builder_bytes(builder, "\x00\x01\x02\xfe\xff", 5);
}

static void add_numbers(struct graph_builder *builder, enum sample_fault fault)
{
    /* 2/3 in binary128, with more digits than a double has */
    static const unsigned char wide[16] = { 0x3f, 0xfe, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55,
                                            0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55 };

    builder_integer(builder, 1, fault == FAULT_BOOL ? 2 : 1);
    builder_integer(builder, 1, 'A');
    builder_integer(builder, 1, (uint64_t)-3);
    builder_integer(builder, 1, 250);
    builder_integer(builder, 2, (uint64_t)-300);
    builder_integer(builder, 8, (uint64_t)-5000000000);
    builder_integer(builder, 8, UINT64_MAX);
    builder_float(builder, 0.1f);
    builder_integer(builder, 8, UINT64_C(0x7ff8000000001234));
    builder_bytes(builder, wide, sizeof wide);
    builder_float(builder, 1.5f);
    builder_float(builder, -0.0f);
    builder_integer(builder, 4, 5);
    builder_bytes(builder, "sample\0\0\0\0\0\0\0\0\0\0", 16);
}

static void add_shapes(struct graph_builder *builder, enum sample_fault fault)
{
    builder_integer(builder, 4, fault == FAULT_TAG ? 1 : 0);
    builder_integer(builder, 4, 1);
    builder_double(builder, 2.5);
    builder_integer(builder, 4, 1);
    builder_integer(builder, 4, fault == FAULT_UNION ? 3 : 2);
    builder_integer(builder, 4, 3);
    builder_integer(builder, 4, (uint64_t)-4);
    builder_integer(builder, 4, 7);                     /* a tag that no member has */
    builder_integer(builder, 4, 0);
    builder_integer(builder, 8, fault == FAULT_UNION_PADDING ? 1 : 0);
}

static void add_everything(struct graph_builder *builder, struct sample_blocks *blocks, enum sample_fault fault)
{
    blocks->all = builder_block(builder, SEGMENT_GLOBAL, "struct everything", 1);
    add_numbers(builder, fault);
    builder_pointer(builder, blocks->literal, 7);
    builder_raw_pointer(builder, fault == FAULT_FUNCTION ? 3 : 2);
    add_shapes(builder, fault);
    builder_integer(builder, 4, fault == FAULT_BITS ? 9 : 5);
    builder_integer(builder, 4, (uint64_t)-16);
    builder_pointer(builder, fault == FAULT_OPAQUE ? blocks->packet : blocks->bytes, 0);
    builder_pointer(builder, blocks->packet, 2);                    /* .data[1] */
    builder_pointer(builder, blocks->grid, 6);                      /* grid[1][2] */
    builder_pointer(builder, blocks->numbers, SAMPLE_NUMBERS);      /* one past the end */
    builder_pointer(builder, blocks->grid, 4);                      /* grid[1] */
}

static void add_stack(struct graph_builder *builder, struct sample_blocks *blocks)
{
    blocks->pair = builder_block(builder, SEGMENT_STACK, "struct node *", 2);
    builder_pointer(builder, blocks->nodes[1], 0);
    builder_pointer(builder, SIZE_MAX, 0);
    blocks->live[0] = builder_block(builder, SEGMENT_STACK, "struct merge_live", 1);
    builder_pointer(builder, blocks->nodes[2], 0);
    builder_integer(builder, 4, 42);
    blocks->live[1] = builder_block(builder, SEGMENT_STACK, "struct main_live", 1);
    builder_integer(builder, 4, 7);
}

static void add_globals(struct graph_builder *builder, struct sample_blocks *blocks)
{
    blocks->grid = builder_block(builder, SEGMENT_GLOBAL, "int", 12);
    for (int i = 0; i < 12; i++)
        builder_integer(builder, 4, i < 6 ? 0 : (uint64_t)i);
    blocks->root = builder_block(builder, SEGMENT_GLOBAL, "struct node *", 1);
    builder_pointer(builder, blocks->nodes[0], 0);
}

static void add_program(struct graph_builder *builder, const struct sample_blocks *blocks)
{
    const struct point_entry main_points[] = { { (char *)"sorting", builder_type(builder, "struct main_live") } };
    const struct point_entry merge_points[] = { { (char *)"entry", 0 },
                                                { (char *)"after left", builder_type(builder, "struct merge_live") } };
    const struct local_entry locals[] = { { (char *)"pair", builder_type(builder, "struct node *[2]") },
                                          { (char *)"gone", builder_type(builder, "int") } };
    const size_t alive[] = { blocks->pair, SIZE_MAX };

    builder_function(builder, "main", main_points, 1, NULL, 0);
    builder_function(builder, "merge", merge_points, 2, locals, 2);
    builder_target(builder, "ascending");
    builder_target(builder, "descending");
    builder_frame(builder, 1, 2, blocks->live[0], alive, 2);
    builder_frame(builder, 0, 1, blocks->live[1], NULL, 0);
    builder_variable(builder, VARIABLE_GLOBAL, "all", "struct everything", blocks->all);
    builder_variable(builder, VARIABLE_GLOBAL, "grid", "int [3][4]", blocks->grid);
    builder_variable(builder, VARIABLE_ROOT, "root", "struct node *", blocks->root);
    builder_note(builder, "host", "b\xc3\xbc" "ro");
}

void reader_sample(const struct codec_choice *codec, enum sample_fault fault, struct byte_buffer *bytes)
{
    struct graph_builder *builder = builder_new(described, sizeof described / sizeof described[0], 4);
    struct sample_blocks blocks = { 0 };

    add_heap(builder, &blocks);
    add_nodes(builder, &blocks, fault);
    add_globals(builder, &blocks);
    add_everything(builder, &blocks, fault);
    add_stack(builder, &blocks);
    add_program(builder, &blocks);
    builder_finish(builder, codec, bytes);
    builder_free(builder);
}
