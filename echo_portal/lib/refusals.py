"""A "no" with a sentence the person may read."""


class Refusal(Exception):
    """Raised by rules; nothing was changed. `field` names the form field it belongs to, empty for the whole form."""

    def __init__(self, sentence: str, *, code: str, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code
        self.field = field
