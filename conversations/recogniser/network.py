"""The model at work: TF-IDF and a multinomial logistic regression, in numpy alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from conversations.model import Intent
from conversations.recogniser import corpus
from conversations.recogniser.features import part_terms, word_terms

FILE = Path(__file__).parent / "model.npz"

Scores = NDArray[np.float32]


class StaleModel(Exception):
    """The model was not made from the corpus beside it."""


@dataclass(frozen=True, slots=True)
class Block:
    """One kind of terms: each term's row, its inverse document frequency, its weight for each intent."""

    rows: dict[str, int]
    idf: Scores
    weights: Scores

    def scores(self, terms: list[str]) -> Scores | None:
        """Cosine-normalised TF-IDF (sublinear) times the weights; None where no term is known."""
        rows = self.rows
        counts = Counter(row for term in terms if (row := rows.get(term)) is not None)
        if not counts:
            return None
        at = np.fromiter(counts, dtype=np.intp, count=len(counts))
        found = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        values = (1 + np.log(found)) * self.idf[at]
        values /= np.sqrt(values @ values)
        return values @ self.weights[at]


@dataclass(frozen=True, slots=True)
class Network:
    """All that training left: weights, the temperature of its probabilities, two thresholds."""

    intents: tuple[Intent, ...]
    words: Block
    parts: Block
    bias: Scores
    temperature: float
    act: float
    """From this probability on the likeliest intent is acted on."""
    ask: float
    """From this one on a question helps; below it nothing was understood."""

    def logits(self, text: str) -> Scores:
        total = self.bias
        for block, terms in ((self.words, word_terms(text)), (self.parts, part_terms(text))):
            scores = block.scores(terms)
            if scores is not None:
                total = total + scores
        return total

    def probabilities(self, text: str) -> Scores:
        """One for each of `intents`, together 1."""
        logits = self.logits(text) / self.temperature
        powers = np.exp(logits - logits.max())
        return np.asarray(powers / powers.sum(), dtype=np.float32)


def open_network(file: Path = FILE) -> Network:
    """Read a model.

    Raises StaleModel where it was made from another corpus than the one beside it.
    """
    with np.load(file, allow_pickle=False) as stored:
        if _text(stored["corpus"]) != corpus.digest():
            raise StaleModel("the model is not of this corpus: run python -m conversations.recogniser.train")
        temperature, act, ask = (float(each) for each in stored["settings"])
        return Network(
            intents=tuple(Intent(name) for name in _text(stored["intents"]).split("\n")),
            words=_block(stored["word_terms"], stored["word_idf"], stored["word_weights"]),
            parts=_block(stored["part_terms"], stored["part_idf"], stored["part_weights"]),
            bias=stored["bias"].astype(np.float32),
            temperature=temperature,
            act=act,
            ask=ask,
        )


@cache
def the_network() -> Network:
    """The model beside this module, read on first use."""
    return open_network()


def _block(terms: NDArray[np.uint8], idf: Scores, weights: NDArray[np.float16]) -> Block:
    rows = {term: row for row, term in enumerate(_text(terms).split("\n"))}
    return Block(rows, idf.astype(np.float32), weights.astype(np.float32))


def _text(stored: NDArray[np.uint8]) -> str:
    return stored.tobytes().decode()
