"""A list of short texts as a form field: one on each line."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from echo_portal.lib.forms import one_line


class LineListField(forms.CharField):
    """Cleans to a list of texts, empty lines left out; each has at most `longest` characters."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, *, longest: int, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("help_text", _("One on each line."))
        super().__init__(**kwargs)
        self.longest = longest

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = [one_line(line) for line in super().clean(value).splitlines() if line.strip()]
        for line in lines:
            if len(line) > self.longest:
                raise ValidationError(
                    _("Each line may have %(longest)d characters; “%(start)s…” has %(length)d."),
                    params={"longest": self.longest, "start": line[:30], "length": len(line)},
                )
        return lines

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (self.to_python(data) or "").splitlines() != list(initial or [])
