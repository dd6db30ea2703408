"""The same tasks written plainly in PyTorch: the net, the loop, the carried state."""

from collections.abc import Callable

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

ROWS, LENGTH = 16, 100
CHARACTERS, EMBEDDING, UNITS, DEPTH, DROPOUT = 65, 64, 256, 2, 0.2
BATCH, WINDOW, RATE, EPOCHS, CLIP = 64, 50, 4e-3, 12, 1.0


class Net(nn.Module):
    """An embedding, LSTM layers with dropout after each, and a dense layer."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(CHARACTERS + 1, EMBEDDING)
        self.lstm = nn.LSTM(EMBEDDING, UNITS, DEPTH, dropout=DROPOUT, batch_first=True)
        self.dropout = nn.Dropout(DROPOUT)
        self.logits = nn.Linear(UNITS, CHARACTERS)

    def forward(self, x: torch.Tensor, state: tuple | None = None) -> tuple:
        """Return logits (B, T, V) and the state."""
        h, state = self.lstm(self.embedding(x), state)
        return self.logits(self.dropout(h)), state


def tasks(name: str, images: np.ndarray) -> dict[str, Callable[[], int]]:
    """Return what can be timed; each call returns how many characters it trained on or wrote."""
    torch.manual_seed(0)
    net, count = Net(), len(images)
    length = count // BATCH
    symbols = torch.randint(CHARACTERS, (BATCH, length + 1))
    optimizer = torch.optim.Adam(net.parameters(), RATE, eps=1e-7)
    steps = -(-length // WINDOW) * EPOCHS
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)

    def train() -> int:
        net.train()
        state = None
        for start in range(0, length, WINDOW):
            window = symbols[:, start : start + WINDOW + 1]
            logits, state = net(window[:, :-1], state)
            state = tuple(part.detach() for part in state)
            loss = cross_entropy(logits.flatten(0, 1), window[:, 1:].flatten())
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), CLIP)
            optimizer.step()
            schedule.step()
        return BATCH * length

    def sample() -> int:
        net.eval()
        with torch.no_grad():
            logits, state = net(torch.full((ROWS, 1), CHARACTERS))
            for _ in range(LENGTH):
                p = torch.softmax(logits[:, -1], dim=-1)
                logits, state = net(torch.multinomial(p, 1), state)
        return ROWS * LENGTH

    def parameters() -> int:
        """Count the weights, without the second bias of each cell."""
        return sum(w.numel() for w in net.parameters()) - DEPTH * 4 * UNITS

    return {"train": train, "sample": sample, "parameters": parameters}
