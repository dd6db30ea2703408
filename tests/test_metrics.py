"""Scores: standard errors against theory, exact small cases, printing."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from gencore import metrics
from gencore.metrics import Estimate


def test_standard_error_is_that_of_the_mean():
    values = np.random.default_rng(0).normal(size=50)
    estimate = Estimate.from_values(values)
    np.testing.assert_allclose(estimate.value, values.mean(), rtol=1e-12)
    np.testing.assert_allclose(estimate.stderr, stats.sem(values), rtol=1e-12)


def test_intervals_of_two_standard_errors_cover_the_truth():
    # 2,000 repetitions: coverage of +-1.96 s.e. is 0.947 for 100 normal values (t, 99 degrees), the
    # counting error 0.005; +-0.02 is 4 standard errors, a false failure rate of 6e-5.
    draws = np.random.default_rng(1).normal(3.0, 2.0, size=(2000, 100))
    estimates = [Estimate.from_values(row) for row in draws]
    covered = np.mean([abs(e.value - 3.0) < 1.96 * e.stderr for e in estimates])
    assert abs(covered - 0.947) < 0.02


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (Estimate(-94.7134, 0.312, "nats"), "-94.7 ± 0.3 nats"),
        (Estimate(5.4321, 0.0149), "5.432 ± 0.015"),
        (Estimate(1234.5, 37.0, "per image"), "1234 ± 37 per image"),
        (Estimate(0.5, 0.0), "0.50 ± 0.00"),
    ],
)
def test_an_estimate_prints_what_it_knows(estimate, text):
    assert str(estimate) == text


def test_reconstruction_error_sums_over_pixels_and_averages_over_images():
    x = np.zeros((3, 2, 2, 1), dtype=np.float32)
    x_hat = x + np.array([1.0, 2.0, 3.0], dtype=np.float32).reshape(3, 1, 1, 1)
    error = metrics.reconstruction_error(x, x_hat)
    np.testing.assert_allclose(error.value, np.mean([4, 16, 36]), rtol=1e-12)
    np.testing.assert_allclose(error.stderr, stats.sem([4, 16, 36]), rtol=1e-12)
    assert error.unit == "per image"  # grey pixels have no likelihood, so never nats


def test_reconstruction_error_adds_in_double_precision():
    # 784 squares of 1e-4 beside one of 1e4: float32 would lose a share of 1e-4 of the small ones.
    x = np.full((2, 785), 1e-2, dtype=np.float32)
    x[:, 0] = 1e2
    expected = float(np.float32(1e2)) ** 2 + 784 * float(np.float32(1e-2)) ** 2
    error = metrics.reconstruction_error(x, np.zeros_like(x))
    np.testing.assert_allclose(error.value, expected, rtol=1e-12)


def test_reconstruction_error_refuses_to_broadcast():
    with pytest.raises(ValueError, match=r"\(3, 2\) and \(1, 2\)"):
        metrics.reconstruction_error(np.zeros((3, 2)), np.zeros((1, 2)))


def test_accuracy_counts_right_answers():
    logits = np.array([[0.1, 0.9], [2.0, -1.0], [0.0, 3.0], [1.0, 0.0]])
    estimate = metrics.accuracy(logits, np.array([1, 0, 0, 0]))
    np.testing.assert_allclose(estimate.value, 0.75, rtol=1e-12)
    # Oracle: a proportion p has the variance p (1 - p) / (n - 1).
    np.testing.assert_allclose(estimate.stderr, np.sqrt(0.75 * 0.25 / 3), rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Estimate.from_values(np.array([1.0])), r"shape \(1,\)"),
        (lambda: Estimate.from_values(np.zeros((2, 2))), r"shape \(2, 2\)"),
        (lambda: metrics.accuracy(np.zeros((3, 2)), np.zeros((3, 1))), r"\(3, 2\) and \(3, 1\)"),
    ],
)
def test_bad_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_metrics_need_no_tensorflow():
    code = "import sys, gencore.metrics; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
