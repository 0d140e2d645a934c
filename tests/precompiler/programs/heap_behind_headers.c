/* SPDX-License-Identifier: MIT */
/* What lies behind a struct without an array of its own: characters, numbers, structs; and an array of one element that is longer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct header { short length; int uses; };
struct sum { long long total; struct sum *next; };
struct sample { char tag; double value; };
struct old { int count;
#pragma msrck flexible
    int items[1];
};

/* A text with its length before it: the pointer is to the text. */
static char *make_text(const char *from)
{
    size_t length = strlen(from);
    struct header *header = malloc(sizeof *header + length + 1);
    char *text = (char *)(header + 1);

    header->length = (short)length;
    header->uses = 0;
    memcpy(text, from, length + 1);
    return text;
}

static struct header *header_of(char *text)
{
    return (struct header *)text - 1;
}

static struct sum *make_sum(int count, struct sum *next)
{
    struct sum *sum = malloc(sizeof(struct sum) + (size_t)count * sizeof(struct sample));
    struct sample *samples = (struct sample *)(sum + 1);

    sum->total = count;
    sum->next = next;
    for (int i = 0; i < count; i++) {
        samples[i].tag = (char)('a' + i);
        samples[i].value = i * 1.5;
    }
    return sum;
}

static struct old *make_old(int count)
{
    struct old *old = malloc(sizeof *old + (size_t)(count - 1) * sizeof old->items[0]);

    old->count = count;
    for (int i = 0; i < count; i++)
        old->items[i] = i * i - count;
    return old;
}

int main(void)
{
    char *texts[] = { make_text("one"), make_text("a longer text"), make_text("") };
    struct sum *sums = make_sum(3, make_sum(5, NULL)), *sum;
    struct old *old = make_old(6);
    double total = 0;

    for (int i = 0; i < 6; i++) {
        header_of(texts[i % 3])->uses += i;
        old->items[i] *= 2;
    }
    for (sum = sums; sum != NULL; sum = sum->next)
        for (int i = 0; i < sum->total; i++) {
            const struct sample *sample = (const struct sample *)(sum + 1) + i;

            total = total * 2 + sample->value + sample->tag;
        }
    for (int i = 0; i < 3; i++)
        printf("%s %d %d\n", texts[i], header_of(texts[i])->length, header_of(texts[i])->uses);
    for (int i = 0; i < old->count; i++)
        printf("%d ", old->items[i]);
    printf("%.1f\n", total);
    for (int i = 0; i < 3; i++)
        free(header_of(texts[i]));
    free(sums->next);
    free(sums);
    free(old);
    return 0;
}
