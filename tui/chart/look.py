"""How charts are drawn and played, which is the same for every run and remembered."""

from dataclasses import dataclass
from typing import Self

from tui.chart.picture import CHART_STYLES, Style
from tui.chart.replay import SPEEDS
from tui.memory import JSON, Memory

_PLACE = "chart"
_FIRST_SPEED = 10


@dataclass(frozen=True)
class Look:
    """The style of bars and marks, and the speed of the replay in bars a second."""

    style: Style = CHART_STYLES[0]
    speed: int = _FIRST_SPEED

    @classmethod
    def remembered(cls, memory: Memory) -> Self:
        """Return what was kept; what is none of today's styles or speeds is as at the first start."""
        kept = memory.of(_PLACE)
        styles = (style for style in CHART_STYLES if style.name == kept.get("style"))
        speeds = (speed for speed in SPEEDS if speed == kept.get("speed"))
        return cls(next(styles, cls.style), next(speeds, cls.speed))

    def keep(self, memory: Memory) -> None:
        """Keep it for the next chart, and the next start."""
        values: dict[str, JSON] = {"style": self.style.name, "speed": self.speed}
        memory.keep(_PLACE, values)

    @property
    def next_style(self) -> Style:
        """The style after this one, the first again after the last."""
        return CHART_STYLES[(CHART_STYLES.index(self.style) + 1) % len(CHART_STYLES)]
