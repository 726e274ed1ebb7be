"""`{% unchanging row %}…{% endunchanging %}`: cache a block in the process, with the named values as its key.

The block must depend on these values and the active language only: equal values give equal output, so the cache is
never stale. Values are compared by equality (frozen dataclasses, strings). Anything else (a token, a nonce, the current
time, the person) must stay outside.
"""

from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.functional import LazyObject, Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

MOST = 3000  # outputs cached per block; a row of a list has about 1 kB


class UnchangingNode(template.Node):
    def __init__(self, nodelist: NodeList, values: list[FilterExpression]) -> None:
        self.nodelist = nodelist
        self.values = values
        self.texts: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        key = (get_language(), *[_settled(value.resolve(context)) for value in self.values])
        text = self.texts.get(key)
        if text is None:
            text = self.nodelist.render(context)
            if len(self.texts) >= MOST:
                self.texts.clear()
            self.texts[key] = text
        return text


def _settled(value: Any) -> Any:
    """Evaluate a lazy string, so that the key does not keep other objects alive."""
    return str(value) if isinstance(value, LazyObject | Promise) else value


@register.tag
def unchanging(parser: Parser, token: Token) -> UnchangingNode:
    values = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    nodelist = parser.parse(["endunchanging"])
    parser.delete_first_token()
    return UnchangingNode(nodelist, values)
