"""Text that would act on a terminal if it reached one raw, and the look at what did reach it."""

import unicodedata

from tests.tui.commands.program import Said

# Sets the title, writes the clipboard, colours by a C1 introducer, turns a line around, closes markup.
SENTENCE = "\x1b]0;TITLED\x07\x1b]52;c;cHduZWQ=\x07\x9b31m\u202egnol\u2066[/][bold]\r\x08\x7f\u2028"
PAYLOAD = SENTENCE + "\nTHE NEXT LINE"
# What Python source may say with escapes, lone surrogates and NUL among it.
LITERAL = ascii(PAYLOAD + "\x00\ud800\udcff")
HARMFUL = {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
RAW = (b"\x1b]0", b"\x1b]52", b"TITLED\x07", "\x9b".encode(), "\u202e".encode(), "\u2066".encode(), b"\x7f")

FAILING = f'''
from core.strategies import Strategy, parameter


class Failing(Strategy):
    """Says {ascii(SENTENCE)[1:-1]} to whoever reads it."""

    word: str = parameter({LITERAL}, help={LITERAL})
    choice: str = parameter("a", choices=["a", {LITERAL}])
    way: str = parameter("raise")

    def on_bar(self, context):
        if self.way == "raise":
            raise ValueError({LITERAL} + "x" * 10_000_000)
        if self.way == "name":
            raise type({SENTENCE!a}, (Exception,), {{}})
        if self.way == "mute":
            raise Mute
        if self.way == "leave":
            raise SystemExit({LITERAL})
        print({LITERAL})


class Mute(Exception):
    def __str__(self):
        raise RuntimeError({LITERAL})
'''


def harmless(text: str) -> bool:
    return not any(unicodedata.category(one) in HARMFUL for one in text if one != "\n")


def told(said: Said) -> Said:
    """Return what a command said, which was harmless and no accident."""
    assert harmless(said.out), said.out
    assert harmless(said.err), said.err
    assert "Traceback" not in said.out + said.err
    assert "Something went wrong" not in said.err
    return said
