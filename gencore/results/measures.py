"""The scores of the results in words: what each is, and which end of it is the better one."""

from __future__ import annotations

from dataclasses import dataclass

NOTHING = "–"
UP, DOWN = "↑", "↓"


@dataclass(frozen=True)
class Measure:
    """One score of the cards in words.

    Parameters
    ----------
    column : str
        Head of its column.
    how : str
        What is computed.
    protocol : str
        Name in the protocol of a card of the number of draws that it takes.
    draws : str
        What is drawn where the protocol says nothing.
    """

    column: str
    how: str
    protocol: str = ""
    draws: str = NOTHING

    @property
    def better(self) -> str:
        """Return the arrow to its better end, or nothing where neither end is good."""
        return UP if self.column in HIGHER else DOWN if self.column in LOWER else ""


IMAGES = "as many samples as test images"
BALLS = "inside the balls around {} that reach to their third nearest neighbour"
PRIOR = "logarithm of the mean of p(x|z) over draws of z from the prior"
IMPORTANCE = "logarithm of the mean of p(x|z) p(z) / q(z|x) over draws of z from the encoder"

NOTICED = "how many samples a test at 5 % needs to tell them from test digits 4 times in 5"

HIGHER = {
    *("exact", "accuracy", "bound", "prior samples", "more prior samples", "importance samples"),
    *("more importance samples", "precision", "recall", "smallest class", "label obeyed"),
    *("good samples", "modes covered", "Parzen score", "validation digits"),
    *("bound, own exemplar in", "bound, own exemplar out"),
    *("noticed in features", "noticed in pixels", "noticed by a classifier"),
    *("label kept", "label kept, back"),
}
LOWER = {
    *("squared error", "squared error, noisy input", "Fréchet distance", "residual noise"),
    *("background", "nearest sample", "nats a character"),
    *("error to the twin", "error of the cycle"),
    *("error to the twin, back", "error of the cycle, back"),
}
MEASURES = {
    "reconstruction_error": Measure("squared error", "sum over pixels of (copy - image)²"),
    "reconstruction_error_noisy_input": Measure(
        "squared error, noisy input",
        "the same, the copy being made of the image with noise of variance 0.1",
    ),
    "accuracy": Measure("accuracy", "share of digits whose class gets the highest logit"),
    "rate": Measure("rate", "divergence of q(z|x) from the prior", "bound_samples", "closed form"),
    "distortion": Measure("distortion", "mean of -log p(x|z) under q(z|x)", "bound_samples"),
    "evidence_lower_bound": Measure("bound", "evidence lower bound", "bound_samples"),
    "prior_log_likelihood": Measure("prior samples", PRIOR, "prior_samples"),
    "prior_log_likelihood_10000000": Measure("more prior samples", PRIOR, draws="10,000,000"),
    "importance_log_likelihood": Measure("importance samples", IMPORTANCE, "importance_samples"),
    "importance_log_likelihood_5000": Measure("more importance samples", IMPORTANCE, draws="5,000"),
    "log_likelihood": Measure("exact", "sum over the rows of log p(row | rows above it)"),
    "cross_entropy": Measure(
        "nats a character", "−log p of the last tenth of the text, by the number of its characters"
    ),
    "twin_error": Measure(
        "error to the twin", "mean absolute difference of a translation and the true one"
    ),
    "cycle_error": Measure(
        "error of the cycle", "mean absolute difference of an image and what comes back of it"
    ),
    "label_kept": Measure(
        "label kept", "share of translations whose negative the classifier names rightly"
    ),
    "label_of_twins": Measure("label of true twins", "the same share of the true translations"),
    "back_twin_error": Measure("error to the twin, back", "the same, from B to A"),
    "back_cycle_error": Measure("error of the cycle, back", "the same, from B to A"),
    "back_label_kept": Measure(
        "label kept, back", "share of translations from B to A that the classifier names rightly"
    ),
    "sharpness_of_copies": Measure("sharpness of copies", "variance of a copy's Laplacian"),
    "sharpness_of_samples": Measure(
        "sharpness", "variance of a sample's Laplacian", "samples", IMAGES
    ),
    "frechet_distance": Measure(
        "Fréchet distance",
        "of samples from test digits, by means and covariances of 64 features of the classifier",
        draws=IMAGES,
    ),
    "precision": Measure(
        "precision", f"share of samples {BALLS.format('test digits')}, in features", draws=IMAGES
    ),
    "recall": Measure(
        "recall", f"share of test digits {BALLS.format('samples')}, in features", draws=IMAGES
    ),
    "smallest_class_share": Measure(
        "smallest class", "the rarest digit's share of the samples", draws=IMAGES
    ),
    "label_accuracy": Measure(
        "label obeyed", "share of samples that show the digit asked for", draws=IMAGES
    ),
    "residual_noise": Measure(
        "residual noise", "standard deviation of the pixels in the frame of a sample", draws=IMAGES
    ),
    "background_level": Measure(
        "background", "mean grey level of the frame of a sample", draws=IMAGES
    ),
    "learned_variance": Measure("learned variance", "of the noise, by the model"),
    "good_samples": Measure("good samples", "share of samples near a mode", draws=IMAGES),
    "modes_covered": Measure("modes covered", "modes that samples are near to", draws=IMAGES),
    "parzen_log_likelihood": Measure(
        "Parzen score", "log density under normal kernels around the samples", "samples"
    ),
    "parzen_bandwidth": Measure(
        "bandwidth", "standard deviation of the kernels, best for validation images", "samples"
    ),
    "nearest_squared_distance": Measure(
        "nearest sample", "squared distance to the nearest sample", "samples"
    ),
    "validation_log_likelihood": Measure("validation digits", IMPORTANCE, draws="200"),
    "training_bound_own_in": Measure(
        "bound, own exemplar in", "evidence lower bound of exemplars, each in its own prior"
    ),
    "training_bound_own_out": Measure(
        "bound, own exemplar out", "the same, each left out of its own prior"
    ),
    "pixels_from_a_training_digit": Measure(
        "pixels from a training digit", "that differ between a sample and the nearest of them"
    ),
    "samples_to_detect": Measure(
        "noticed in features",
        f"{NOTICED}, a permutation test of a kernel in 64 features of the classifier",
        draws=IMAGES,
    ),
    "samples_to_detect_in_pixels": Measure(
        "noticed in pixels", f"{NOTICED}, the same test in pixels", draws=IMAGES
    ),
    "samples_to_detect_by_classifier": Measure(
        "noticed by a classifier",
        f"{NOTICED}, a linear classifier of the features, half of them for its training",
        draws=IMAGES,
    ),
}

# How well one kind is told from others, of every score of a detector the AUROC.
AREA = "share of pairs of a normal and another test image in which the score of the other is higher"
OF_SCORES = {
    "auroc": ("AUROC", "by the main score: error of the copy, −log p(x), or inversion"),
    "auroc_bound": ("AUROC, bound", "by minus the bound of one sample"),
    "auroc_reconstruction": ("AUROC, error", "by the squared error of the copy"),
    "auroc_discriminator": ("AUROC, discriminator", "by minus its logit"),
    "auroc_isolation_forest": ("isolation forest", "by how soon random splits leave it alone"),
    "auroc_one_class_svm": ("one-class SVM", "by the distance outside a region of most images"),
    "auroc_nearest_neighbours": ("nearest neighbours", "by the distance to the fifth nearest"),
    "auroc_principal_components": ("principal components", "by the distance to their plane"),
    "auroc_kernel_density": ("kernel density", "by minus the log density of a Parzen window"),
}
REPAIRED = {
    "likelihood": ("−log p", "by the nats that it takes"),
    "typicality": ("typicality", "by how far these are from their mean"),
    "ratio": ("ratio", "by what a background model takes less"),
    "complexity": ("code length", "by what a PNG file takes less"),
}
KINDS = ("digits", "faces", "emoji", "inverted digits", "noise", "blank")
MEASURES |= {key: Measure(column, f"{AREA}, {how}") for key, (column, how) in OF_SCORES.items()}
MEASURES |= {
    f"auroc_{key}_{kind.replace(' ', '_')}": Measure(f"{words}: {kind}", f"{AREA}, {how}")
    for key, (words, how) in REPAIRED.items()
    for kind in KINDS
}
MEASURES |= {
    f"nats_{kind.replace(' ', '_')}": Measure(
        f"nats: {kind}", "−log P(x) of grey levels", "importance_samples"
    )
    for kind in KINDS
}
MEASURES |= {
    "false_alarm_rate": Measure("false alarms", "share of the one digit above a threshold for 5 %"),
    "detection_rate": Measure("detected", "share of the other digits above that threshold"),
}
for end, more in (("", ""), *((f"_{n}", f", {n:,} added") for n in (200, 1000, 5000))):
    MEASURES[f"rare_recall{end}"] = Measure(
        f"rare recall{more}", "share of images of the rare digit that are recognised"
    )
    MEASURES[f"balanced_accuracy{end}"] = Measure(
        f"balanced accuracy{more}", "mean over the digits of the share that is recognised"
    )
WRONG = "share of digits whose label is guessed wrongly, with a hundred labels"
MEASURES["error_rate"] = Measure("error", WRONG)
for of, where in (("", "pixels"), ("_vae", "codes of vae-2"), ("_gae", "codes of gae-2")):
    for name in ("logistic_regression", "support_vectors", "nearest_neighbour", "label_spreading"):
        MEASURES[f"error_rate_{name}{of}"] = Measure(
            f"{name.replace('_', ' ')}, {where}", f"{WRONG}, by {name.replace('_', ' ')} on {where}"
        )
UPWARDS = ("auroc", "rare_recall", "balanced_accuracy", "detection_rate")
HIGHER |= {m.column for key, m in MEASURES.items() if key.startswith(UPWARDS)}
LOWER |= {m.column for key, m in MEASURES.items() if key.startswith("error_rate")}
