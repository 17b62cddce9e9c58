"""Charts as inline SVG, without script, font or colour of their own: `chart.css` says how they look."""

from dealwright.charts.drawing import drawn, style

__all__ = ["drawn", "style"]
