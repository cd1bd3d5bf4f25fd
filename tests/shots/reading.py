"""What stands on the screen, as plain text."""

from textual.app import App


def screen_text(app: App[int]) -> str:
    """Return the lines of the screen without colours and trailing blanks."""
    compositor = app.screen._compositor
    width, height = app.size
    lines = compositor.render_strips()
    texts = [strip.crop(0, width).text.rstrip() for strip in lines[:height]]
    return "\n".join(texts) + "\n"
