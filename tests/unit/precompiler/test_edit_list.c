/* SPDX-License-Identifier: MIT */
#include "edit_list.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static edit_list *list_of(const char *text)
{
    return edit_list_new(text, strlen(text));
}

static void expect(edit_list *list, size_t begin, size_t end, const char *wanted)
{
    char *text = edit_list_render(list, begin, end);

    cr_assert_str_eq(text, wanted);
    free(text);
}

Test(edit_list, leaves_a_text_without_edits_alone)
{
    edit_list *list = list_of("abc");

    expect(list, 0, 3, "abc");
    expect(list, 1, 2, "b");
    expect(list, 3, 3, "");
    edit_list_free(list);
}

Test(edit_list, applies_edits_in_the_order_of_places)
{
    edit_list *list = list_of("f(g(x), y)");

    edit_list_replace(list, 8, 9, "z");
    edit_list_replace(list, 2, 3, "h");
    edit_list_insert(list, 10, ";");
    edit_list_insert(list, 0, "r = ");
    expect(list, 0, 10, "r = f(h(x), z);");
    expect(list, 2, 6, "h(x)");
    edit_list_free(list);
}

Test(edit_list, hides_what_a_replaced_range_holds)
{
    edit_list *list = list_of("f(g(x), y)");

    edit_list_replace(list, 4, 5, "q");
    expect(list, 2, 6, "g(q)");
    edit_list_replace(list, 2, 6, "t1");
    expect(list, 0, 10, "f(t1, y)");
    expect(list, 2, 6, "t1");
    expect(list, 4, 5, "q");
    char *inside = edit_list_render_inside(list, 2, 6);
    cr_assert_str_eq(inside, "g(q)");
    free(inside);
    edit_list_free(list);
}

Test(edit_list, lets_the_later_of_two_edits_of_a_range_be_the_outer_one)
{
    edit_list *list = list_of("x+y");

    edit_list_wrap(list, 0, 1, "(", ")");
    edit_list_wrap(list, 0, 1, "[", "]");
    expect(list, 0, 3, "[(x)]+y");
    edit_list_replace(list, 0, 1, "t");
    expect(list, 0, 3, "t+y");
    char *inside = edit_list_render_inside(list, 0, 1);
    cr_assert_str_eq(inside, "[(x)]");
    free(inside);
    edit_list_free(list);
}

Test(edit_list, keeps_insertions_at_the_edges_of_a_replaced_range)
{
    edit_list *list = list_of("a bb c");

    edit_list_insert(list, 2, "<");
    edit_list_insert(list, 3, "hidden");
    edit_list_insert(list, 4, ">");
    edit_list_replace(list, 2, 4, "X");
    expect(list, 0, 6, "a <X> c");
    expect(list, 2, 4, "<X");
    edit_list_free(list);
}

Test(edit_list, does_not_take_a_range_that_reaches_further_for_one_inside)
{
    edit_list *list = list_of("abcdef");

    edit_list_replace(list, 0, 6, "all");
    edit_list_replace(list, 1, 4, "some");
    expect(list, 1, 2, "b");
    expect(list, 1, 4, "some");
    expect(list, 0, 5, "asomee");
    expect(list, 0, 6, "all");
    edit_list_free(list);
}

Test(edit_list, refuses_ranges_that_cross)
{
    edit_list *list = list_of("abcdef");
    size_t begin, end;

    cr_assert(edit_list_replace(list, 1, 4, "x"));
    cr_assert_not(edit_list_conflict(list, &begin, &end));
    cr_assert_not(edit_list_replace(list, 3, 5, "y"));
    cr_assert_not(edit_list_replace(list, 0, 2, "z"));
    cr_assert_not(edit_list_replace(list, 5, 7, "outside"));
    cr_assert(edit_list_replace(list, 4, 6, "beside"));
    cr_assert(edit_list_conflict(list, &begin, &end));
    cr_assert(begin == 3 && end == 5);
    expect(list, 0, 6, "axbeside");
    edit_list_free(list);
}
