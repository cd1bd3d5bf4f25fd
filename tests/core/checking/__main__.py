"""Print the table of wrong strategies: what each is, what a check called it, and in which words."""

import textwrap

from tests.core.checking.examined import examine, sample, subject_of
from tests.core.checking.wrong import ALL


def main() -> None:
    """Check them all and print a block for each."""
    bars = sample()
    for wrong in ALL:
        found = examine(subject_of(wrong.source), bars).findings
        kinds = ", ".join(finding.kind for finding in found) or "NOT CAUGHT"
        print(f"{wrong.name:<60} {kinds}")
        for finding in found[:1]:
            print(textwrap.indent(textwrap.fill(finding.sentence, 100), "    "))


if __name__ == "__main__":
    main()
