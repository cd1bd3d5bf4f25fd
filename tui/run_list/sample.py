"""The key that imports the sample market from the run list."""

from db import datasets
from tui.screens.base import WorkScreen


class SampleOffer:
    """Imports the sample market: at once into an empty library, else when that is asked for."""

    def __init__(self, screen: WorkScreen) -> None:
        self._screen = screen

    def do_sample(self) -> None:
        """Look what the library holds first."""
        self._screen.start(self._look, group="sample", alone=True)

    async def _look(self) -> None:
        found = await self._screen.bench.link.read(datasets.list_all)
        if any(one.synthetic for one in found):
            library = self._screen.key("goto_data")
            self._screen.say(f"The sample market is there already; {library} shows the library.")
        elif not found:
            self._import()
        elif not self._screen.bottom.busy:
            asked = "Import the sample market, made-up prices?  y imports it, any other key leaves it"
            self._screen.bottom.ask(asked, {"y": self._import})

    def _import(self) -> None:
        from tui.screens.data import DataScreen

        self._screen.app.push_screen(DataScreen(import_sample=True))
