/* SPDX-License-Identifier: MIT */
/* Pointers that nobody uses any more, to blocks that are freed and to locals of functions that have returned, do not hinder a checkpoint. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node { int value; struct node *other; char *text; };

static int *forgotten;
static void *anything;

static int remember(int value)
{
    int local = value * 2;

    forgotten = &local;
    for (int i = 0; i < 3; i++)
        *forgotten += i;
    return local;
}

int main(void)
{
    struct node *kept = malloc(sizeof *kept), *gone = malloc(sizeof *gone);
    char *large = malloc(400000);
    int sum = 0;

    memset(large, 'x', 399999);
    large[399999] = '\0';
    kept->value = 5;
    kept->other = gone;
    kept->text = large + 7;
    gone->value = 1;
    gone->other = kept;
    gone->text = malloc(20);
    strcpy(gone->text, "text of gone");
    anything = gone->text + 3;
    for (int i = 0; i < 4; i++) {
        sum += remember(i);
        if (i == 1)
            free(gone->text);
        if (i == 2)
            free(gone);
        if (i == 3)
            free(large);
        printf("%d %d\n", i, sum);
    }
    for (int i = 0; i < 3; i++)
        printf("%d\n", kept->value + i);
    free(kept);
    return 0;
}
