"""A template tag that renders a block once per process and set of values: `{% memoized row %}`.

The key is the active language and the values of the arguments. Pass every value that the block uses, except the
language. Arguments must be hashable and compared by value, such as strings and frozen dataclasses. Do not use the tag
for a block that depends on a token, a nonce, the current time or the current user, unless that is an argument.
"""

from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.functional import LazyObject, Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

MOST = 3000  # Texts kept per block. A row of a list takes about 1 kB.


class MemoizedNode(template.Node):
    def __init__(self, nodelist: NodeList, values: list[FilterExpression]) -> None:
        self.nodelist = nodelist
        self.values = values
        self.texts: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        key = (get_language(), *[_evaluated(value.resolve(context)) for value in self.values])
        text = self.texts.get(key)
        if text is None:
            text = self.nodelist.render(context)
            if len(self.texts) >= MOST:
                self.texts.clear()
            self.texts[key] = text
        return text


def _evaluated(value: Any) -> Any:
    """Return a lazy value as a string, so that the key does not keep a request or a form in memory."""
    return str(value) if isinstance(value, LazyObject | Promise) else value


@register.tag
def memoized(parser: Parser, token: Token) -> MemoizedNode:
    """Render the block, or return the stored text for the same language and arguments."""
    values = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    nodelist = parser.parse(["endmemoized"])
    parser.delete_first_token()
    return MemoizedNode(nodelist, values)
