/* SPDX-License-Identifier: MIT */
#ifndef FOUR_BOARD_H
#define FOUR_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#define COLUMNS 6
#define ROWS 5
#define WIN 10000

typedef signed char stone; /* 1 and -1 the players, 0 empty */

typedef struct board {
    stone cells[COLUMNS][ROWS];
    int heights[COLUMNS];
    int moves, last;
    uint64_t key;
    stone to_move;
} board;

typedef enum { EXACT, LOWER, UPPER } bound;

struct remembered {
    uint64_t key;
    int value, depth;
    bound kind;
    signed char best;
};

struct node {
    struct node *parent, *child, *sibling;
    int move, value, visits;
};

typedef int evaluation(const board *position);

struct player {
    const char *name;
    int depth;
    evaluation *evaluate;
    struct remembered *table;
    unsigned long searched, hits, cuts;
};

void board_clear(board *position);
bool board_play(board *position, int column);
void board_undo(board *position);
bool board_won(const board *position);
void board_print(const board *position);
int count_lines(const board *position);
int count_centre(const board *position);

int choose(struct player *player, board *position, struct node *record);
struct node *node_new(struct node *parent, int move);
void node_free(struct node *node);
int node_count(const struct node *node, int *deepest, int depth);

#endif
