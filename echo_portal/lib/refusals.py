"""Refusal: an action that is not allowed, with a sentence for the person."""


class Refusal(Exception):
    """Raised if an action is not allowed, before anything is changed. It contains a sentence for the person.

    `field` is the name of the form field that it concerns, or "" for the whole form.
    """

    def __init__(self, sentence: str, *, code: str, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code
        self.field = field
