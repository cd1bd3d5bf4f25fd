"""What is wrong with a strategy, said with the file and the line."""

from core.errors import BacktapeError


class StrategyError(BacktapeError):
    """A fault in a strategy's own code; `file` and `line` are where it lies, if known."""

    def __init__(
        self,
        sentence: str,
        *,
        file: str | None = None,
        line: int | None = None,
        field: str | None = None,
    ) -> None:
        super().__init__(_located(sentence, file, line), field=field)
        self.file = file
        self.line = line


def _located(sentence: str, file: str | None, line: int | None) -> str:
    if file is None:
        return sentence
    return f"{file}: {sentence}" if line is None else f"{file}, line {line}: {sentence}"
