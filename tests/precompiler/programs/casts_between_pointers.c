/* SPDX-License-Identifier: MIT */
/* Pointers to void, const and characters; pointers to functions as other functions; enums, integers and Booleans as one another. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum colour { RED, GREEN = 5, BLUE };
typedef void action(void);
typedef int (*binary)(int, int);

struct box { const void *content; int kind; action *print; };

static int add(int a, int b) { return a + b; }
static int times(int a, int b) { return a * b; }
static void show(void) { printf("shown\n"); }

static int apply(action *stored, int a, int b)
{
    return ((binary)stored)(a, b);
}

static uint32_t checksum(const void *data, size_t size)
{
    const unsigned char *at = data;
    uint32_t sum = 1;

    for (size_t i = 0; i < size; i++)
        sum = sum * 31 + at[i];
    return sum;
}

int main(void)
{
    double real = 2.5;
    int whole = -3, total = 0;
    char text[] = "content";
    enum colour colour = GREEN;
    bool flag = true;
    struct box boxes[] = { { &real, 1, show }, { &whole, 2, (action *)add }, { text, 3, (action *)times }, { &boxes[0], 4, NULL } };

    for (int round = 0; round < 4; round++)
        for (struct box *box = boxes; box < boxes + 4; box++) {
            switch (box->kind) {
            case 1:
                total += (int)(*(const double *)box->content * 2) + round;
                break;
            case 2:
                total += apply(box->print, *(const int *)box->content, round);
                break;
            case 3:
                total += apply(box->print, (int)strlen(box->content), 2);
                break;
            default:
                total += ((const struct box *)box->content)->kind + (int)colour + flag;
                colour = colour == BLUE ? RED : (enum colour)(colour + 1 > BLUE ? 0 : colour + 1);
                flag = !flag;
            }
            printf("%d %d\n", box->kind, total);
        }
    boxes[0].print();
    printf("%u %d\n", checksum(text, sizeof text), (int)(signed char)200);
    return 0;
}
