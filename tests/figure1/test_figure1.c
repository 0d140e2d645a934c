/* SPDX-License-Identifier: MIT */
/*
 * The paper's section 3.2, word for word: at the fifth call of foo, right before the allocation, Save_pointer(p) is called in foo
 * and Save_variable(&first) in main where foo returns. The vertices and edges have to come in the order of the text:
 *
 *     foo, from p:       v11 e8 v6 e6 v10   then e5 v9 e12 v8 e11 v7 e10   then e4 e3
 *     main, from first:  v1 e1              and nothing more
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include <msrck/msrck.h>

#define MOST_NODES 10
#define MOST_EVENTS 64
#define FILE_NAME "figure1-section-3.2.msrck"

struct node {
    float data;
    struct node *link;
};

extern const msrck_type node_type;
MSRCK_STRUCT(node_type, struct node,
    MSRCK_FIELD(struct node, data, &msrck_float),
    MSRCK_FIELD(struct node, link, MSRCK_POINTER(&node_type)));

static const msrck_type *const node_pointer = MSRCK_POINTER(&node_type);
static const msrck_type *const node_pointers = MSRCK_ARRAY(MSRCK_POINTER(&node_type), MOST_NODES);
static const msrck_type *const int_pointer = MSRCK_POINTER(&msrck_int);

static struct node *first, *last;                        /* v1, v2 */

/* What was collected, in its order: the text of section 3.2 as the library tells it. */
struct account {
    struct node **parray;
    const int *i, *a;
    int *const *b;
    const char *saving;                                  /* the vertex of the variable being saved: "v11" */
    const void *block;                                   /* the block visited last that has pointers of its own */
    char text[MOST_EVENTS * 4];
};

static void say(struct account *account, const char *word)
{
    if (account->text[0] != '\0')
        strcat(account->text, " ");
    strcat(account->text, word);
}

/* The vertex at an address. The pointers p and q are given by value, so their blocks are at addresses of the library's. */
static const char *vertex(const struct account *account, const void *address)
{
    static const char *const heap[] = { "v7", "v8", "v9", "v10" };

    for (int n = 0; n < 4; n++) {
        if (address == account->parray[n])
            return heap[n];
    }
    if (address == &first)
        return "v1";
    if (address == &last)
        return "v2";
    if (address == account->i)
        return "v3";
    if (address == account->a)
        return "v4";
    if (address == account->b)
        return "v5";
    if (address == account->parray)
        return "v6";
    return account->saving;
}

/*
 * The edge that was followed. Edges are told apart by where they end and, where several end alike, by what has been visited:
 * e11 and e10 are followed from v8 and v7 at once, e3 and e4 and e1 and e2 come when all is visited.
 */
static const char *edge(const struct account *account, const void *target)
{
    const char *from = vertex(account, account->block), *to = NULL;

    if (target == &account->parray[4])
        return "e8";
    if (target == account->b)
        return "e9";
    if (target == account->a)
        return "e7";
    to = vertex(account, target);
    if (strcmp(from, "v1") == 0)
        return "e1";
    if (strcmp(from, "v2") == 0)
        return "e2";
    if (strcmp(to, "v10") == 0)
        return strcmp(from, "v7") == 0 ? "e10" : "e6";
    if (strcmp(to, "v9") == 0)
        return "e5";
    if (strcmp(to, "v8") == 0)
        return strcmp(from, "v9") == 0 ? "e12" : "e4";
    return strcmp(from, "v8") == 0 ? "e11" : "e3";
}

static void take_down(void *context, bool is_edge, const void *address)
{
    struct account *account = context;

    if (is_edge) {
        say(account, edge(account, address));
    } else {
        account->block = address;
        say(account, vertex(account, address));
    }
}

/* Compares what one call has collected, and forgets it. */
static void expect_order(struct account *account, const char *expected)
{
    cr_assert_str_eq(account->text, expected, "collected %s, expected %s", account->text, expected);
    account->text[0] = '\0';
}

static bool check(msrck_result result, const msrck_error *error)
{
    cr_assert_eq(result, MSRCK_OK, "%s", error->message);
    return true;
}

/* The migration point: foo saves its live variables. True when it has, so that main does the same. */
static bool collect_foo(struct account *account, msrck_saver *saver, struct node **p, int **q)
{
    msrck_error error = MSRCK_ERROR_INIT;

    account->saving = "v11";
    check(msrck_save_pointer(saver, "p", p, node_pointer, &error), &error);
    expect_order(account, "v11 e8 v6 e6 v10 e5 v9 e12 v8 e11 v7 e10 e4 e3");
    account->saving = "v12";
    check(msrck_save_pointer(saver, "q", q, int_pointer, &error), &error);
    expect_order(account, "v12 e9 v5 e7 v4");
    return true;
}

static void collect_main(struct account *account, msrck_saver *saver, int *i, int *a, int **b, struct node **parray)
{
    msrck_error error = MSRCK_ERROR_INIT;

    check(msrck_save_variable(saver, "first", &first, node_pointer, &error), &error);
    expect_order(account, "v1 e1");
    check(msrck_save_variable(saver, "last", &last, node_pointer, &error), &error);
    expect_order(account, "v2 e2");
    check(msrck_save_variable(saver, "i", i, &msrck_int, &error), &error);
    expect_order(account, "v3");
    /* The rest has been reached from foo already. */
    check(msrck_save_variable(saver, "a", a, &msrck_int, &error), &error);
    check(msrck_save_variable(saver, "b", b, int_pointer, &error), &error);
    check(msrck_save_variable(saver, "parray", parray, node_pointers, &error), &error);
    expect_order(account, "");
}

/* True when the saver is given: the function was left at its migration point. */
static bool foo(struct node **p, int **q, msrck_saver *saver, struct account *account)
{
    if (saver != NULL)
        return collect_foo(account, saver, p, q);
    *p = msrck_new(&node_type);                          /* line 20 */
    cr_assert_not_null(*p);
    (*p)->data = (float)**q;
    **q += 1;
    return false;
}

static void register_locals(int *i, int *a, int **b, struct node **parray)
{
    cr_assert_eq(msrck_register("i", i, &msrck_int, 1), MSRCK_OK);
    cr_assert_eq(msrck_register("a", a, &msrck_int, 1), MSRCK_OK);
    cr_assert_eq(msrck_register("b", b, int_pointer, 1), MSRCK_OK);
    cr_assert_eq(msrck_register("parray", parray, node_pointers, 1), MSRCK_OK);
}

static void unregister_locals(void)
{
    static const char *const names[] = { "i", "a", "b", "parray" };

    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++)
        cr_assert_eq(msrck_unregister(names[n]), MSRCK_OK);
}

/* The paper's main, up to the fifth call of foo. Writes FILE_NAME. */
static void run_to_migration(void)
{
    int i = 0, a = 1, *b = &a;
    struct node *parray[MOST_NODES] = { NULL };
    struct account account = { .parray = parray, .i = &i, .a = &a, .b = &b, .saving = "", .block = NULL, .text = "" };
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_saver *saver = NULL;

    register_locals(&i, &a, &b, parray);
    for (i = 0; i < MOST_NODES; i++) {
        if (i == 4) {
            check(msrck_saver_new(FILE_NAME, &saver, &error), &error);
            msrck_saver_trace(saver, take_down, &account);
        }
        if (foo(&parray[i], &b, saver, &account)) {
            collect_main(&account, saver, &i, &a, &b, parray);
            break;
        }
        if (i > 1)
            last->link = parray[i - 2];
        first = parray[0];
        last = parray[i];
        first->link = last;
    }
    check(msrck_saver_finish(saver, &error), &error);
    unregister_locals();
}

static void begin_session(void)
{
    msrck_options options = MSRCK_OPTIONS_INIT;
    int argc = 0;
    char **argv = NULL;

    options.program_name = "figure1";
    cr_assert_eq(msrck_init_options(&argc, &argv, &options), MSRCK_OK, "%s", msrck_error_message());
}

static void end_session(void)
{
    (void)msrck_finish();
    (void)remove(FILE_NAME);
}

Test(figure1, vertices_and_edges_come_in_the_order_of_section_3_2, .init = begin_session, .fini = end_session)
{
    run_to_migration();
}

Test(figure1, what_was_collected_comes_back_without_duplicates, .init = begin_session, .fini = end_session)
{
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_restorer *restorer = NULL;
    struct node **p = NULL, *new_first = NULL, *new_last = NULL, *parray[MOST_NODES] = { NULL };
    int **q = NULL, i = 0, a = 0, *b = NULL;

    run_to_migration();
    check(msrck_restorer_open(FILE_NAME, &restorer, &error), &error);
    check(msrck_restore_pointer(restorer, (void **)&p, node_pointer, &error), &error);
    check(msrck_restore_pointer(restorer, (void **)&q, int_pointer, &error), &error);
    check(msrck_restore_variable(restorer, &new_first, node_pointer, &error), &error);
    check(msrck_restore_variable(restorer, &new_last, node_pointer, &error), &error);
    check(msrck_restore_variable(restorer, &i, &msrck_int, &error), &error);
    check(msrck_restore_variable(restorer, &a, &msrck_int, &error), &error);
    check(msrck_restore_variable(restorer, &b, int_pointer, &error), &error);
    check(msrck_restore_variable(restorer, parray, node_pointers, &error), &error);
    check(msrck_restorer_close(restorer, &error), &error);
    cr_assert_eq(i, 4);
    cr_assert_eq(a, 5);
    cr_assert_neq(new_first, first, "the restored graph has blocks of its own");
    cr_assert_eq(new_first->link, new_last);
    cr_assert_null(new_last->link);
    cr_assert_eq(p[-4], new_first);
    cr_assert_eq(p[-1], new_last);
    cr_assert_eq(p[-3]->link, new_first);
    cr_assert_eq(p[-2]->link, p[-3]);
    cr_assert_null(p[0]);
    cr_assert_float_eq(p[-2]->data, 3.0f, 0.0f);
    cr_assert_eq(**q, 5);
}
