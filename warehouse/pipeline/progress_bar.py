"""Progress of a build as a bar on a terminal."""

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from warehouse.pipeline import pipeline
from warehouse.text import say


class Bar(pipeline.Progress):
    """A bar on standard error for each step of a build."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[note]}"),
            TimeElapsedColumn(),
        )
        self.bar = Progress(*columns, console=Console(stderr=True))
        self.task = TaskID(0)

    def begin(self, step: str) -> None:
        """Add a bar for a step."""
        self.bar.start()
        self.task = self.bar.add_task(say("builds", f"step_{step}", self.lang), total=None, note="")

    def part(self, done: int, total: int) -> None:
        """Fill the bar of the step."""
        self.bar.update(self.task, completed=done, total=total, note=f"{done}/{total}")

    def end(self, step: str, seconds: float) -> None:
        """Fill the bar of the step and stop its clock."""
        self.bar.update(self.task, completed=1, total=1, note="")
        self.bar.stop_task(self.task)
        if step == pipeline.STEPS[-1]:
            self.bar.stop()

    def close(self) -> None:
        """Leave the terminal as it was."""
        self.bar.stop()
