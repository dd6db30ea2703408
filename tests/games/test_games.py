"""Games: solutions against support enumeration, dynamics against what can be proved of them."""

from itertools import combinations, product

import numpy as np
import pytest

from gencore import games
from gencore.games import matrix

ROCK_PAPER_SCISSORS = np.array([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]])
BILINEAR = games.bilinear()


def indifferent(block):
    """Return weights, 1 in all, for which every row of the block pays the same, and that pay."""
    size = len(block)
    system = np.block([[block, -np.ones((size, 1))], [np.ones((1, size)), np.zeros((1, 1))]])
    solution = np.linalg.solve(system, np.append(np.zeros(size), 1.0))
    return solution[:-1], solution[-1]


def support_enumeration(payoff):
    """Return the equilibrium of a game without ties, by trying all supports of equal sizes."""
    rows, columns = payoff.shape
    for size in range(1, min(rows, columns) + 1):
        for chosen, answers in product(combinations(range(rows), size), repeat=2):
            row, column = np.zeros(rows), np.zeros(columns)
            block = payoff[np.ix_(chosen, answers)]
            row[list(chosen)], _ = indifferent(block.T)
            column[list(answers)], value = indifferent(block)
            better = max((payoff @ column).max() - value, value - (row @ payoff).min())
            if min(row.min(), column.min()) >= 0 and better < 1e-12:
                return row, column, value
    raise AssertionError("a game without ties has such an equilibrium")


# --- Matrix games ------------------------------------------------------------------------------


def test_rock_paper_scissors_is_played_at_random():
    row, column, value = games.solve_zero_sum(ROCK_PAPER_SCISSORS)
    np.testing.assert_allclose(row, 1 / 3, atol=1e-12)
    np.testing.assert_allclose(column, 1 / 3, atol=1e-12)
    assert abs(value) < 1e-12


@pytest.mark.parametrize("seed", range(5))
def test_solutions_are_those_of_support_enumeration(seed):
    payoff = np.random.default_rng(seed).normal(size=(5, 5))
    found, expected = games.solve_zero_sum(payoff), support_enumeration(payoff)
    for ours, theirs in zip(found, expected, strict=True):  # both are basic solutions: rounding
        np.testing.assert_allclose(ours, theirs, atol=1e-10)


def test_the_least_the_row_gets_is_the_most_the_column_pays():
    rng = np.random.default_rng(0)
    for shape in [(1, 1), (1, 4), (4, 1), (2, 3), (7, 4), (30, 40)]:
        payoff = 100 * rng.normal(size=shape) + 1000
        row, column, value = games.solve_zero_sum(payoff)
        assert row.shape == shape[:1] and column.shape == shape[1:]
        np.testing.assert_allclose([row.sum(), column.sum()], 1, atol=1e-12)
        assert min(row.min(), column.min()) >= 0
        np.testing.assert_allclose((row @ payoff).min(), value, rtol=1e-9)
        np.testing.assert_allclose((payoff @ column).max(), value, rtol=1e-9)


def test_two_notes_have_the_closed_form():
    # Police check one of the notes, the counterfeiter prints one and keeps what is not checked.
    # Indifference: the police check 50 with 5/7 and 20 with 2/7; printing 10 does not pay.
    faces = np.array([10.0, 20.0, 50.0])
    row, column, value = games.solve_zero_sum(np.diag(faces) - faces)
    np.testing.assert_allclose(row, [0, 2 / 7, 5 / 7], atol=1e-12)
    np.testing.assert_allclose(column, [0, 5 / 7, 2 / 7], atol=1e-12)
    np.testing.assert_allclose(value, -100 / 7, atol=1e-12)


def test_games_with_ties_and_constant_games_are_solved():
    rng = np.random.default_rng(1)
    for payoff in [np.zeros((3, 2)), np.full((2, 2), 7.0), *rng.integers(-1, 2, (20, 6, 6))]:
        row, column, value = games.solve_zero_sum(payoff)
        assert games.exploitability(payoff, row, column) < 1e-9
        np.testing.assert_allclose(value, (payoff @ column).max(), atol=1e-9)


def test_a_gap_between_the_players_is_not_passed_over(monkeypatch):
    def careless(*args, **kwargs):
        found = original(*args, **kwargs)
        found.x[:] = [1, 0, 0, 0]  # always rock
        return found

    original = matrix.linprog
    monkeypatch.setattr(matrix, "linprog", careless)
    with pytest.raises(ArithmeticError, match="they differ by 5.0e-01"):
        games.solve_zero_sum(ROCK_PAPER_SCISSORS)


def test_a_solver_that_fails_is_heard(monkeypatch):
    def failing(*args, **kwargs):
        found = original(*args, **kwargs)
        found.success, found.message = False, "Time limit reached."
        return found

    original = matrix.linprog
    monkeypatch.setattr(matrix, "linprog", failing)
    with pytest.raises(ArithmeticError, match="Time limit reached"):
        games.solve_zero_sum(ROCK_PAPER_SCISSORS)


def test_exploitability_is_the_gain_of_the_best_responses():
    # Always rock: paper gains 1. Against (1/2, 1/2, 0) paper gains 1/2.
    rock, half = [1, 0, 0], [0.5, 0.5, 0]
    assert games.exploitability(ROCK_PAPER_SCISSORS, rock, rock) == 2
    assert games.exploitability(ROCK_PAPER_SCISSORS, rock, half) == 1.5
    third = np.full(3, 1 / 3)
    assert 0 <= games.exploitability(ROCK_PAPER_SCISSORS, third, third) < 1e-15


# --- Fictitious play ---------------------------------------------------------------------------


def test_the_first_rounds_of_rock_paper_scissors():
    # By hand: both rock, then paper three times (a tie of paper and scissors goes to the first),
    # then scissors.
    play = games.fictitious_play(ROCK_PAPER_SCISSORS, 6)
    np.testing.assert_array_equal(play.actions[:, 0], [0, 1, 1, 1, 2, 2])
    np.testing.assert_array_equal(play.actions[:, 1], [0, 1, 1, 1, 2, 2])
    np.testing.assert_array_equal(play.rows[1], [0.5, 0.5, 0])
    assert play.exploitability[:2].tolist() == [2, 1]


def test_every_round_answers_the_shares_before_it():
    payoff = np.random.default_rng(2).normal(size=(3, 4))
    play = games.fictitious_play(payoff, 200, row=2, column=1)
    assert play.actions[0].tolist() == [2, 1]
    np.testing.assert_array_equal(play.actions[1:, 0], (play.columns[:-1] @ payoff.T).argmax(1))
    np.testing.assert_array_equal(play.actions[1:, 1], (play.rows[:-1] @ payoff).argmin(1))
    for number in (0, 7, 199):
        seen = play.actions[: number + 1]
        shares = [np.mean(seen[:, 0] == i) for i in range(3)]
        np.testing.assert_allclose(play.rows[number], shares, atol=1e-12)
        shares = [np.mean(seen[:, 1] == j) for j in range(4)]
        np.testing.assert_allclose(play.columns[number], shares, atol=1e-12)
        gap = games.exploitability(payoff, play.rows[number], play.columns[number])
        np.testing.assert_allclose(play.exploitability[number], gap, atol=1e-12)


def test_fictitious_play_encloses_the_value_and_approaches_it():
    payoff = np.random.default_rng(0).normal(size=(5, 5))
    play, value = games.fictitious_play(payoff, 20_000), games.solve_zero_sum(payoff).value
    assert np.all((play.rows @ payoff).min(axis=1) <= value + 1e-9)
    assert np.all((play.columns @ payoff.T).max(axis=1) >= value - 1e-9)
    assert play.exploitability[-1] < 0.02 < play.exploitability[:10].min()


# --- Gradient steps ----------------------------------------------------------------------------


@pytest.mark.parametrize("step_size", [0.01, 0.3, 0.9, 1.7])
def test_simultaneous_steps_grow_by_the_root_of_one_plus_the_square(step_size):
    path = games.simultaneous_gda(BILINEAR, 0.6, -0.8, step_size, 40)
    distance = np.hypot(path.x, path.y)
    np.testing.assert_allclose(distance[1:] / distance[:-1], np.hypot(1, step_size), rtol=1e-12)


@pytest.mark.parametrize("step_size", [0.01, 0.3, 0.9, 1.7])
def test_alternating_steps_conserve_an_ellipse(step_size):
    path = games.alternating_gda(BILINEAR, 0.6, -0.8, step_size, 1000)
    invariant = path.x**2 + path.y**2 - step_size * path.x * path.y
    np.testing.assert_allclose(invariant, invariant[0], rtol=1e-11)  # 1,000 roundings
    assert path.x[1] == 0.6 + 0.8 * step_size  # x moves first


@pytest.mark.parametrize("step_size", [0.01, 0.3, 0.9, 1.2])
def test_extragradient_steps_contract_by_their_factor(step_size):
    path = games.extragradient(BILINEAR, 0.6, -0.8, step_size, 40)
    factors = np.diff(np.log(np.hypot(path.x, path.y)))
    exact = 0.5 * np.log(1 - step_size**2 + step_size**4)
    np.testing.assert_allclose(factors, exact, rtol=1e-9, atol=1e-12)
    assert (exact < 0) == (step_size < 1)


def test_a_bilinear_game_of_vectors_turns_by_its_singular_values():
    matrix = np.random.default_rng(0).normal(size=(2, 3))
    x, y = np.array([1.0, -2.0]), np.array([0.5, 1.0, 3.0])
    game, step_size = games.bilinear(matrix), 0.1
    path = games.alternating_gda(game, x, y, step_size, 5)
    assert path.x.shape == (6, 2) and path.y.shape == (6, 3)
    first = x - step_size * matrix @ y
    np.testing.assert_allclose(path.x[1], first, rtol=1e-15)
    np.testing.assert_allclose(path.y[1], y + step_size * matrix.T @ first, rtol=1e-15)
    invariant = (path.x**2).sum(1) + (path.y**2).sum(1)
    invariant -= step_size * np.einsum("ti,ij,tj->t", path.x, matrix, path.y)
    np.testing.assert_allclose(invariant, invariant[0], rtol=1e-13)
    singular = np.linalg.svd(matrix, compute_uv=False)
    expected = np.sort_complex([*(1j * singular), 0, *(-1j * singular)])
    found = games.jacobian_eigenvalues(game, x, y)
    np.testing.assert_allclose(np.sort(found.imag), expected.imag, atol=1e-8)
    np.testing.assert_allclose(found.real, 0, atol=1e-8)  # differences: 1e-10 and conditioning


# --- The Dirac-GAN -----------------------------------------------------------------------------


@pytest.mark.parametrize("penalty", [0.0, 0.7])
def test_the_gradients_of_the_dirac_gan_are_those_of_its_value(penalty):
    def value(x, y):
        return np.log(0.5) + np.log(1 - 1 / (1 + np.exp(-x * y))) - penalty / 2 * y**2

    game, x, y, h = games.dirac_gan(penalty), 0.8, -1.3, 1e-5
    slopes = value(x + h, y) - value(x - h, y), value(x, y + h) - value(x, y - h)
    gradients = game.gradient_x(x, y), game.gradient_y(x, y)
    np.testing.assert_allclose(gradients, np.array(slopes) / (2 * h), rtol=1e-8)  # h^2 and eps/h


def test_every_simultaneous_step_of_the_dirac_gan_leads_away():
    path = games.simultaneous_gda(games.dirac_gan(), 1.0, 0.5, 0.3, 200)
    squares = path.x**2 + path.y**2
    sigmoid = 1 / (1 + np.exp(-path.x * path.y))
    np.testing.assert_allclose(
        squares[1:] / squares[:-1], 1 + (0.3 * sigmoid[:-1]) ** 2, rtol=1e-12
    )


@pytest.mark.parametrize("penalty", [0.0, 0.3, 1.0, 2.0])
def test_eigenvalues_of_the_dirac_gan_at_its_equilibrium(penalty):
    root = np.emath.sqrt(penalty**2 / 4 - 1 / 4)
    expected = np.sort_complex([-penalty / 2 - root, -penalty / 2 + root])
    game = games.dirac_gan(penalty)
    matrix = games.jacobian(game, 0.0, 0.0)
    np.testing.assert_allclose(matrix, [[0, 0.5], [-0.5, -penalty]], atol=1e-9)
    # A double eigenvalue moves by the root of an error: 1e-5 at the penalty 1.
    found = games.jacobian_eigenvalues(game, 0.0, 0.0)
    np.testing.assert_allclose(found, expected, atol=3e-5 if penalty == 1 else 1e-9)


@pytest.mark.parametrize(("share", "inside"), [(0.97, True), (1.03, False)])
def test_a_penalty_calms_steps_up_to_the_size_that_the_eigenvalues_allow(share, inside):
    # With complex eigenvalues |1 + eta lambda| < 1 is eta < 4 gamma.
    penalty = 0.2
    path = games.simultaneous_gda(games.dirac_gan(penalty), 1e-4, 0.0, share * 4 * penalty, 400)
    assert (np.hypot(path.x, path.y)[-1] < 1e-4) == inside


def test_a_jacobian_is_that_of_the_field_and_not_of_the_gradients():
    game = games.Game(lambda x, y: np.sin(x) + y**2, lambda x, y: np.exp(x) * y)
    expected = [[-np.cos(0.3), -2 * 0.7], [np.exp(0.3) * 0.7, np.exp(0.3)]]
    np.testing.assert_allclose(games.jacobian(game, 0.3, 0.7), expected, atol=1e-9)


# --- Bad input ---------------------------------------------------------------------------------

HALF = [0.5, 0.5]
PENNIES = [[1, -1], [-1, 1]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: games.solve_zero_sum([[np.nan, 1], [1, 0]]), "finite numbers; received nan"),
        (lambda: games.solve_zero_sum([[np.inf, 1], [1, 0]]), "to inf"),
        (lambda: games.solve_zero_sum([[1e308, -1e308]]), "finite numbers"),
        (lambda: games.solve_zero_sum([1, 2]), r"received \(2,\)"),
        (lambda: games.solve_zero_sum(np.zeros((0, 3))), r"received \(0, 3\)"),
        (lambda: games.exploitability(PENNIES, [0.5, 0.6], HALF), "the sum 1.1"),
        (lambda: games.exploitability(PENNIES, HALF, [1.5, -0.5]), "column player .* -0.5"),
        (lambda: games.exploitability(PENNIES, HALF, [np.nan, 1]), "strategies are finite"),
        (
            lambda: games.exploitability(PENNIES, [1.0], HALF),
            r"shape \(2,\).* of the row player; received \(1,\)",
        ),
        (lambda: games.exploitability(PENNIES, HALF, [[0.5, 0.5]]), r"received \(1, 2\)"),
        (lambda: games.fictitious_play(PENNIES, 0), "at least one round.*received 0"),
        (lambda: games.fictitious_play(PENNIES, 5, row=2), "received row=2"),
        (lambda: games.fictitious_play(PENNIES, 5, column=-1), "column=-1"),
        (lambda: games.dirac_gan(-1), "received -1"),
        (lambda: games.dirac_gan(np.nan), "received nan"),
        (lambda: games.simultaneous_gda(BILINEAR, 1, 1, 0, 5), "step size .* received 0"),
        (lambda: games.alternating_gda(BILINEAR, 1, 1, -0.1, 5), "received -0.1"),
        (lambda: games.extragradient(BILINEAR, 1, 1, np.nan, 5), "received nan"),
        (lambda: games.extragradient(BILINEAR, 1, 1, 0.1, 0), "at least one step; received 0"),
        (lambda: games.extragradient(BILINEAR, np.inf, 1, 0.1, 5), "places of players are finite"),
        (lambda: games.simultaneous_gda(BILINEAR, [1.0, 2.0], 1, 0.1, 5), "shape of its player"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    "rule", [games.simultaneous_gda, games.alternating_gda, games.extragradient]
)
def test_players_that_run_away_are_stopped_at_their_step(rule):
    with pytest.raises(FloatingPointError, match=r"at step \d+"):
        rule(BILINEAR, 1.0, 1.0, 1e4, 1000)
