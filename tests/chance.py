# SPDX-License-Identifier: MIT
"""The seed of tests that choose at random. scripts/test gives the same one always, so that a failure is the change's; a test that is run
by itself makes a new one each time. Each test prints it, and --seed=N repeats it."""
import os
import random


def add_seed_option(parser):
    given = os.environ.get("MSRCK_TEST_SEED")
    parser.add_argument("--seed", type=int, default=int(given) if given else random.SystemRandom().randrange(1, 1 << 30))
