"""A plot of the ratios to the reference: a bar for ours with its spread, a mark for the goal and for each peer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl

mpl.use("svg")

import matplotlib.pyplot as plt
from matplotlib.ticker import FuncFormatter, NullLocator
from page import PEERS, conditions
from result import OURS, REFERENCE

if TYPE_CHECKING:
    from pathlib import Path

    from result import Run

SETTINGS = {
    "svg.hashsalt": "cloudvars",  # the same results give the same file
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
}
MARKERS = dict(zip(PEERS, ("D", "^", "s", "v", "P"), strict=True))
COLORS = dict(zip(PEERS, ("#b3541e", "#3a7d44", "#7d5ba6", "#8a8a8a", "#c2185b"), strict=True))
BAR, LINE, GOAL = "#4c8eda", "#1b3a5c", "#111111"
TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)


def draw(run: Run, file: Path) -> None:
    """Write the plot; results that are no ratio of speed to the reference are left out."""
    results = [
        one
        for one in run.results
        if one.base == REFERENCE and OURS in one.ratios and not one.name.endswith("_p99")
    ]
    with plt.rc_context(SETTINGS):
        figure, axes = plt.subplots(figsize=(9, 1.6 + 0.36 * len(results)), layout="constrained")
        for place, result in enumerate(results):
            ours = result.spread(OURS)
            assert ours is not None
            error = [[ours.median - ours.low], [ours.high - ours.median]]
            axes.barh(
                place,
                ours.median - 1,
                left=1,
                height=0.62,
                color=BAR,
                xerr=error,
                ecolor=LINE,
                label=OURS if place == 0 else None,
            )
            if result.goal:
                ends = [place - 0.42, place + 0.42]
                known = any(one.goal for one in results[:place])
                axes.plot(
                    [result.goal.factor] * 2, ends, color=GOAL, lw=2, label=None if known else "goal of ours"
                )
        for peer in PEERS:
            points = [(one.spread(peer), place) for place, one in enumerate(results)]
            shown = [(spread.median, place) for spread, place in points if spread]
            if shown:
                across, places = zip(*shown, strict=True)
                axes.scatter(
                    across, places, marker=MARKERS[peer], color=COLORS[peer], s=26, zorder=3, label=peer
                )
        axes.axvline(1, color=LINE, lw=1)
        axes.set_xscale("log")
        axes.set_xticks(TICKS)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda tick, _: f"{tick:g} x"))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xlim(left=0.02)
        axes.grid(visible=True, axis="x", color="#dddddd", lw=0.6)
        axes.set_axisbelow(True)
        axes.set_yticks(range(len(results)), [one.work.replace(", against", "\nagainst") for one in results])
        axes.invert_yaxis()
        axes.set_xlabel(f"operations per second, in those of {REFERENCE} written by hand\n{conditions(run)}")
        axes.spines[["top", "right"]].set_visible(False)
        labelled = dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
        first = {OURS: labelled.pop(OURS)}
        figure.legend(
            handles=[*first.values(), *labelled.values()],
            labels=[*first, *labelled],
            loc="outside upper center",
            ncols=4,
            frameon=False,
        )
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None}, facecolor="white")
        plt.close(figure)
