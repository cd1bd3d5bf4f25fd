"""The bars of a run with its trades, and the replay: the tab *Chart*."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from core.errors import BacktapeError
from db.runs import RunRecord
from db.trades import TradeRecord
from tui import formats
from tui.chart.chart import Chart, Reading
from tui.chart.drawing import Drawing
from tui.chart.head import drawn_lines, head_lines
from tui.chart.loading import load, load_trades
from tui.chart.look import Look
from tui.chart.picture import Picture, Scene, axis_width, draw
from tui.chart.player import Player
from tui.chart.replay import other_speed
from tui.chart.replay_keys import replay_keys
from tui.chart.sentences import style_said
from tui.chart.strategy_lines import StrategyLines
from tui.drawing.curves import Curve
from tui.drawing.wrapping import prose_lines
from tui.keys.action import Action
from tui.pages.trades import why_no_trades
from tui.panes.looking import LookingPane

if TYPE_CHECKING:
    from tui.app import BacktapeApp

_FIRST_BAR = "This is the first bar."
_BROKEN_OFF = frozenset({"failed", "cancelled"})
# What the line at the bottom names and cannot be done while there are no bars.
_NEED_BARS = frozenset({"play", "next_trade", "zoom_in", "to_date", "step", "pan_right"})


class ChartPane(LookingPane, can_focus=True):
    """Candles, or ranges where a column holds several; nothing moves unless a replay plays."""

    NAME = "chart"

    def __init__(self, bench: "BacktapeApp", run: RunRecord, curve: Curve) -> None:
        super().__init__(bench, run, curve)
        self._wish: int | None = None
        self._reading: Reading | None = None
        self._is_wanted = self._is_being_read = False
        self._drawn: Reading | None = None
        self._picture: Picture | None = None
        self._lines = StrategyLines(bench.home, run)
        self._has_lines = self._has_volume = True
        self._look = Look.remembered(bench.memory)
        self._player = Player(self.set_interval, self._is_in_front, self._played, self._look.speed)

    def compose(self) -> ComposeResult:
        """Hold the lines that all is drawn with."""
        yield Drawing()

    # Reading

    def look(self, *, afresh: bool) -> None:
        """Read bars and trades when they may be others: files may have been taken away meanwhile."""
        self._name_keys()
        if afresh:
            self.start(self._load)

    async def _load(self) -> None:
        try:
            loaded = await self.bench.link.read(load, self.bench.home, self.run)
        except BacktapeError as error:
            self._refuse(str(error))
            return
        before = self._chart
        run_trades = None if before is None else before.trades
        if run_trades is None:
            run_trades = await self.bench.link.read(load_trades, self.run)
        if before is None:
            width = self.room.width - axis_width(loaded.highest, loaded.digits)
            self._chart = Chart(loaded, run_trades, width)
            self._look_at_a_trade(self._chart)
            self._look_where_it_ended(self._chart)
        else:
            before.loaded, before.trades = loaded, run_trades
        self._tell_of_bars(are_gone=False)
        self._show()
        if self._lines.begin():
            self.host.start(self._load_lines, group="chart-lines")

    def _refuse(self, sentence: str) -> None:
        kept = " The trades are still listed in their tab." if self.run.status == "completed" else ""
        self._trouble = f"{sentence}{kept}"
        self._chart = self._reading = None
        self._player.pause()
        self._tell_of_bars(are_gone=True)
        self.draw()

    async def _load_lines(self) -> None:
        rows = self._open.view.window.total
        trouble = await self._lines.compute(rows, is_given_up=lambda: not self.is_attached)
        if not self.is_attached:
            return
        if trouble is None:
            self._show()
        elif self.display:
            self.host.say(trouble, "warn")

    def _show(self) -> None:
        """Read what is in view and draw it; while that is under way, once more after it."""
        if self._chart is None:
            self.draw()
            return
        loaded = self._chart.loaded
        self._chart.view.resize(max(1, self.room.width - axis_width(loaded.highest, loaded.digits)))
        self._is_wanted = True
        if not self._is_being_read:
            self._is_being_read = True
            self.host.start(self._read_wanted, group="chart-view")

    async def _read_wanted(self) -> None:
        try:
            while self._is_wanted and self._chart is not None:
                self._is_wanted = False
                lines = self._lines.values if self._has_lines else {}
                self._reading = await self._chart.read(self.bench.link, lines)
                self.draw()
        finally:
            self._is_being_read = False

    # Drawing

    def resized(self) -> None:
        """Draw as many columns as there is room for."""
        if self._is_built:
            self._show()

    def draw(self) -> None:
        """Draw what was read, or say what is wrong."""
        self._name_keys()
        drawing, height = self.query_one(Drawing), self.room.height
        if self._reading is None or self._chart is None:
            said = prose_lines(self._trouble, self.room.width)
            drawing.show([*said, *[()] * height][:height])
            return
        reading, scene = self._reading, self._scene(self._reading, self._chart)
        why_none, width = self._why_no_trades(), self.room.width
        head = head_lines(self._chart, reading, self.curve, self._player, why_none, width=width)
        is_computing, zoom_key = self._has_lines and self._lines.is_under_way, self.host.key("zoom_in")
        head += drawn_lines(scene, reading, width=width, zoom_key=zoom_key, is_computing=is_computing)
        before = self._picture if reading.knows_all_of(self._drawn) else None
        scale = None if before is None else before.scale
        self._picture, self._drawn = draw(scene, height - len(head), scale), reading
        drawing.show([*head, *self._picture.lines])

    def _name_keys(self) -> None:
        """Let the bottom line name what can be done in a replay, as long as there is one in front."""
        chart = self._chart
        named: Sequence[Action] = ()
        if chart is not None and chart.view.is_replay and self.display:
            named = replay_keys(
                self.bench.keymap.actions,
                self.host.places(),
                is_playing=self._player.is_playing,
                is_at_end=chart.view.is_at_end,
                has_trades=self.has_trades,
            )
        self.host.bottom.name_instead(named)

    def _scene(self, reading: Reading, chart: Chart) -> Scene:
        window, bar = reading.columns.window, reading.bar
        return Scene(
            columns=reading.columns,
            trades=reading.shown,
            marking=reading.marking,
            chosen=reading.chosen,
            levels=reading.levels,
            cursor=window.slot_of(bar.index) if window.holds(bar.index) else None,
            close=bar.close,
            digits=chart.loaded.digits,
            style=self._look.style,
            has_volume=self._has_volume,
            ascii_only=self.bench.ascii_only,
        )

    # Looks

    why_not_markers = LookingPane._why_no_bars

    def do_markers(self) -> None:
        """Take the next style."""
        self._keep(replace(self._look, style=self._look.next_style))
        style, reading = self._look.style, self._reading
        in_view, marked = (0, 0) if reading is None else (len(reading.in_view), len(reading.shown))
        self.host.say(style_said(style.bars, style.marks, in_view, marked))
        self.draw()

    def _keep(self, look: Look) -> None:
        self._look = look
        look.keep(self.bench.memory)

    def why_not_volume(self) -> str | None:
        """A price history may have none."""
        if self._reading is not None and not any(self._reading.columns.volume):
            return "The price history has no volume here."
        return self._why_no_bars()

    def do_volume(self) -> None:
        """Show the volume or hide it."""
        self._has_volume = not self._has_volume
        self.draw()

    def why_not_indicators(self) -> str | None:
        """The strategy may offer no lines."""
        return self._why_no_bars() or (None if self._lines.values else self._lines.why_none)

    def do_indicators(self) -> None:
        """Show the strategy's lines or hide them."""
        self._has_lines = not self._has_lines
        self._show()

    # Trades

    @property
    def trade_id(self) -> int | None:
        """The trade that is looked at, or was asked for while there are no bars; None for none."""
        return self._wish if self._chart is None else self._chart.trade_id

    def show_trade(self, trade: TradeRecord) -> None:
        """Look at a trade, as soon as the bars are there."""
        self._wish = trade.id
        if self._chart is not None:
            self._leave_replay(self._chart)
            self._look_at_a_trade(self._chart)
            self._show()

    def _look_at_a_trade(self, chart: Chart) -> None:
        """Look at the trade that was asked for, else at the first one, if there are any."""
        wished = None if self._wish is None or chart.trades is None else chart.trades.index_of(self._wish)
        chart.choose(wished or 0)
        self._wish = None

    def _look_where_it_ended(self, chart: Chart) -> None:
        """Look at the bar that a run reached which broke off."""
        job = self.run.job
        if self.run.status in _BROKEN_OFF and job is not None and job.bars_done:
            chart.view.go_to(job.bars_done)
            if self.display:
                self.host.say("The run came as far as this bar.")

    def _why_no_trades(self) -> str | None:
        if self._chart is not None and self._chart.trades:
            return None
        return why_no_trades(self.run)

    def _why_no_neighbour(self, way: int) -> str | None:
        if why_not := self._why_no_bars() or self._why_no_trades():
            return why_not
        where = "after" if way > 0 else "before"
        return None if self._open.neighbour(way) is not None else f"There is no trade {where} this."

    def why_not_next_trade(self) -> str | None:
        """There may be none, or none further on."""
        return self._why_no_neighbour(1)

    def why_not_previous_trade(self) -> str | None:
        """There may be none, or none before."""
        return self._why_no_neighbour(-1)

    def do_next_trade(self) -> None:
        """Go to the next trade; a replay goes on from its entry."""
        self._go_to_neighbour(1)

    def do_previous_trade(self) -> None:
        """Go to the trade before."""
        self._go_to_neighbour(-1)

    def _go_to_neighbour(self, way: int) -> None:
        index = self._open.neighbour(way)
        if index is not None:
            self._open.choose(index)
            self._show()

    # Replay

    def why_not_play(self) -> str | None:
        """There may be nothing left to play."""
        if why_not := self._why_no_bars():
            return why_not
        if not self._open.view.is_at_end:
            return None
        date, before, after = map(self.host.key, ("to_date", "previous_trade", "next_trade"))
        trades = f", {before} and {after} go to the trades" if self._open.trades else ""
        return f"This is the last bar; {date} goes to a date{trades}."

    why_not_step = why_not_play

    def why_not_step_back(self) -> str | None:
        """There is nothing before the first bar."""
        return self._why_no_bars() or (None if self._open.view.cursor > 0 else _FIRST_BAR)

    def do_play(self) -> None:
        """Play from the cursor's bar on, or pause."""
        if self._player.is_playing:
            self._player.pause()
        else:
            self._open.view.is_replay = True
            self._player.play()
        self._step(0)

    def do_step(self) -> None:
        """Go one bar on; a replay pauses."""
        self._player.pause()
        self._step(1)

    def do_step_back(self) -> None:
        """Go one bar back; a replay pauses."""
        self._player.pause()
        self._step(-1)

    def why_not_slower(self) -> str | None:
        """There is a slowest speed."""
        return self._why_no_bars() or self._why_no_speed(-1, "slowest")

    def why_not_faster(self) -> str | None:
        """There is a fastest speed."""
        return self._why_no_bars() or self._why_no_speed(1, "fastest")

    def _why_no_speed(self, by: int, limit: str) -> str | None:
        speed = self._player.speed
        told = f"The replay plays {formats.plural(speed, 'bar')} a second, which is the {limit}."
        return told if other_speed(speed, by) == speed else None

    def do_slower(self) -> None:
        """Play slower."""
        self._set_speed(-1)

    def do_faster(self) -> None:
        """Play faster."""
        self._set_speed(1)

    def _step(self, bars: int) -> None:
        self._open.view.step(bars)
        self._show()

    def _set_speed(self, by: int) -> None:
        self._player.change_speed(by)
        self._keep(replace(self._look, speed=self._player.speed))
        self.host.say(f"The replay plays {formats.plural(self._player.speed, 'bar')} a second.")
        if self._open.view.is_replay:
            self._show()

    def _is_in_front(self) -> bool:
        return self.display and self.bench.screen is self.screen and not self.bench.is_too_small

    def _played(self, bars: int) -> None:
        self._step(bars)
        if self._open.view.is_at_end:
            self._player.pause()

    def on_hide(self) -> None:
        """Stop playing when another tab comes to the front."""
        self._player.pause()
        self._name_keys()

    def useless(self) -> set[str]:
        """Without trades there is none to go to, without bars nothing; a new run is begun from other tabs."""
        if self._are_gone:
            return {"new_run", *_NEED_BARS}
        return {"new_run"} if self.has_trades else {"new_run", "next_trade"}

    def went_back(self) -> bool:
        """Leave the replay; False if there is none."""
        if self._chart is None or not self._chart.view.is_replay:
            return False
        self._leave_replay(self._chart)
        self._show()
        return True

    def _leave_replay(self, chart: Chart) -> None:
        self._player.pause()
        chart.leave_replay()
