"""Effects of features as one table: dots with intervals beside their numbers, the greatest on top.

It is plain HTML: it stands as soon as the words around it do, and its links lead to the cells.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from core.insight.document import cells_text, slope_text, told
from core.insight.features import Feature, Kind
from core.insight.insight import Finding
from core.insight.slopes import Slope
from webapp.chart import BLUE, GOLD, GREY, ORANGE, TEAL

_COLOURS: dict[Kind, str] = {"input": TEAL, "op": BLUE, "combine": ORANGE, "size": GOLD}
_NAMES: dict[Kind, str] = {"input": "inputs", "op": "ops", "combine": "combines", "size": "size"}
_SIZES = {"nodes": "one node more", "depth": "one node deeper", "macs": "MACs, +10 % of static"}
_TICKS = 4  # at most so many on the way from one end of the scale to the other
_STYLE = f"""
<style>
.effects {{ overflow-x: auto; }}
.effects table {{ border-collapse: collapse; width: 100%; max-width: 76rem; font-size: 0.9rem; }}
.effects :is(th, td) {{
  padding: 0 0.6rem; height: 1.75rem; text-align: left; white-space: nowrap; font-weight: 400;
  font-variant-numeric: tabular-nums; border: 0 solid rgba(128, 140, 140, 0.25);
  border-bottom-width: 1px;
}}
.effects thead th {{ font-weight: 600; }}
.effects tbody th:first-child, .effects thead th:first-child {{ padding-left: 0; }}
.effects th a {{ color: inherit; text-decoration: underline dotted; text-underline-offset: 3px; }}
.effects .holds :is(th, .number) {{ font-weight: 650; }}
.effects .number span {{ white-space: nowrap; }}
.effects .lesser {{ opacity: 0.75; }}
.effects .scale {{ width: 60%; min-width: 8rem; padding: 0 0.8rem; }}
.effects .scale > div {{ position: relative; height: 1.75rem; }}
.effects .scale span {{ position: absolute; top: 50%; transform: translate(-50%, -50%); }}
.effects .scale .tick {{ font-weight: 400; font-size: 0.8rem; opacity: 0.8; }}
.effects .scale .line {{ width: 1px; height: 100%; background: rgba(128, 140, 140, 0.18); }}
.effects .scale .line.zero {{ background: {GREY}; }}
.effects .scale .whole {{ height: 2px; transform: translate(0, -50%); background: var(--kind); }}
.effects .scale .alone {{ width: 2px; height: 0.7rem; background: {GREY}; }}
.effects .dot {{
  width: 0.7rem; height: 0.7rem; border-radius: 50%; border: 2px solid var(--kind);
  background: light-dark(#fbfcfc, #0f1416);
}}
.effects .holds .dot, .effects .legend .dot {{ background: var(--kind); }}
{"".join(f".effects .{kind} {{ --kind: {colour}; }}" for kind, colour in _COLOURS.items())}
.effects .legend {{ display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; font-size: 0.85rem; }}
.effects .legend .dot {{ display: inline-block; margin-right: 0.35rem; vertical-align: -0.05rem; }}
.effects .legend .bar {{
  display: inline-block; width: 2px; height: 0.7rem; margin-right: 0.4rem; background: {GREY};
}}
@media (max-width: 60rem) {{ .effects .aside {{ display: none; }} }}
@media (max-width: 40rem) {{
  .effects table {{ font-size: 0.82rem; }}
  .effects :is(th, td) {{ padding: 0 0.3rem; }}
  .effects .scale {{ width: 45%; min-width: 5.5rem; padding: 0 0.5rem; }}
  .effects :is(th, .number) {{ white-space: normal; line-height: 1.2; }}
  .effects .number span {{ display: block; }}
}}
</style>
"""


@dataclass(frozen=True)
class Scale:
    """From the least to the most of all effects, 0 always among them.

    Attributes:
        least: Its left end.
        most: Its right end.
        ticks: Round values between them.
    """

    least: float
    most: float
    ticks: tuple[float, ...]

    @classmethod
    def over(cls, values: Sequence[float]) -> "Scale":
        """The scale that holds all values."""
        least, most = min(0.0, *values), max(0.0, *values)
        if least == most:
            least, most = -1.0, 1.0
        step = _round_step((most - least) / _TICKS)
        first, last = math.ceil(least / step), math.floor(most / step)
        return cls(least, most, tuple(number * step for number in range(first, last + 1)))

    def place(self, value: float) -> float:
        """Where a value lies, in percent from the left."""
        return 100 * (value - self.least) / (self.most - self.least)


def label(feature: Feature) -> str:
    """What a feature is called beside its dot."""
    if feature.kind == "size":
        return _SIZES[feature.word]
    return f"reads {feature.word}" if feature.kind == "input" else feature.word


def effects_html(
    findings: Sequence[Finding], *, unit: str, link: Callable[[Feature], str | None]
) -> str:
    """The table of the findings that tell something.

    Args:
        findings: All findings, in the order in which they are shown.
        unit: What effects are counted in.
        link: Where the cells with a feature are to be seen; None where nowhere.
    """
    shown = [(each, each.shown) for each in findings if each.shown is not None]
    slopes = [slope for _, slope in shown if slope is not None]
    scale = Scale.over([end for slope in slopes for end in (slope.low, slope.high)])
    rows = [_row(each, slope, scale, link(each.feature)) for each, slope in shown if slope]
    ticks = "".join(
        _at(scale.place(tick), "tick", f"{tick:+g}" if tick else "0") for tick in scale.ticks
    )
    kinds = [kind for kind in _NAMES if any(each.feature.kind == kind for each, _ in shown)]
    legend = "".join(
        f'<span class="{kind}"><span class="dot"></span>{_NAMES[kind]}</span>' for kind in kinds
    )
    if any(_is_told_apart(each) for each, _ in shown):
        legend += '<span><span class="bar"></span>alone</span>'
    return (
        f'{_STYLE}<div class="effects"><div class="legend">{legend}</div><table><thead><tr>'
        f'<th scope="col">Feature</th><th scope="col" class="scale"><div>{ticks}</div></th>'
        f'<th scope="col">Effect, {escape(unit)}</th><th scope="col" class="aside">Alone</th>'
        f'<th scope="col" class="aside">Told of</th></tr></thead><tbody>{"".join(rows)}</tbody>'
        "</table></div>"
    )


def _row(finding: Finding, slope: Slope, scale: Scale, link: str | None) -> str:
    name = escape(label(finding.feature))
    named = f'<a href="{escape(link)}">{name}</a>' if link else name
    low, high = scale.place(slope.low), scale.place(slope.high)
    marks = [_at(scale.place(tick), "line" if tick else "line zero") for tick in scale.ticks]
    marks.append(f'<span class="whole" style="left: {low:.2f}%; width: {high - low:.2f}%"></span>')
    alone = finding.alone if _is_told_apart(finding) else None
    if alone is not None:
        place = min(100.0, max(0.0, scale.place(alone.effect)))
        marks.append(_at(place, "alone"))
    marks.append(_at(scale.place(slope.effect), "dot"))
    kind = f"{finding.feature.kind} holds" if finding.holds else finding.feature.kind
    certain = "holds after correction" if finding.holds else "may be chance"
    title = escape(f"{told(finding, slope)}; {certain}")
    return (
        f'<tr class="{kind}" title="{title}"><th scope="row">{named}</th>'
        f'<td class="scale" aria-hidden="true"><div>{"".join(marks)}</div></td>'
        f'<td class="number">{_number(finding, slope)}</td>'
        f'<td class="aside lesser">{escape(slope_text(alone)) if alone else ""}</td>'
        f'<td class="aside lesser">{escape(cells_text(finding))}</td></tr>'
    )


def _number(finding: Finding, slope: Slope) -> str:
    """The effect and its interval, neither ever broken in two."""
    effect, interval = slope_text(slope).split(" ", 1)
    star = "*" if finding.holds else ""
    return f"<span>{escape(effect)}</span> <span>{escape(interval)}{star}</span>"


def _is_told_apart(finding: Finding) -> bool:
    return finding.beside is not None and finding.alone is not None


def _at(place: float, kind: str, text: str = "") -> str:
    return f'<span class="{kind}" style="left: {place:.2f}%">{text}</span>'


def _round_step(least: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is no less."""
    power: float = 10.0 ** math.floor(math.log10(least))
    return next(times * power for times in (1, 2, 5, 10) if times * power >= least * (1 - 1e-9))
