"""A certificate authority of a test run, and a certificate for the server on loopback; by the `openssl` program."""

import subprocess

KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
EXTENSIONS = (
    "basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=IP:127.0.0.1,DNS:localhost\n"
)


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


def make_certificate(folder):
    """Makes server.pem and server.key, signed by ca.pem, for 127.0.0.1 and localhost."""
    (folder / "server.extensions").write_text(EXTENSIONS, "ascii")
    openssl(folder, "req", *KEY, "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.request")
    openssl(
        folder, "x509", "-req", "-in", "server.request", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "2",
        "-days", "2", "-extfile", "server.extensions", "-out", "server.pem",
    )  # fmt: skip
