/* SPDX-License-Identifier: MIT */
/* Formulas are parsed, derived again and again, simplified, printed and evaluated. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formula.h"

static const char *inputs[] = {
    "x^3 - 2*x^2 + x - 7",
    "(x + 1) / (x - 1)",
    "sqrt(x^2 + y^2) * 3",
    "-(x*y)^2 + sqr(x/2)",
    "2^3^2 - -x",
    "max(x, 2*y) + sqrt(4*x)",
    "x + * 2",
    "sqrt(x, y)",
    "3 $ 4",
    "((((((x))))))*x*x*x*x",
    "sin(x)",
    "x y",
};

static double table[26];

static void show(const char *label, const struct formula *formula)
{
    char *text = to_text(formula);

    printf("  %-4s %s", label, text);
    if (strlen(text) < 60)
        printf("   [%d] = %.10g", size_of(formula), evaluate(formula, table));
    putchar('\n');
    free(text);
}

static void work(const char *input, int derivatives)
{
    char message[80] = "";
    struct formula *formula = parse(input, message, sizeof message);

    printf("%s\n", input);
    if (!formula) {
        printf("  refused: %s\n", message);
        return;
    }
    show("is", formula);
    for (int i = 1; i <= derivatives; i++) {
        struct formula *derived = derive(formula, 'x');
        char label[8];

        drop(formula);
        formula = simplify(derived);
        snprintf(label, sizeof label, "d%d", i);
        show(label, formula);
    }
    drop(formula);
}

static double root(const char *input, double from, double to)
{
    char message[80];
    struct formula *formula = parse(input, message, sizeof message);
    double low = from, high = to, result;

    for (int i = 0; i < 40; i++) {
        table['x' - 'a'] = (low + high) / 2;
        *(evaluate(formula, table) < 0 ? &low : &high) = table['x' - 'a'];
    }
    result = low;
    drop(formula);
    return result;
}

int main(int argc, char **argv)
{
    int derivatives = argc > 1 ? atoi(argv[1]) : 3;

    table['x' - 'a'] = 1.75;
    table['y' - 'a'] = 0.5;
    for (unsigned i = 0; i < sizeof inputs / sizeof *inputs; i++)
        work(inputs[i], derivatives);
    printf("root of %s: %.9f\n", inputs[0], root(inputs[0], 0, 10));
    printf("%ld made, %ld freed, %ld alive, at most %ld\n", pool.made, pool.freed, pool.alive, pool.most);
    return pool.alive != 0;
}
