/* SPDX-License-Identifier: MIT */
#include "passes.h"

#include "unit_state.h"

void type_tables_free(struct type_tables *types)
{
    (void)types;
}

void moved_statics_free(struct moved_statics *statics)
{
    (void)statics;
}

void passes_run(struct unit *unit)
{
    program_main_pass(unit);
    pragma_list_finish(unit);
}
