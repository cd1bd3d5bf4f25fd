"""What stands on the screen, as plain text."""

from textual.app import App


def screen_text(app: App[int]) -> str:
    """Return the lines of the screen without colours and trailing blanks."""
    width, height = app.size
    strips = app.screen._compositor.render_strips()  # Textual offers no other way to its cells
    return "".join(strip.crop(0, width).text.rstrip() + "\n" for strip in strips[:height])


def drawn_text(app: App[int]) -> str:
    """Return every character that the screen draws, blanks included."""
    return "".join(strip.text for strip in app.screen._compositor.render_strips())
