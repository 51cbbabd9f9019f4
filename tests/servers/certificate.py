"""A certificate authority of a test run, and certificates for loopback, made by the `openssl` program."""

import subprocess

KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
EXTENSIONS = """basicConstraints=CA:FALSE
extendedKeyUsage=serverAuth,clientAuth
subjectAltName=IP:127.0.0.1,DNS:localhost
"""


def openssl(folder, *arguments):
    subprocess.run(
        ["openssl", *arguments], cwd=folder, check=True, capture_output=True, stdin=subprocess.DEVNULL
    )


def make_authority(folder, name="ca"):
    """Makes `name`.pem and `name`.key, and answers the path of the first."""
    openssl(
        folder, "req", "-x509", *KEY, "-days", "2", "-subj", f"/CN=cloudvars tests {name}",
        "-keyout", f"{name}.key", "-out", f"{name}.pem",
    )  # fmt: skip
    return folder / f"{name}.pem"


def make_certificate(folder, name):
    """Makes `name`.pem, signed by ca.pem, for 127.0.0.1 and localhost, and `name`.key: the paths of both."""
    (folder / "extensions").write_text(EXTENSIONS, "ascii")
    openssl(folder, "req", *KEY, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.request")
    openssl(
        folder, "x509", "-req", "-in", f"{name}.request", "-CA", "ca.pem", "-CAkey", "ca.key",
        "-set_serial", str(len(list(folder.iterdir()))), "-days", "2", "-extfile", "extensions", "-out", f"{name}.pem",
    )  # fmt: skip
    return folder / f"{name}.pem", folder / f"{name}.key"
