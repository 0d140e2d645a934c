/* SPDX-License-Identifier: MIT */
/*
 * The program's main keeps its name in C, since the compiler treats a function of that name as the standard says (it returns 0 at its end) and a debugger looks for it. Only the
 * symbol in the object is another one; the generated function has the symbol main.
 */
#include "passes.h"

#include <string.h>

#include "unit_state.h"

static enum CXChildVisitResult find_main(CXCursor cursor, CXCursor parent, CXClientData data)
{
    CXCursor *found = data;
    CXString name;
    bool is_main;

    (void)parent;
    if (clang_getCursorKind(cursor) != CXCursor_FunctionDecl || !clang_isCursorDefinition(cursor))
        return CXChildVisit_Continue;
    name = clang_getCursorSpelling(cursor);
    is_main = strcmp(clang_getCString(name), "main") == 0;
    clang_disposeString(name);
    if (!is_main)
        return CXChildVisit_Continue;
    *found = cursor;
    return CXChildVisit_Break;
}

void program_main_pass(struct unit *unit)
{
    static const char *const arguments[] = { "", "count", "count, values", "count, values, environment" };
    CXCursor found = clang_getNullCursor();
    int count;
    bool nothing;

    clang_visitChildren(clang_getTranslationUnitCursor(unit->handle), find_main, &found);
    if (clang_Cursor_isNull(found))
        return;
    count = clang_Cursor_getNumArguments(found);
    if (count < 0 || count > 3) {
        unit_error(unit, unit_range(unit, found).begin, "main has %d parameters: msrck cc takes none, two or three", count);
        return;
    }
    nothing = clang_getCursorResultType(found).kind == CXType_Void;
    unit_declare(unit, "%s main() __asm__(\"msrck_program_main\");\n", nothing ? "void" : "int");
    unit_append(unit, "static int msrck_call_main(int count, char **values, char **environment)\n"
                      "{ (void)count; (void)values; (void)environment; %s main(%s); %s }\n", nothing ? "" : "return",
                arguments[count], nothing ? "return 0;" : "");
    unit_append(unit, "int msrck_start(int, char **, char **) __asm__(\"main\");\n"
                      "__attribute__((used)) int msrck_start(int count, char **values, char **environment)\n"
                      "{ static struct msrck_cc_module program = { { __start_msrck_types, __stop_msrck_types, __start_msrck_functions, __stop_msrck_functions,\n"
                      "  __start_msrck_globals, __stop_msrck_globals, __start_msrck_frames, __stop_msrck_frames }, __start_msrck_files, __stop_msrck_files, \"\", (void *)0 };\n"
                      "  return msrck_cc_run(count, values, environment, msrck_call_main, &program); }\n");
}
