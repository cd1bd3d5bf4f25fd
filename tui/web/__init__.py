"""The screens in a browser of this machine; needs the extra `web`."""

# Where the page is served unless another port is named.
DEFAULT_PORT = 8017

# The themes for the colours that the browser prefers, the usual ones first.
LOOKS = ("dark", "light")
