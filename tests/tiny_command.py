"""``python -m gencore`` with the tiny recipe in the place of the one whose name it has."""

import os
import signal
import sys

from gencore.__main__ import UNBEGUN, main
from gencore.loading import ended_by_interruption, quieten

TOLD = "GENCORE_TEST_BEGUN"  # set by who wants to know when the command is there

if __name__ == "__main__":
    with ended_by_interruption(UNBEGUN):
        if TOLD in os.environ:
            sys.stdout.write("begun\n")
            sys.stdout.flush()
        quieten()
        from gencore import recipes
        from tests import tiny

        recipes.RECIPES[tiny.NAME] = tiny.tiny_recipe()
    exit_status = main()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # as the command itself does when it has ended
    sys.exit(exit_status)
