"""Mistakes planted in `games`, each with the test that it makes fail."""

from tests.planted import Mutant

GAMES = "tests/games/test_games.py::test_"

MUTANTS = [
    Mutant(
        name="simultaneous-steps-alternate",
        module="gencore.games.dynamics",
        before=(
            "return x - step_size * game.gradient_x(x, y), y + step_size * game.gradient_y(x, y)"
        ),
        after=(
            "x = x - step_size * game.gradient_x(x, y); "
            "return x, y + step_size * game.gradient_y(x, y)"
        ),
        test=GAMES + "simultaneous_steps_grow_by_the_root_of_one_plus_the_square",
    ),
    Mutant(
        name="alternating-steps-in-the-other-order",
        module="gencore.games.dynamics",
        before=(
            "        x = x - step_size * game.gradient_x(x, y)\n"
            "        return x, y + step_size * game.gradient_y(x, y)"
        ),
        after=(
            "        y = y + step_size * game.gradient_y(x, y)\n"
            "        return x - step_size * game.gradient_x(x, y), y"
        ),
        test=GAMES + "alternating_steps_conserve_an_ellipse",
    ),
    Mutant(
        name="extragradient-goes-on-from-the-place-ahead",
        module="gencore.games.dynamics",
        before="x - step_size * game.gradient_x(ahead_x, ahead_y),",
        after="ahead_x - step_size * game.gradient_x(ahead_x, ahead_y),",
        test=GAMES + "extragradient_steps_contract_by_their_factor",
    ),
    Mutant(
        name="extragradient-looks-half-a-step-ahead",
        module="gencore.games.dynamics",
        before="ahead_y = y + step_size * game.gradient_y(x, y)",
        after="ahead_y = y + step_size / 2 * game.gradient_y(x, y)",
        test=GAMES + "extragradient_steps_contract_by_their_factor",
    ),
    Mutant(
        name="bilinear-player-descends-twice",
        module="gencore.games.dynamics",
        before="np.dot(matrix.T, x)",
        after="np.dot(-matrix.T, x)",
        test=GAMES + "a_bilinear_game_of_vectors_turns_by_its_singular_values",
    ),
    Mutant(
        name="dirac-generator-without-a-saturating-sigmoid",
        module="gencore.games.dynamics",
        before="lambda x, y: -expit(x * y) * y",
        after="lambda x, y: -expit(-x * y) * y",
        test=GAMES + "the_gradients_of_the_dirac_gan_are_those_of_its_value",
    ),
    Mutant(
        name="penalty-without-its-half",
        module="gencore.games.dynamics",
        before="- penalty * y,",
        after="- 2 * penalty * y,",
        test=GAMES + "the_gradients_of_the_dirac_gan_are_those_of_its_value",
    ),
    Mutant(
        name="penalty-pushes-the-slope-up",
        module="gencore.games.dynamics",
        before="- penalty * y,",
        after="+ penalty * y,",
        test=GAMES + "eigenvalues_of_the_dirac_gan_at_its_equilibrium",
    ),
    Mutant(
        name="penalised-steps-too-long",
        module="gencore.games.dynamics",
        before="- penalty * y,",
        after="- 0.9 * penalty * y,",
        test=GAMES + "a_penalty_calms_steps_up_to_the_size_that_the_eigenvalues_allow",
    ),
    Mutant(
        name="jacobian-of-the-gradients",
        module="gencore.games.dynamics",
        before="[-np.ravel(game.gradient_x(*here))",
        after="[np.ravel(game.gradient_x(*here))",
        test=GAMES + "a_jacobian_is_that_of_the_field_and_not_of_the_gradients",
    ),
    Mutant(
        name="jacobian-transposed",
        module="gencore.games.dynamics",
        before="np.stack(columns, axis=1)",
        after="np.stack(columns, axis=0)",
        test=GAMES + "a_jacobian_is_that_of_the_field_and_not_of_the_gradients",
    ),
    Mutant(
        name="step-size-that-is-no-number",
        module="gencore.checks.values",
        before="if not (math.isfinite(found) and low <=",
        after="if not (found != found or low <=",
        test=GAMES + "bad_input_is_refused",
    ),
    Mutant(
        name="steps-broadcast-to-another-shape",
        module="gencore.games.dynamics",
        before="        if found != place.shape:",
        after="        if found is None:",
        test=GAMES + "bad_input_is_refused",
    ),
    Mutant(
        name="players-run-away-unseen",
        module="gencore.games.dynamics",
        before="if not (np.isfinite(new_x).all() and np.isfinite(new_y).all()):",
        after="if np.isnan(new_x).all() and number < 0:",
        test=GAMES + "players_that_run_away_are_stopped_at_their_step",
    ),
    Mutant(
        name="game-played-by-the-column-player",
        module="gencore.games.matrix",
        before="A_ub=np.column_stack([-scaled.T, np.ones(columns)])",
        after="A_ub=np.column_stack([scaled.T, -np.ones(columns)])",
        test=GAMES + "two_notes_have_the_closed_form",
    ),
    Mutant(
        name="value-in-scaled-payoffs",
        module="gencore.games.matrix",
        before="float(row @ payoff @ column)",
        after="float(row @ scaled @ column)",
        test=GAMES + "the_least_the_row_gets_is_the_most_the_column_pays",
    ),
    Mutant(
        name="constant-game-divided-by-zero",
        module="gencore.games.matrix",
        before="(np.ptp(payoff) or 1.0)",
        after="np.ptp(payoff)",
        test=GAMES + "games_with_ties_and_constant_games_are_solved",
    ),
    Mutant(
        name="column-strategy-is-the-row-strategy",
        module="gencore.games.matrix",
        before="_normalised(-solution.ineqlin.marginals)",
        after="_normalised(solution.x[:-1])",
        test=GAMES + "solutions_are_those_of_support_enumeration",
    ),
    Mutant(
        name="duality-gap-passed-over",
        module="gencore.games.matrix",
        before="GAP = 1e-8",
        after="GAP = 1e8",
        test=GAMES + "a_gap_between_the_players_is_not_passed_over",
    ),
    Mutant(
        name="failed-solver-passed-over",
        module="gencore.games.matrix",
        before="if not solution.success:",
        after="if solution.x is None:",
        test=GAMES + "a_solver_that_fails_is_heard",
    ),
    Mutant(
        name="exploitability-of-one-player",
        module="gencore.games.matrix",
        before="np.max(payoff @ column) - np.min(row @ payoff)",
        after="np.max(payoff @ column) - row @ payoff @ column",
        test=GAMES + "exploitability_is_the_gain_of_the_best_responses",
    ),
    Mutant(
        name="exploitability-of-the-best-column",
        module="gencore.games.matrix",
        before="np.min(row @ payoff)",
        after="np.max(row @ payoff)",
        test=GAMES + "exploitability_is_the_gain_of_the_best_responses",
    ),
    Mutant(
        name="weights-taken-for-probabilities",
        module="gencore.games.matrix",
        before="np.all(strategy >= 0) and abs(strategy.sum() - 1) < 1e-9",
        after="np.all(strategy >= 0)",
        test=GAMES + "bad_input_is_refused",
    ),
    Mutant(
        name="negative-probabilities",
        module="gencore.games.matrix",
        before="np.all(strategy >= 0) and abs(strategy.sum() - 1) < 1e-9",
        after="abs(strategy.sum() - 1) < 1e-9",
        test=GAMES + "bad_input_is_refused",
    ),
    Mutant(
        name="payoffs-that-are-no-numbers",
        module="gencore.games.matrix",
        before="if not np.abs(matrix).max() < 1e300:",
        after="if np.abs(matrix).max() >= 1e300:",
        test=GAMES + "bad_input_is_refused",
    ),
    Mutant(
        name="play-answers-the-last-action-only",
        module="gencore.games.matrix",
        before="received += payoff[:, column]",
        after="received = payoff[:, column]",
        test=GAMES + "every_round_answers_the_shares_before_it",
    ),
    Mutant(
        name="column-player-helps-the-row-player",
        module="gencore.games.matrix",
        before="int(paid.argmin())",
        after="int(paid.argmax())",
        test=GAMES + "every_round_answers_the_shares_before_it",
    ),
    Mutant(
        name="column-player-sees-the-row-of-the-round",
        module="gencore.games.matrix",
        before="row, column = int(received.argmax()), int(paid.argmin())",
        after="row = int(received.argmax()); column = int((paid + payoff[row]).argmin())",
        test=GAMES + "every_round_answers_the_shares_before_it",
    ),
    Mutant(
        name="shares-of-one-round-more",
        module="gencore.games.matrix",
        before="np.arange(1, len(actions) + 1)",
        after="np.arange(2, len(actions) + 2)",
        test=GAMES + "the_first_rounds_of_rock_paper_scissors",
    ),
    Mutant(
        name="gap-of-play-for-one-player",
        module="gencore.games.matrix",
        before="gaps = (columns @ payoff.T).max(axis=1) - (rows @ payoff).min(axis=1)",
        after="gaps = (columns @ payoff.T).max(axis=1)",
        test=GAMES + "every_round_answers_the_shares_before_it",
    ),
]
