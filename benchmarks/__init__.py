"""Side-by-side measurements of speed; ``python -m benchmarks`` runs them (``make bench``).

The question is what the book's way of training costs: gencore's models, trained by Keras on
TensorFlow, against the same networks written in the plainest way in PyTorch.

Measured, for the recipes ae-mlp, ae-conv, vae-2, vae-conv, gan-dense, gan-conv, dcgan and wgan-gp,
in images per second of wall-clock time:

train
    An epoch over handwritten digits, as many images as the book trains on: one gradient step for
    each batch of the recipe's size, with the recipe's cost and Adam at its falling learning rate.
    gencore runs ``fit`` as ``gencore.zoo.training`` does; PyTorch runs a loop of a few lines
    (benchmarks/torch_side.py).
reconstruct
    Copies of the same images in batches of 500, as an evaluation makes them
    (``Autoencoder.reconstruct``, ``VAE.images``); in PyTorch without gradients.
sample
    For a GAN instead: as many samples, in batches of 500. In training, both sides make one batch
    of fakes a step, which serves the discriminator's turn and the generator's.

Beside each rate stands its share of the machine's matrix-product rate: the floating-point
operations that the networks' products and convolutions need, over those per second that NumPy
reaches with a product of two float32 matrices in the same run.

Both sides run on the processor, in float32, with the same number of threads, each in a process of
its own that waits while the other works. They take turns, and so does the matrix product, so that
whatever else the machine does meets all of them alike. Where Linux allows it (to root), idle
processors are kept awake meanwhile, and the last line says whether they were. The ratio is taken
turn by turn; its median and its quartiles are reported. The first turn compiles and warms up and
does not count.

The two nets of a recipe have the same layers and parameters, but not the same numbers: initial
weights differ, and the strided convolutions pad on other sides. Neither changes the work.
"""
