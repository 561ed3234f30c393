"""Tells the story as it goes, and remembers whether every check held."""

from time import monotonic


class Narrator:
    """Prints a heading for each step, then what was checked, each with its figures."""

    def __init__(self) -> None:
        self.failed = 0
        self.held = 0
        self._step = 0
        self._begun = monotonic()

    def step(self, text: str) -> None:
        self._step += 1
        print(f"\n{self._step:2d}. {text}   [{monotonic() - self._begun:.1f} s]", flush=True)

    def tell(self, text: str) -> None:
        print(f"      {text}", flush=True)

    def check(self, text: str, holds: bool) -> None:
        """A check of the story: it must hold."""
        print(f"    {'✓' if holds else '✗ NOT TRUE:'} {text}", flush=True)
        self.held, self.failed = self.held + holds, self.failed + (not holds)

    def end(self) -> int:
        """The exit code: 0 only if every check held."""
        took = monotonic() - self._begun
        print(f"\n{self.held} checks held, {self.failed} failed, in {took:.1f} s", flush=True)
        return 1 if self.failed or not self.held else 0
