"""The prompts of the new-run form about presets: keep one, take one, delete one."""

from collections.abc import Callable, Sequence
from functools import partial

from tui.background import in_background
from tui.completing import Completed
from tui.form.presets import KeptForms, Texts, preset_name
from tui.formats import plural
from tui.screens.base import WorkScreen

Listed = Callable[[Sequence[str] | None], None]


class PresetPrompts:
    """Asks in the bottom line of a form.

    `listed` shows names to choose from, None when nothing is asked any more.
    """

    def __init__(self, kept: KeptForms, screen: WorkScreen, listed: Listed) -> None:
        self._kept = kept
        self._screen = screen
        self._bottom = screen.bottom
        self._say = screen.say
        self._list = listed
        self._key_of = screen.key
        self._name = ""
        self._to_mend = 0

    def ask_name(self, texts: Texts, to_mend: int = 0) -> None:
        """Keep these values, of which some are to be mended, under the name that is typed."""
        self._to_mend = to_mend
        keep = partial(self._keep_as, texts)
        self._prompt("keep all values as preset: ", self._name, keep, "keeps")

    def ask_which(self, taken: Callable[[str, Texts], None]) -> None:
        """Hand over name and values of the preset that is chosen."""
        self._choose("take preset (Tab goes through them): ", partial(self._take, taken), "takes")

    def ask_gone(self) -> None:
        """Delete the preset that is chosen."""
        self._choose("delete preset (Tab goes through them): ", self._ask_deletion, "deletes")

    def _choose(self, label: str, taken: Callable[[str], None], enter: str) -> None:
        """Ask for a preset; where there is none the prompt says so, for a name may be typed already."""
        if self._kept.names:
            self._prompt(label, "", taken, enter)
            return
        keeps = f"{self._key_of('save_preset')} keeps one"
        none = f"There are no presets yet; {keeps}."
        self._bottom.prompt(f"None yet; {keeps}: ", "", lambda _: self._say(none))

    def _prompt(self, label: str, text: str, taken: Callable[[str], None], enter: str) -> None:
        def done(typed: str) -> None:
            self._list(None)
            taken(typed)

        self._list(self._kept.names)
        self._bottom.prompt(
            label,
            text,
            done,
            left=lambda: self._list(None),
            typed=self._list_matching,
            complete=self._complete,
            enter=enter,
        )

    def _complete(self, typed: str) -> Completed:
        return Completed(self._kept.completed(typed), self._kept.names)

    def _list_matching(self, typed: str) -> None:
        names = self._kept.names
        self._list(names if typed in names else self._kept.matching(typed))

    def _keep_as(self, texts: Texts, typed: str) -> None:
        name = preset_name(typed)
        if not name:
            self._say("Nothing was kept: a preset needs a name.")
        elif name in self._kept.names and name != self._name:
            asked = f"There is a preset {name}.  y puts these values in its place, any other key keeps it"
            self._bottom.ask(asked, {"y": partial(self._keep, name, texts)})
        else:
            self._keep(name, texts)

    def _keep(self, name: str, texts: Texts) -> None:
        if not self._kept.keep_preset(name, texts):
            others = plural(len(self._kept.names), "preset")
            self._say(f"There is no room beside {others}; {self._key_of('delete_preset')} deletes one.")
            return
        self._name = name
        wrong = f" and has {plural(self._to_mend, 'value')} to mend" if self._to_mend else ""
        kept = f"Preset {name} is kept{wrong}; {self._key_of('open_preset')} takes it."
        self._screen.start(partial(self._write, kept, f"Preset {name} is kept only until you quit"))

    async def _write(self, done: str, instead: str) -> None:
        """Say that something was done once it was, or why it was not."""
        trouble = await in_background(self._screen.bench.memory.write)
        if trouble:
            self._say(f"{instead}: {trouble}", "bad")
        else:
            self._say(done)

    def _take(self, taken: Callable[[str, Texts], None], typed: str) -> None:
        if name := self._found(typed):
            self._name = name
            if texts := self._kept.preset(name):
                taken(name, texts)
            else:
                self._say(f"Preset {name} holds no values; {self._key_of('delete_preset')} deletes it.")

    def _ask_deletion(self, typed: str) -> None:
        if name := self._found(typed):
            asked = f"Delete preset {name}?  y deletes, any other key keeps"
            self._bottom.ask(asked, {"y": partial(self._delete, name)})

    def _delete(self, name: str) -> None:
        self._kept.delete_preset(name)
        back = f"Preset {name} comes back at the next start"
        self._screen.start(partial(self._write, f"Preset {name} is deleted.", back))

    def _found(self, typed: str) -> str | None:
        """Return the preset that is meant; of one alone no name is asked for."""
        names = self._kept.names
        if not typed.strip() and len(names) == 1:
            return names[0]
        name = self._kept.find(preset_name(typed))
        if name is None:
            self._say(
                f"There is no preset {preset_name(typed)}." if typed.strip() else "No preset was named."
            )
        return name
