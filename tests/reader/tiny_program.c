/* SPDX-License-Identifier: MIT */
/* A ring of two nodes: what tests/vectors/good-ring.hex says a checkpoint of it looks like, byte for byte. */
#include <msrck/msrck.h>

struct node {
    int value;
    struct node *next;
};

extern const msrck_type node_type;
MSRCK_STRUCT(node_type, struct node,
    MSRCK_FIELD(struct node, value, &msrck_int),
    MSRCK_FIELD(struct node, next, MSRCK_POINTER(&node_type)));

static struct node *list;
MSRCK_GLOBAL(list, MSRCK_POINTER(&node_type));

int main(int argc, char **argv)
{
    if (msrck_init(&argc, &argv) != MSRCK_OK)
        return msrck_report(argv[0]);
    if (list == NULL) {
        list = msrck_new(&node_type);
        list->value = 1;
        list->next = msrck_new(&node_type);
        list->next->value = 2;
        list->next->next = list;
    }
    if (msrck_poll())
        return msrck_exit_status();
    return msrck_finish();
}
