/* SPDX-License-Identifier: MIT */
/* The small parts of the layer: division by known numbers, maps, places in blocks. */
#include <criterion/criterion.h>

#include "graph_types.h"
#include "msrm/block_leaf.h"
#include "msrm/divider.h"
#include "msrm/function_numbers.h"
#include "msrm/number_map.h"
#include "simulated_process.h"

static void check_division(uint64_t divisor, uint64_t dividend)
{
    struct divider divider = divider_for(divisor);
    uint64_t rest, quotient = divide(&divider, dividend, &rest);

    cr_assert(quotient == dividend / divisor && rest == dividend % divisor, "%llu / %llu", (unsigned long long)dividend,
              (unsigned long long)divisor);
}

Test(msrm_parts, division_by_multiplication_is_exact)
{
    static const uint64_t divisors[] = { 1,          2,          3,          4,           5,         7,
                                         10,         641,        65535,      65536,       65537,     0x7fffffff,
                                         0x80000000, 0xfffffffe, 0xffffffff, 0x100000000, UINT64_MAX };

    for (size_t k = 0; k < sizeof divisors / sizeof divisors[0]; k++) {
        uint64_t dividend = 1;

        for (uint64_t near = 0; near < 3; near++) {
            check_division(divisors[k], near);
            check_division(divisors[k], 0xfffffffeu + near);
            check_division(divisors[k], divisors[k] - 1 + near);
            check_division(divisors[k], divisors[k] * 1000 - 1 + near);
        }
        for (int step = 0; step < 2000; step++) {
            dividend = dividend * 6364136223846793005u + 1442695040888963407u;
            check_division(divisors[k], dividend);
            check_division(divisors[k], dividend >> 32);
        }
    }
}

Test(msrm_parts, number_maps_keep_what_was_put)
{
    struct number_map map = { NULL, 0, 0 };
    uint64_t value;

    cr_expect_not(msrck_number_map_get(&map, 1, &value));
    for (uint64_t key = 1; key <= 10000; key++)
        cr_assert(msrck_number_map_put(&map, key * 4096, key));
    cr_assert(msrck_number_map_put(&map, 4096, 77));
    cr_expect_eq(map.count, 10000);
    for (uint64_t key = 2; key <= 10000; key++) {
        cr_assert(msrck_number_map_get(&map, key * 4096, &value));
        cr_assert_eq(value, key);
    }
    cr_expect(msrck_number_map_get(&map, 4096, &value) && value == 77);
    cr_expect_not(msrck_number_map_get(&map, 4097, &value));
    msrck_number_map_free(&map);
}

Test(msrm_parts, functions_are_numbered_by_name)
{
    struct function_numbers numbers;
    const struct function_targets targets = { actions, 2 };

    cr_assert_eq(msrck_function_numbers_build(&targets, &numbers, NULL), MSRCK_OK);
    cr_expect_eq(msrck_function_number(&numbers, first_action), 1);
    cr_expect_eq(msrck_function_number(&numbers, second_action), 2);
    cr_expect_eq(msrck_function_number(&numbers, (void (*)(void))check_division), 0);
    cr_expect_eq(msrck_function_named(&numbers, "second_action")->function, second_action);
    cr_expect_null(msrck_function_named(&numbers, "third_action"));
    msrck_function_numbers_clear(&numbers);
}

/* Every offset that names a leaf comes back from it. */
static void check_block(struct process *process, const msrck_type *type, uint64_t count, const void *data)
{
    uint32_t id = process_type(process, type);
    uint64_t bytes = msrck_block_bytes(process->types, id, count),
             leaves = msrck_block_leaves(process->types, id, count);

    for (uint64_t leaf = 0; leaf <= leaves; leaf++) {
        uint64_t offset, back;

        cr_assert(msrck_block_offset(process->types, id, count, data, leaf, &offset), "leaf %llu",
                  (unsigned long long)leaf);
        cr_assert(offset <= bytes);
        cr_assert(msrck_block_leaf(process->types, id, count, data, offset, &back), "offset %llu",
                  (unsigned long long)offset);
        cr_assert_eq(back, leaf);
    }
}

Test(msrm_parts, leaves_and_offsets_of_whole_blocks_are_inverse)
{
    static struct node nodes[5];
    static union {
        struct table table;
        char room[sizeof(struct table) + 4 * sizeof(struct entry)];
    } flexible;
    struct process process;
    uint64_t leaf;

    process_begin(&process, NULL, 0);
    check_block(&process, &node_type, 5, nodes);
    check_block(&process, &table_type, 4, &flexible);
    check_block(&process, &msrck_int, 7, nodes);
    cr_expect_not(msrck_block_leaf(process.types, process_type(&process, &node_type), 5, (unsigned char *)nodes,
                                   5 * sizeof nodes[0] + 1, &leaf));
    cr_expect_not(
        msrck_block_leaf(process.types, process_type(&process, &node_type), 5, (unsigned char *)nodes, 2, &leaf));
    process_end(&process);
}
