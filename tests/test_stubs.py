"""The stubs say what the package is."""


def test_the_stubs_match_the_package(run_python, root):
    run_python("-m", "mypy.stubtest", "cloudvars._native", cwd=root / "tests")
