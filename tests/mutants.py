"""The mistakes that the tests must notice, and ``python -m tests.mutants [-k PATTERN]``.

Each mutant is a mistake somebody could make, many of them made in published code. They
stand in ``mutants_*.py`` beside this file, by what they break. To add one: ``before`` is a piece of
the module's source that occurs once, ``after`` the mistake, ``test`` the test that fails by it.
"""

import argparse
import sys

from tests.mutants_benchmarks import BENCHMARKS
from tests.mutants_costs import COSTS
from tests.mutants_data import DATA, DRAWS
from tests.mutants_explore import EXPLORE
from tests.mutants_files import FILES
from tests.mutants_gae import EM, GAE, MIXTURE, PARZEN
from tests.mutants_gae import RECIPES as GAE_RECIPES
from tests.mutants_games import GAMES
from tests.mutants_gan import ADVERSARIAL, CONDITIONS, GAN, SAMPLES
from tests.mutants_live import LIVE
from tests.mutants_models import AUTOENCODER, NETWORKS
from tests.mutants_noise import CORRUPTIONS, LIKELIHOODS, MEASURED, TRAININGS
from tests.mutants_results import COLOPHON, REFERENCE
from tests.mutants_results import RESULTS as RESULT_TABLES
from tests.mutants_scores import METRICS, PLOTS, RECIPES
from tests.mutants_tools import TOOLS
from tests.mutants_training import TRAINING
from tests.mutants_vae import DISTRIBUTIONS, LIKELIHOOD, SCORES, VAE
from tests.mutants_zoo import CARDS, ZOO
from tests.mutation import run_mutants
from tests.planted import Runner

MUTANTS = [
    *(*DRAWS, *DATA, *FILES),
    *(*NETWORKS, *COSTS, *AUTOENCODER),
    *(*METRICS, *PLOTS, *RECIPES),
    *(*TRAINING, *ZOO, *CARDS),
    *(*TOOLS, *BENCHMARKS),
    *(*DISTRIBUTIONS, *VAE, *LIKELIHOOD, *SCORES),
    *GAMES,
    *(*ADVERSARIAL, *GAN, *CONDITIONS, *SAMPLES),
    *(*EXPLORE, *LIVE, *RESULT_TABLES, *REFERENCE, *COLOPHON),
    *(*CORRUPTIONS, *LIKELIHOODS, *MEASURED, *TRAININGS),
    *(*MIXTURE, *GAE, *EM, *GAE_RECIPES, *PARZEN),
]


def main() -> int:
    """Run the mutants whose name or module has the pattern; return 0 when all are killed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("-k", metavar="PATTERN", default="", help="only names and modules with it")
    pattern = parser.parse_args().k
    chosen = [mutant for mutant in MUTANTS if pattern in f"{mutant.name} {mutant.module}"]
    if not chosen:
        parser.error(f"no mutant has {pattern!r} in its name or module")
    return 0 if run_mutants(chosen, Runner()) else 1


if __name__ == "__main__":
    sys.exit(main())
