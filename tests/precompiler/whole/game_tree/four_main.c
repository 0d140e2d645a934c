/* SPDX-License-Identifier: MIT */
/* Four in a row on a small board: two players of different depth and judgement. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "four_board.h"

static struct player players[2] = {
    { .name = "lines", .depth = 4, .evaluate = count_lines },
    { .name = "centre", .depth = 3, .evaluate = count_centre },
};

static struct node *history;

struct game {
    int opening;
    char moves[COLUMNS * ROWS + 1];
    stone winner;
    board end;
};

static stone play(struct game *game)
{
    board position;
    struct node *at = history = node_new(NULL, -1);

    board_clear(&position);
    board_play(&position, game->opening);
    game->moves[0] = (char)('a' + game->opening);
    while (position.moves < COLUMNS * ROWS) {
        struct player *player = &players[position.moves % 2];
        int column = choose(player, &position, at);

        game->moves[position.moves] = (char)('a' + column);
        board_play(&position, column);
        if (board_won(&position)) {
            game->winner = (stone)-position.to_move;
            break;
        }
        for (at = at->child; at->move != column; at = at->sibling)
            ;
    }
    game->end = position;
    return game->winner;
}

static int by_length(const void *left, const void *right)
{
    const struct game *a = *(struct game *const *)left, *b = *(struct game *const *)right;

    return a->end.moves != b->end.moves ? a->end.moves - b->end.moves : strcmp(a->moves, b->moves);
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) % (COLUMNS + 1) : 3, wins[3] = { 0, 0, 0 };
    struct game *games[COLUMNS];

    if (argc > 2)
        players[0].depth = atoi(argv[2]);
    for (int i = 0; i < count; i++) {
        int deepest = 0, nodes;

        games[i] = calloc(1, sizeof(struct game));
        games[i]->opening = i;
        wins[1 + play(games[i])]++;
        nodes = node_count(history, &deepest, 0);
        printf("opening %c: %s, %s, %d nodes kept, %d deep\n", 'a' + i, games[i]->moves,
               games[i]->winner ? games[i]->winner > 0 ? "X wins" : "O wins" : "drawn", nodes, deepest);
        node_free(history);
        history = NULL;
    }
    qsort(games, (size_t)count, sizeof games[0], by_length);
    printf("shortest of %d:\n", count);
    board_print(&games[0]->end);
    printf("O %d, drawn %d, X %d\n", wins[0], wins[1], wins[2]);
    for (struct player *player = players; player < players + 2; player++) {
        printf("%s: %lu searched, %lu known, %lu cut\n", player->name, player->searched, player->hits, player->cuts);
        free(player->table);
    }
    for (int i = 0; i < count; i++)
        free(games[i]);
    return 0;
}
