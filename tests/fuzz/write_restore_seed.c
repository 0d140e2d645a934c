/* SPDX-License-Identifier: MIT */
/* Writes a checkpoint of the program that fuzz_restore fills, with every kind of member in use, to standard output. */
#include "fuzz_target.h"
#include "restored_program.h"

#include <string.h>

static struct program program;

static void *allocate(const msrck_type *type, uint64_t count)
{
    uint32_t id;
    void *block;

    FUZZ_HOLDS(msrck_ti_add(program.types, type, &id, NULL) == MSRCK_OK);
    block = msrck_heap_allocate(msrck_msrlt_heap(program.msrlt), id, count);
    FUZZ_HOLDS(block != NULL);
    return block;
}

static struct zoo *make_zoo(enum shape shape, struct node *node)
{
    struct zoo *zoo = allocate(&zoo_type, 1);

    zoo->tag = 'z';
    zoo->numbers[2] = -7;
    zoo->inside = &program.state.numbers[3];
    zoo->text = "a literal";
    zoo->anything = node;
    zoo->action = shape == SHAPE_NODE ? first_action : second_action;
    zoo->shape = shape;
    if (shape == SHAPE_NUMBER)
        zoo->payload.number = 0.1;
    else if (shape == SHAPE_NODE)
        zoo->payload.node = node;
    else
        zoo->payload.small[1] = 5;
    zoo->low = 5;
    zoo->high = -3;
    zoo->handle.secret = 1234;
    zoo->inner[1].corner = node;
    zoo->wide = 1.5L;
    zoo->size = 77;
    return zoo;
}

int main(void)
{
    struct byte_buffer file = BYTE_BUFFER_INIT;
    msrck_error error = MSRCK_ERROR_INIT;
    struct program_state *state = &program.state;

    program_begin(&program);
    state->root = allocate(&node_type, 3);
    state->root->left = state->root + 1;
    state->root->right = allocate(&node_type, 1);
    state->root->right->left = state->root;
    state->zoo = make_zoo(SHAPE_NUMBER, state->root);
    state->zoo->next = make_zoo(SHAPE_NODE, state->root + 2);
    state->zoo->next->next = make_zoo(SHAPE_SMALL, NULL);
    state->table = allocate(&table_type, 2);
    state->table->entries[1].node = state->root;
    state->table->other = allocate(&table_type, 0);
    state->pointers[1] = &state->numbers[9];
    state->pointers[2] = state->numbers + 10;
    state->numbers[4] = -1;
    state->text = "more";
    state->end = state->root + 3;
    if (program_collect(&program, &file, &error) != MSRCK_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    fwrite(file.bytes, 1, file.length, stdout);
    program_end(&program);
    msrck_buffer_free(&file);
    return fflush(stdout) == 0 ? 0 : 1;
}
