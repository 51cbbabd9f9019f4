"""Runs a notebook in a kernel of its own, and says what it showed: `python notebooks.py NOTEBOOK FIRST LAST`.

FIRST is a cell to run before the others, LAST one to run before the last. Prints what each code cell showed, as JSON.
"""

import json
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient


def run(path, first, last):
    """The outputs of the notebook's code cells, and those of `last`."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(first))
    notebook.cells.insert(-1, nbformat.v4.new_code_cell(last))
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(path.parent)}}).execute()
    return [cell["outputs"] for cell in notebook.cells if cell["cell_type"] == "code"]


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), sys.argv[2], sys.argv[3])))
