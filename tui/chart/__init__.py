"""What the chart of a run is made of: which bars it shows, how they are drawn, and the replay."""
