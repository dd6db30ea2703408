"""Settings of the notebook kernels (IPython reads this file; `c` is its configuration).

TensorFlow writes start-up messages straight to file descriptor 2, whatever its log level says.
They stay in the terminal; what Python code prints on stderr still reaches the page.
"""

c = get_config()  # noqa: F821 # pyright: ignore[reportUndefinedVariable]
c.IPKernelApp.capture_fd_output = False
# ipykernel warns on every start that a local kernel speaks plain TCP.
c.IPKernelApp.log_level = "ERROR"
