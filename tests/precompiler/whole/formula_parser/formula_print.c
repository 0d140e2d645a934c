/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formula.h"

struct output {
    char *text;
    size_t length, room;
};

static void append(struct output *output, const char *format, ...)
{
    va_list arguments;
    char piece[64];
    int length;

    va_start(arguments, format);
    length = vsnprintf(piece, sizeof piece, format, arguments);
    va_end(arguments);
    while (output->length + (size_t)length + 1 > output->room) {
        output->room = output->room ? 2 * output->room : 16;
        output->text = realloc(output->text, output->room);
    }
    memcpy(output->text + output->length, piece, (size_t)length + 1);
    output->length += (size_t)length;
}

static int level(const struct formula *formula)
{
    if (formula->kind == BINARY)
        return strchr("+-", formula->name) ? 1 : strchr("*/", formula->name) ? 2 : 4;
    return formula->kind == UNARY ? 3 : 5;
}

static void print(struct output *output, const struct formula *formula, int above)
{
    int own = level(formula), brackets = own < above;

    if (brackets)
        append(output, "(");
    switch (formula->kind) {
    case CONSTANT:
        append(output, "%.12g", formula->constant);
        break;
    case VARIABLE:
        append(output, "%c", formula->name);
        break;
    case UNARY:
        append(output, "-");
        print(output, formula->operands[0], own);
        break;
    case BINARY:
        print(output, formula->operands[0], own + (formula->name == '^'));
        append(output, own == 1 ? " %c " : "%c", formula->name);
        print(output, formula->operands[1], own + (formula->name != '^'));
        break;
    case CALL_OF:
        append(output, "%s(", formula->function->name);
        for (int i = 0; i < formula->count; i++) {
            if (i > 0)
                append(output, ", ");
            print(output, formula->operands[i], 0);
        }
        append(output, ")");
        break;
    }
    if (brackets)
        append(output, ")");
}

char *to_text(const struct formula *formula)
{
    struct output output = { NULL, 0, 0 };

    print(&output, formula, 0);
    return output.text;
}
