"""Shortcuts through styles: what is plain, shared, or was asked before is not worked out again."""

from __future__ import annotations

from math import inf
from typing import Any

_KNOWN_SELECTORS = "0.10.1"


def take() -> None:
    """Take these shortcuts."""
    _compute_plainly()
    _cascade_once()
    _ask_what_stands_inside_once()


def _compute_plainly() -> None:
    """Have values that are inherited or initial, and not to be computed, taken without a look at all that others need.

    Nine of ten are.
    """
    from weasyprint import css
    from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
    from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES

    real = css.ComputedStyle.__missing__
    special = ("position", "float", "display", "page")
    plain = {name for name in INITIAL_VALUES if name not in special and not name.startswith("text_decoration_")}
    inherited = plain & set(INHERITED)
    initial = {name: value for name, value in INITIAL_VALUES.items()
               if name in plain - inherited - set(INITIAL_NOT_COMPUTED) and not css.check_math(value)
               and value not in ("initial", "inherit")}  # fmt: skip
    # Which way text runs only tells left from right in these.
    logical = {name: {function(block="ttb", inline=way) for way in ("ltr", "rtl")}
               for name, function in PHYSICAL_FUNCTIONS.items()}  # fmt: skip
    unreserved = (str, int, float)

    def missing(self: Any, key: str) -> Any:
        cascaded = self.cascaded
        if key not in cascaded and (key not in logical or cascaded.keys().isdisjoint(logical[key])):
            if key in initial:
                value = self[key] = initial[key]
                return value
            if key in inherited and self.parent_style is not None:
                value = self.parent_style[key]
                if isinstance(value, unreserved):
                    self[key] = value
                    return value
        return real(self, key)

    css.ComputedStyle.__missing__ = missing


def _cascade_once() -> None:
    """Have declarations put in order once for all elements that match the same selectors below the same style.

    WeasyPrint shares the styles of these, but has first ordered the declarations of each, and not those of bullets.
    """
    from weasyprint import css

    def init(
        self: Any, html: Any, sheets: Any, presentational_hints: Any, font_config: Any, target_collector: Any
    ) -> None:
        self._cascaded_styles, self._computed_styles = {}, {}
        self.initial_page_sizes = {"box": None, "area": None}
        self._sheets, self.font_config = sheets, font_config
        root, base_url = html.etree_element, html.base_url
        own: dict[Any, Any] = {}
        for specificity, element, declarations, address in css.find_style_attributes(
            root, presentational_hints, base_url
        ):
            own[element] = tuple(declarations)
            read = tuple(css.preprocess_declarations(address, declarations))
            _cascade(self, element, [(None, "author", specificity, inf, read)])
        shared: dict[Any, tuple[Any, tuple[Any, ...]]] = {}
        computed = self._computed_styles
        named = {"root": root, "base_url": base_url, "target_collector": target_collector}
        pseudo = []
        for wrapper in html.wrapper_element.iter_subtree():
            element, parent = wrapper.etree_element, wrapper.parent.etree_element if wrapper.parent else None
            key, matched = _matched(sheets, wrapper)
            key = id(computed[parent, None]) if wrapper.parent else None, own.get(element), key
            if key in shared:
                first, kinds = shared[key]
                computed[element, None] = computed[first, None]
            else:
                first, kinds = element, tuple(dict.fromkeys(kind for kind, *_ in matched if kind))
                shared[key] = first, kinds
                _cascade(self, element, matched)
                self.set_computed_styles(element, parent=parent, **named)
            pseudo += [(element, kind, first) for kind in kinds]
        # What stands before and after an element inherits from it, so it comes last.
        for element, kind, first in pseudo:
            if element is first:
                self.set_computed_styles(element, pseudo_type=kind, parent=element, **named)
            else:
                computed[element, kind] = computed[first, kind]
        self._cascaded_styles.clear()

    css.StyleFor.__init__ = init


def _matched(sheets: Any, wrapper: Any) -> tuple[Any, list[Any]]:
    """Return what of *sheets* an element matches: as a key, and as what `_cascade` wants."""
    key, found = [], []
    for sheet, origin, sheet_specificity in sheets:
        for specificity, _, kind, (declarations, layer) in sheet.matcher.match(wrapper):
            order = inf if layer is None else sheet.layers.index(layer)
            key.append((kind, sheet, specificity, id(declarations), order))
            found.append((kind, origin, sheet_specificity or specificity, order, declarations))
    return tuple(key), found


def _cascade(style_for: Any, element: Any, matched: list[Any]) -> None:
    """Put those declarations of *element* that count into its cascaded style, and those of its pseudo-elements."""
    from weasyprint import css

    for kind, origin, specificity, order, declarations in matched:
        style = style_for._cascaded_styles.setdefault((element, kind), {})
        for name, values, importance in declarations:
            weight = css.declaration_precedence(origin, importance), order, specificity
            if name not in style or style[name][1] <= weight:
                style[name] = values, weight


def _ask_what_stands_inside_once() -> None:
    """Have an element searched once for what `:has` asks of it, and not again for each element that stands in it.

    Otherwise the time for a long section is that of the square of its length.
    """
    import cssselect2
    from cssselect2 import compiler
    from cssselect2.parser import RelationalSelector

    real = compiler._compile_node

    def compile_node(selector: Any) -> str:
        expression: str = real(selector)
        if not isinstance(selector, RelationalSelector) or expression == "0":
            return expression
        kept, name = "el.__dict__", repr(f":has {expression}")
        return f"({kept}[{name}] if {name} in {kept} else {kept}.setdefault({name}, bool({expression})))"

    if cssselect2.VERSION == _KNOWN_SELECTORS:
        compiler._compile_node = compile_node
