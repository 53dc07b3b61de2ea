"""From a parent's words to what they mean: read once, understood by a small model and a few sure rules."""

from conversations.recogniser.deciding import load, recognise
from conversations.recogniser.language import detect
from conversations.recogniser.reading import Reading

__all__ = ["Reading", "detect", "load", "recognise"]
