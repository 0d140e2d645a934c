/* SPDX-License-Identifier: MIT */
#include "passes.h"

#include "unit_state.h"

void passes_run(struct unit *unit)
{
    program_main_pass(unit);
    pragma_list_finish(unit);
}
