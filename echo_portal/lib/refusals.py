"""Refusal: an action that is not allowed, with a sentence for the person."""


class Refusal(Exception):
    """Raised by rules before anything is changed. `field` names the form field; empty for the whole form."""

    def __init__(self, sentence: str, *, code: str, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code
        self.field = field
