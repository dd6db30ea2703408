# Keras infers its types for five backends at once ("str" for verbose, "None" for every operation),
# so the checker reads it as untyped.
from typing import Any

def __getattr__(name: str) -> Any: ...
