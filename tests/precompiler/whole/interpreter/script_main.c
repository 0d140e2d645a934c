/* SPDX-License-Identifier: MIT */
/* A small dynamic language: compiled to code for a stack machine, run with a mark-and-sweep collector. */
#include <stdio.h>
#include <stdlib.h>

#include "script_value.h"

static const char program[] =
    "fun fib(n) { if n < 2 { return n; } return fib(n - 1) + fib(n - 2); }"
    "fun sieve(limit) {"
    "  var marks = []; var i = 0; var primes = [];"
    "  while i <= limit { append marks, true; i = i + 1; }"
    "  i = 2;"
    "  while i <= limit {"
    "    if marks[i] { append primes, i; var k = i * i; while k <= limit { marks[k] = false; k = k + i; } }"
    "    i = i + 1;"
    "  }"
    "  return primes;"
    "}"
    "fun permute(items, at) {"
    "  if at == len(items) { count = count + 1; if count % 37 == 0 { print items; } return nil; }"
    "  var i = at;"
    "  while i < len(items) {"
    "    var kept = items[at]; items[at] = items[i]; items[i] = kept;"
    "    do permute(items, at + 1);"
    "    kept = items[at]; items[at] = items[i]; items[i] = kept;"
    "    i = i + 1;"
    "  }"
    "}"
    "fun stars(n) { var text = \"\"; var i = 0; while i < n { text = text + \"*-\"; i = i + 1; } return text; }"
    "fun even(n) { if n == 0 { return true; } return odd(n - 1); }"
    "fun odd(n) { if n == 0 { return false; } return even(n - 1); }"
    "fun quick(items, low, high) {"
    "  if high <= low { return nil; }"
    "  var pivot = items[high]; var i = low; var j = low;"
    "  while j < high {"
    "    if items[j] < pivot { var kept = items[i]; items[i] = items[j]; items[j] = kept; i = i + 1; }"
    "    j = j + 1;"
    "  }"
    "  items[high] = items[i]; items[i] = pivot;"
    "  do quick(items, low, i - 1); do quick(items, i + 1, high);"
    "}"
    "print fib(scale);"
    "print sieve(10 * scale);"
    "var count = 0;"
    "do permute([1, 2, \"three\", [4], 5], 0);"
    "print count;"
    "print stars(7) + \"|\"; print len(stars(30));"
    "print even(21) or not odd(8) and 1 < 2;"
    "var seed = 42; var numbers = []; var i = 0;"
    "while i < 5 * scale { seed = (seed * 1103 + 12345) % 65536; append numbers, seed; i = i + 1; }"
    "do quick(numbers, 0, len(numbers) - 1);"
    "print numbers; print fib;";

int main(int argc, char **argv)
{
    int scale = argc > 1 ? atoi(argv[1]) : 11;
    struct function *script;

    machine.top = machine.stack;
    machine.collect_at = 24;
    machine.global_names[machine.global_count] = malloc(sizeof "scale");
    snprintf(machine.global_names[machine.global_count], sizeof "scale", "scale");
    machine.globals[machine.global_count++] = number_value(scale);
    machine.collect_at = 1000000; /* while compiling nothing is reachable yet */
    script = compile(program);
    *machine.top++ = object_value(script);
    machine.collect_at = 24;
    call_function(script, 0);
    printf("%lu steps, %lu collections\n", machine.steps, (unsigned long)machine.collections);
    machine.top = machine.stack;
    free_all();
    printf("%lu objects left\n", (unsigned long)machine.object_count);
    return 0;
}
