"""The line at the bottom: what just happened, a question, or the keys of the screen."""

from collections.abc import Callable, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input

from tui.actions import Action, footer_of
from tui.widgets.clean_input import CleanInput
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, Lines, length, line

LONGEST_PROMPT = 1_000

Answers = dict[str, Callable[[], None]]


class Question(Lines, can_focus=True):
    """One line that waits for one of a few keys; every other key is "no"."""

    def __init__(self) -> None:
        super().__init__(id="question")
        self._answers: Answers = {}
        self._done: Callable[[], None] = lambda: None

    def put(self, text: str, answers: Answers, done: Callable[[], None]) -> None:
        """Show the question and listen."""
        self._answers, self._done = answers, done
        self.show([line(text, "warn")])

    def on_key(self, event: events.Key) -> None:
        """Take the key as the answer."""
        event.stop()
        event.prevent_default()
        answer = self._answers.get(event.character or event.key)
        self._done()
        if answer is not None:
            answer()


class Prompt(CleanInput):
    """One line of text asked for at the bottom; Esc leaves it."""

    def __init__(self) -> None:
        super().__init__(longest=LONGEST_PROMPT, select_on_focus=False, id="prompt-text")
        self._taken: Callable[[str], None] = lambda _: None
        self._typed: Callable[[str], None] | None = None
        self._left: Callable[[], None] = lambda: None
        self._complete: Callable[[str], str] | None = None

    def put(
        self,
        text: str,
        taken: Callable[[str], None],
        left: Callable[[], None],
        *,
        typed: Callable[[str], None] | None,
        complete: Callable[[str], str] | None,
    ) -> None:
        """Begin with `text`; say what is typed, what is taken at Enter, and that Esc left."""
        self._typed, self._complete = None, complete
        self.value = text
        self.cursor_position = len(text)
        self._taken, self._left, self._typed = taken, left, typed

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what is typed so far."""
        event.stop()
        if self._typed is not None:
            self._typed(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hand in what was typed."""
        event.stop()
        self._typed = None
        self._taken(event.value)

    def on_key(self, event: events.Key) -> None:
        """Leave at Esc, complete at Tab."""
        if event.key == "tab" and self._complete is not None:
            event.stop()
            event.prevent_default()
            self.value = self._complete(self.value)
            self.cursor_position = len(self.value)
        if event.key == "escape":
            event.stop()
            event.prevent_default()
            self._typed = None
            self._left()


class BottomLine(Widget):
    """Keys by default; a sentence until the next key; a question or a prompt while one is open."""

    def __init__(self, screen_name: str) -> None:
        super().__init__(id="bottom")
        self._screen_name = screen_name
        self._hint = Lines(id="hint")
        self._question = Question()
        self._label = Lines(id="prompt-label")
        self._prompt = Prompt()
        self._message: Line | None = None
        self._marked = ""
        self._before: Widget | None = None

    def compose(self) -> ComposeResult:
        """Lay the three of them in the same place."""
        yield self._hint
        yield self._question
        with Horizontal(id="prompt-row"):
            yield self._label
            yield self._prompt

    def on_mount(self) -> None:
        """Begin with the keys."""
        self._show()

    def on_resize(self) -> None:
        """Name as many keys as fit."""
        self._show()

    @property
    def text(self) -> str:
        """What the line says now."""
        return self._question.text if self.has_class("-question") else self._hint.text

    @property
    def busy(self) -> bool:
        """Whether a question or a prompt is open."""
        return self.has_class("-question") or self.has_class("-prompt")

    def say(self, sentence: str, style: str = "") -> None:
        """Show a sentence until the next key."""
        self._message = line(sentence, style)
        self._show()

    def hush(self) -> None:
        """Go back to the keys."""
        if self._message is not None:
            self._message = None
            self._show()

    def set_marked(self, text: str) -> None:
        """Say before the keys how many rows are marked."""
        if text != self._marked:
            self._marked = text
            self._show()

    def ask(self, text: str, answers: Answers) -> None:
        """Ask for one key; any key that is not an answer closes the question."""
        self._open("-question", self._question)
        self._question.put(text, answers, self._close)

    def prompt(
        self,
        label: str,
        text: str,
        taken: Callable[[str], None],
        *,
        left: Callable[[], None] | None = None,
        typed: Callable[[str], None] | None = None,
        complete: Callable[[str], str] | None = None,
    ) -> None:
        """Ask for a line of text: `taken` gets it at Enter, `typed` at every key, `left` at Esc.

        `complete` returns what Tab makes of what was typed so far.
        """

        def take(value: str) -> None:
            self._close()
            taken(value)

        def leave() -> None:
            self._close()
            if left is not None:
                left()

        self._label.show([line(label, "accent")])
        self._open("-prompt", self._prompt)
        self._prompt.put(text, take, leave, typed=typed, complete=complete)

    def _open(self, kind: str, widget: Widget) -> None:
        if not self.busy:
            self._before = self.screen.focused
        self._message = None
        self.remove_class("-question", "-prompt")
        self.add_class(kind)
        widget.focus(scroll_visible=False)

    def _close(self) -> None:
        before, self._before = self._before, None
        self.remove_class("-question", "-prompt")
        self._show()
        if before is not None and before.is_attached:
            before.focus(scroll_visible=False)
        else:
            self.screen.set_focus(None)

    def _show(self) -> None:
        keys = _keys(footer_of(self._screen_name), self._marked, self.size.width)
        self._hint.show([self._message or keys])


def _keys(actions: Sequence[Action], marked: str, width: int) -> Line:
    """Return the keys that fit; the last one, help, always does."""
    first: Line = (Cell(f"{marked}  ", "mark"),) if marked else ()
    *others, last = [_key(action) for action in actions]
    room = width - length(first) - length(last)
    kept: list[Cell] = []
    for parts in others:
        if length(parts) > room:
            break
        room -= length(parts)
        kept.extend(parts)
    return (*first, *kept, *last)


def _key(action: Action) -> Line:
    return (Cell(action.first_key, "accent"), Cell(f" {action.label}  ", "dim"))
