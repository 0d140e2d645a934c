/* SPDX-License-Identifier: MIT */
#include "four_board.h"

#include <stdio.h>
#include <string.h>

static uint64_t keys[COLUMNS][ROWS][2];

static void make_keys(void)
{
    static bool made;
    uint64_t state = 0x9e3779b97f4a7c15u;

    if (made)
        return;
    made = true;
    for (int c = 0; c < COLUMNS; c++)
        for (int r = 0; r < ROWS; r++)
            for (int p = 0; p < 2; p++) {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                keys[c][r][p] = state;
            }
}

void board_clear(board *position)
{
    make_keys();
    memset(position, 0, sizeof *position);
    position->to_move = 1;
    position->last = -1;
}

bool board_play(board *position, int column)
{
    int row = position->heights[column];

    if (row == ROWS)
        return false;
    position->cells[column][row] = position->to_move;
    position->key ^= keys[column][row][position->to_move > 0];
    position->heights[column]++;
    position->moves++;
    position->last = column;
    position->to_move = (stone)-position->to_move;
    return true;
}

void board_undo(board *position)
{
    int column = position->last, row = --position->heights[column];

    position->to_move = (stone)-position->to_move;
    position->key ^= keys[column][row][position->to_move > 0];
    position->cells[column][row] = 0;
    position->moves--;
}

static int run_length(const board *position, int column, int row, int dc, int dr)
{
    stone own = position->cells[column][row];
    int length = 0;

    for (int way = -1; way <= 1; way += 2)
        for (int c = column + way * dc, r = row + way * dr;
             c >= 0 && c < COLUMNS && r >= 0 && r < ROWS && position->cells[c][r] == own; c += way * dc, r += way * dr)
            length++;
    return length + 1;
}

bool board_won(const board *position)
{
    int column = position->last, row = column < 0 ? -1 : position->heights[column] - 1;

    if (row < 0)
        return false;
    return run_length(position, column, row, 1, 0) >= 4 || run_length(position, column, row, 0, 1) >= 4 ||
           run_length(position, column, row, 1, 1) >= 4 || run_length(position, column, row, 1, -1) >= 4;
}

int count_lines(const board *position)
{
    static const int directions[4][2] = { { 1, 0 }, { 0, 1 }, { 1, 1 }, { 1, -1 } };
    int value = 0;

    for (int d = 0; d < 4; d++)
        for (int c = 0; c < COLUMNS; c++)
            for (int r = 0; r < ROWS; r++) {
                int ends = c + 3 * directions[d][0], top = r + 3 * directions[d][1], mine = 0, other = 0;

                if (ends >= COLUMNS || top >= ROWS || top < 0)
                    continue;
                for (int k = 0; k < 4; k++) {
                    stone cell = position->cells[c + k * directions[d][0]][r + k * directions[d][1]];

                    mine += cell == position->to_move;
                    other += cell == -position->to_move;
                }
                if (other == 0)
                    value += mine * mine;
                else if (mine == 0)
                    value -= other * other;
            }
    return value;
}

int count_centre(const board *position)
{
    int value = 0;

    for (int c = 0; c < COLUMNS; c++)
        for (int r = 0; r < position->heights[c]; r++)
            value += position->cells[c][r] * position->to_move * (c < COLUMNS / 2 ? c + 1 : COLUMNS - c);
    return value;
}

void board_print(const board *position)
{
    for (int r = ROWS; r-- > 0;) {
        for (int c = 0; c < COLUMNS; c++)
            putchar(".XO"[position->cells[c][r] == 0 ? 0 : position->cells[c][r] > 0 ? 1 : 2]);
        putchar('\n');
    }
}
