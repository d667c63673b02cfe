"""Progress of a build on standard error: a bar on a terminal, one line per step in a log."""

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from warehouse.pipeline import pipeline
from warehouse.text import say


def progress_for(lang: str) -> pipeline.Progress:
    """Return a progress bar when standard error is a terminal, else progress lines."""
    console = Console(stderr=True)
    return _Bar(lang, console) if console.is_terminal else _Lines(lang, console)


class _Lines(pipeline.Progress):
    def __init__(self, lang: str, console: Console) -> None:
        self.lang, self.console = lang, console

    def begin(self, step: str) -> None:
        number = pipeline.STEPS.index(step) + 1
        self._print(f"[{number}/{len(pipeline.STEPS)}] {step}: {say('builds', f'step_{step}', self.lang)} …")

    def end(self, step: str, seconds: float) -> None:
        self._print(f"      {seconds:.2f} s")

    def _print(self, line: str) -> None:
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)


class _Bar(pipeline.Progress):
    def __init__(self, lang: str, console: Console) -> None:
        self.lang = lang
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[note]}"),
            TimeElapsedColumn(),
        )
        self.bar = Progress(*columns, console=console)
        self.task = TaskID(0)

    def begin(self, step: str) -> None:
        self.bar.start()
        self.task = self.bar.add_task(say("builds", f"step_{step}", self.lang), total=None, note="")

    def part(self, done: int, total: int) -> None:
        self.bar.update(self.task, completed=done, total=total, note=f"{done}/{total}")

    def end(self, step: str, seconds: float) -> None:
        self.bar.update(self.task, completed=1, total=1, note="")
        self.bar.stop_task(self.task)
        if step == pipeline.STEPS[-1]:
            self.bar.stop()

    def close(self) -> None:
        self.bar.stop()
