"""The terminal's input, whatever bytes it sends."""

import os
import selectors
from codecs import getincrementaldecoder

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

_LOOK_SECONDS = 0.1
_AT_ONCE = 4096


class PatientDriver(LinuxDriver):
    """Textual's own, but bytes that are no UTF-8 become U+FFFD instead of the end of the program."""

    def run_input_thread(self) -> None:
        """Read keys until the program ends."""
        parser = XTermParser(self._debug)
        decoder = getincrementaldecoder("utf-8")(errors="replace")
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                ready = selector.select(_LOOK_SECONDS)
                text = decoder.decode(os.read(self.fileno, _AT_ONCE)) if ready else ""
                # The parser takes an empty text, such as half a character, for the end of the input.
                for message in parser.feed(text) if text else ():
                    self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)
