"""The stored model is the corpus's own, and computes what scikit-learn does."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from conversations.model import Intent, Kind
from conversations.recogniser import corpus, network, train
from conversations.recogniser.network import StaleModel, open_network
from conversations.recogniser.typos import copies

LINES = list(corpus.read())


def test_the_model_is_of_the_corpus_beside_it() -> None:
    assert open_network().intents


def test_every_intent_has_lines_in_both_languages_and_no_line_stands_twice() -> None:
    spoken = Counter((line.intent, line.language) for line in LINES)

    assert all(spoken[intent, language] >= 5 for intent in Intent for language in ("fr", "en"))
    assert all(line.source and line.family for line in LINES)
    doubled = Counter((line.intent, line.text.casefold()) for line in LINES)
    assert not [line for line, times in doubled.items() if times > 1]


def test_no_text_of_the_held_out_messages_is_trained_on() -> None:
    trained = {line.text.casefold() for line in LINES}
    held_out = (Path(__file__).parent / "held_out.tsv").read_text("utf-8").splitlines()
    requests = [row.split("\t") for row in held_out]

    assert not [
        text
        for intent, _, text in requests
        if Intent(intent).kind is Kind.REQUEST and text.casefold() in trained
    ]


def test_a_model_of_another_corpus_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "digest", lambda: "of another corpus")

    with pytest.raises(StaleModel):
        open_network(network.FILE)


def test_training_again_gives_the_same_model_and_numpy_computes_what_scikit_learn_does(
    tmp_path: Path,
) -> None:
    stored = open_network()
    trained = train.fit(LINES)
    train.write(trained, (stored.temperature, stored.act, stored.ask), tmp_path / "again.npz")
    again = open_network(tmp_path / "again.npz")
    texts = [line.text for line in LINES[::30]]

    theirs = trained.logits(texts)

    for text, expected in zip(texts, theirs, strict=True):
        # 16-bit weights and another processor move the last digits only.
        assert np.abs(again.logits(text) - expected).max() < 0.05
        assert np.abs(again.probabilities(text) - stored.probabilities(text)).max() < 0.05


def test_typos_are_always_the_same_four() -> None:
    text = "Je n'ai jamais reçu le code de sécurité"

    assert copies(text) == copies(text)
    assert len(copies(text)) == 4
    assert set(copies(text)) != {text}
