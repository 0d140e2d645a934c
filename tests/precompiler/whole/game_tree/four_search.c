/* SPDX-License-Identifier: MIT */
/* Alpha-beta with a table of positions; the principal choices of each move are kept as a tree. */
#include <stdlib.h>

#include "four_board.h"

#define TABLE_SIZE 1021

struct node *node_new(struct node *parent, int move)
{
    struct node *node = calloc(1, sizeof(*node));

    node->parent = parent;
    node->move = move;
    if (parent) {
        struct node **link = &parent->child;

        while (*link)
            link = &(*link)->sibling;
        *link = node;
    }
    return node;
}

void node_free(struct node *node)
{
    while (node) {
        struct node *next = node->sibling;

        node_free(node->child);
        free(node);
        node = next;
    }
}

int node_count(const struct node *node, int *deepest, int depth)
{
    int count = 0;

    if (depth > *deepest)
        *deepest = depth;
    for (; node; node = node->sibling)
        count += 1 + node_count(node->child, deepest, depth + 1);
    return count;
}

static struct remembered *slot(struct player *player, uint64_t key)
{
    if (!player->table)
        player->table = calloc(TABLE_SIZE, sizeof(struct remembered));
    return &player->table[key % TABLE_SIZE];
}

static bool recall(const struct remembered *entry, uint64_t key, int depth, int *alpha, int *beta, int *value)
{
    if (entry->key != key || entry->depth < depth)
        return false;
    *value = entry->value;
    if (entry->kind == EXACT)
        return true;
    if (entry->kind == LOWER && entry->value > *alpha)
        *alpha = entry->value;
    if (entry->kind == UPPER && entry->value < *beta)
        *beta = entry->value;
    return *alpha >= *beta;
}

static int search(struct player *player, board *position, int depth, int alpha, int beta, struct node *record)
{
    struct remembered *entry = slot(player, position->key);
    int best = -WIN * 2, best_move = -1, first_alpha = alpha, value;

    player->searched++;
    if (board_won(position))
        return position->moves - WIN;
    if (position->moves == COLUMNS * ROWS)
        return 0;
    if (depth == 0)
        return player->evaluate(position);
    if (recall(entry, position->key, depth, &alpha, &beta, &value)) {
        player->hits++;
        return value;
    }
    for (int i = 0; i < COLUMNS; i++) {
        int column = (COLUMNS / 2 + (i % 2 ? -(i + 1) / 2 : i / 2) + COLUMNS) % COLUMNS, last = position->last;
        struct node *node;

        if (!board_play(position, column))
            continue;
        node = record ? node_new(record, column) : NULL;
        value = -search(player, position, depth - 1, -beta, -alpha, depth > player->depth - 2 ? node : NULL);
        position->last = column;
        board_undo(position);
        position->last = last;
        if (node) {
            node->value = value;
            node->visits = (int)(player->searched % 1000);
        }
        if (value > best) {
            best = value;
            best_move = column;
        }
        if (best > alpha)
            alpha = best;
        if (alpha >= beta) {
            player->cuts++;
            break;
        }
    }
    *entry = (struct remembered){ position->key, best, depth,
                                  best <= first_alpha ? UPPER : best >= beta ? LOWER : EXACT, (signed char)best_move };
    return best;
}

int choose(struct player *player, board *position, struct node *record)
{
    int best_move = -1, best = -2 * WIN;

    for (int column = 0; column < COLUMNS; column++) {
        int value, last = position->last;

        if (!board_play(position, column))
            continue;
        value = -search(player, position, player->depth - 1, -2 * WIN, -best, node_new(record, column));
        position->last = column;
        board_undo(position);
        position->last = last;
        if (value > best)
            best = value, best_move = column;
    }
    record->value = best;
    return best_move;
}
