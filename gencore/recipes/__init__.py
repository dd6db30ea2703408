"""The book's experiments by name: data, networks, training, evaluation and seed.

A recipe states everything that decides a trained model. ``zoo.train`` follows it, and
``python -m gencore train NAME`` makes the model again.

A file of recipes is read when one of its names is asked for: what trains a GAN is no part of a
chapter that only loads an autoencoder.
"""

from gencore.loading import late

HANDED_ON = {
    "autoencoders": (
        *("CODE_SIZE", "EVALUATION_SEED", "NOISE_VARIANCE"),
        *("evaluate_autoencoder", "evaluate_classifier"),
    ),
    "catalogue": ("RECIPES", "get"),
    "gae": (
        *("evaluate_gae", "evaluate_gae_importance", "evaluate_gae_reference"),
        "evaluate_plane",
    ),
    "likelihoods": ("binarized", "evaluate_importance", "evaluate_reference", "evaluate_vae"),
    "matching_scores": ("evaluate_adversarial", "evaluate_latent", "evaluate_matched"),
    "noise": ("evaluate_cleaned", "evaluate_noisy"),
    "other_data": ("code_nats", "file_nats"),
    "parzen": ("evaluate_grey", "evaluate_parzen"),
    "recipe": ("Recipe",),
    "resampling": ("RESAMPLERS",),
    "ring": ("evaluate_ring",),
    "samples": ("evaluate_held_out", "evaluate_samples"),
    "sequences": ("evaluate_rows", "evaluate_text"),
    "translation": ("digit_domains", "evaluate_translation"),
    "vae": ("evaluate_copies", "evaluate_grey_vae"),
}
__getattr__ = late(__name__, HANDED_ON)
