/* SPDX-License-Identifier: MIT */
/* Pointers to functions: in tables, structs and locals, of the program and of the C library, typedefs of them, returned by functions. */
#include <math.h>
#include <stdio.h>

typedef int (*operation)(int, int);
typedef double unary(double);

static int add(int a, int b) { return a + b; }
static int subtract(int a, int b) { return a - b; }
int multiply(int a, int b) { return (a * b) % 1000; }

struct command { const char *name; operation run; int uses; };

static struct command commands[] = { { "add", add, 0 }, { "subtract", subtract, 0 }, { "multiply", multiply, 0 }, { "none", NULL, 0 } };
static unary *functions[3] = { sqrt, fabs, floor };
static operation last;

static operation choose(int n)
{
    return commands[n % 4].run != NULL ? commands[n % 4].run : &subtract;
}

static int apply(operation run, int a, int b)
{
    last = run;
    return run(a, b);
}

int main(void)
{
    int value = 5;
    double real = 100;
    operation mine = add;

    for (int n = 0; n < 30; n++) {
        unary *function = functions[n % 3];

        value = apply(choose(n), value, n);
        value = (*mine)(value, 3);
        mine = n % 5 ? mine : last;
        commands[n % 4].uses++;
        real = function(real) + n;
    }
    for (int n = 0; n < 4; n++)
        printf("%s %d %d\n", commands[n].name, commands[n].uses, commands[n].run != NULL);
    printf("%d %.6f %d %d\n", value, real, last == subtract, mine == multiply);
    return 0;
}
