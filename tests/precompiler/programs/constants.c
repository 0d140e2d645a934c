/* SPDX-License-Identifier: MIT */
/* Constants that pointers lead to: tables, structs, texts, nested tables, compound literals at file scope, and parameters of the program. */
#include <stdio.h>
#include <string.h>

struct keyword { const char *text; short code; const struct keyword *also; };

static const struct keyword keywords[4] = { { "if", 1, NULL }, { "else", 2, &keywords[0] }, { "while", 3, &keywords[1] }, { "for", 4, &keywords[2] } };
static const double factors[] = { 0.5, 1.5, 2.5 };
const char *const titles[] = { "first", "second", "third" };
static const int grid[2][3] = { { 1, 2, 3 }, { 4, 5, 6 } };
static int *numbers = (int[]){ 9, 8, 7, 6 };
static struct keyword *extra = &(struct keyword){ "extra", 99, keywords };
static const char letters[] = "abcdefghijklm";

static const struct keyword *next(const struct keyword *word)
{
    return word->also != NULL ? word->also : &keywords[3];
}

int main(void)
{
    const struct keyword *word = keywords;
    const double *factor = factors;
    const char *const *title = titles;
    const int (*row)[3] = grid;
    const char *letter = letters;
    double product = 1;
    const short *code = &keywords[1].code;
    const struct keyword *const *also = &keywords[2].also;
    int sum = 0;

    for (int n = 0; n < 24; n++) {
        word = next(word);
        factor = factor == factors + 2 ? factors : factor + 1;
        product *= *factor;
        title = n % 3 ? title + 1 : titles;
        row = n % 2 ? grid + 1 : grid;
        sum += (*row)[n % 3] + numbers[n % 4] + word->code + extra->code;
        numbers[n % 4]++;
        extra->code--;
        letter = letters + n % 13;
        sum += *letter;
        sum += *code * (*also)->code;
        code = n % 2 ? &keywords[n % 4].code : &word->code;
        also = n % 3 ? &keywords[1 + n % 3].also : &word->also;
        if (*also == NULL)
            also = &keywords[3].also;
    }
    printf("%s %g %s %d %c %s %d\n", word->text, product, *title, sum, *letter, extra->also->text, numbers[2]);
    return 0;
}
