/* SPDX-License-Identifier: MIT */
#include "passes.h"

#include "function_plan.h"
#include "heap_calls.h"
#include "library_calls.h"
#include "migration_obstacles.h"
#include "record_names.h"
#include "static_locals.h"
#include "type_names.h"
#include "unit_state.h"

void passes_run(struct unit *unit)
{
    local_types_pass(unit);
    static_locals_pass(unit);
    heap_calls_pass(unit);
    library_calls_pass(unit);
    obstacles_pass(unit);
    lifted_finish(unit);
    functions_transform(unit);
    globals_pass(unit);
    program_main_pass(unit);
    type_names_emit(unit);
    pragma_list_finish(unit);
}
