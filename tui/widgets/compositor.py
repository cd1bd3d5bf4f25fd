"""Where every widget stands on a screen, as Textual works it out, but that none is overlooked."""

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor, ReflowResult
from textual.geometry import Size
from textual.widget import Widget


class NarrowUpdate(ChopsUpdate):
    """Sends the cells that are to be drawn again; Textual begins with the left edge of their widget."""

    def render_segments(self, console: Console) -> str:
        """Return what is written to the terminal."""
        written: list[str] = []
        for y, first, last in self.spans:
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                begin, stop = max(x, first), min(end, last)
                if strip is not None and begin < stop:
                    written += [
                        Control.move_to(begin, y).segment.text,
                        strip.crop(begin - x, stop - x).render(console),
                    ]
        return "".join(written)


class WatchfulCompositor(Compositor):
    """Tells every widget how large it is, also one that was looked for before it was laid out.

    Textual takes for new what its map of all widgets did not have before a layout. A widget that
    was sought in between, for the focus or to draw it, stands on that map already: it would never
    hear of its size, nor be drawn, and a tab that has just been opened would stay blank.
    """

    def __init__(self) -> None:
        super().__init__()
        self._told: set[Widget] = set()

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        """Lay everything out; what was in no layout before is new, and drawn."""
        result = super().reflow(parent, size)
        placed = self._full_map
        overlooked = placed.keys() - self._told - result.shown
        self._told = set(placed)
        for widget in overlooked:
            region, _, clip, *_ = placed[widget]
            self._dirty_regions |= {part for part in [clip.intersection(region)] if part}
        return result._replace(shown=result.shown | overlooked)

    def reflow_visible(self, parent: Widget, size: Size) -> set[Widget]:
        """Lay out what is in sight after scrolling; what has come into sight is told by the caller."""
        exposed = super().reflow_visible(parent, size)
        self._told |= exposed
        return exposed

    def render_partial_update(self) -> ChopsUpdate | None:
        """Return what is to be drawn again, and no more of it."""
        update = super().render_partial_update()
        return None if update is None else NarrowUpdate(update.chops, update.spans, update.chop_ends)

    def clear(self) -> None:
        """Forget all widgets: the screen closes."""
        super().clear()
        self._told.clear()
