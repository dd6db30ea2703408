"""Settings of the notebook kernels (IPython reads this file; `c` is its configuration).

What libraries write straight to file descriptor 2 stays in the terminal, where the lines of
TensorFlow's start are left out; what Python code prints on stderr reaches the page.
"""

c = get_config()  # noqa: F821 # pyright: ignore[reportUndefinedVariable]
c.IPKernelApp.capture_fd_output = False
c.IPKernelApp.exec_lines = ["from gencore.loading import quieten; quieten(); del quieten"]
# ipykernel warns on every start that a local kernel speaks plain TCP.
c.IPKernelApp.log_level = "ERROR"
