"""Start Spark, on this machine or on a cluster, and stop everything that was started."""

import os
import re
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from truetally.engine.spark_conf import SETTINGS, configured
from truetally.engine.spec import Resources
from truetally.errors import EngineError, problem

CONNECT_PORT = 15002
REACH_SECONDS = 10


class Started:
    """A Spark session and how to end it. `cluster`: other machines run it, so files are shared."""

    __slots__ = ("cluster", "session", "stop")

    def __init__(self, session: Any, stop: Callable[[], None], *, cluster: bool) -> None:
        self.session, self.stop, self.cluster = session, stop, cluster
        for name, value in SETTINGS.items():
            if session.conf.get(name) != value:
                session.conf.set(name, value)


@contextmanager
def failing(what: str, then: str = "check the source and the free disk space") -> Iterator[None]:
    """Turn whatever Spark, its gateway or its server raises into an EngineError that says what."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, ConnectionError) as error:
        raise EngineError(problem(what, found=_first_line(error), then=then)) from error


def _first_line(error: Exception) -> str:
    lines = [line.strip(": ") for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith("An error occurred while calling")]
    return (told[0] if told else type(error).__name__)[:400]


def start(name: str, resources: Resources) -> Started:
    """Open a session for ``spark``, ``local[N]``, ``spark://…`` or ``sc://…``.

    A Spark that already runs in this process is used and left running.

    Raises:
        EngineError: pyspark or Java is missing, or Spark or the cluster does not answer.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise EngineError(problem("Spark is not installed", expected="pyspark 4",
                                  found=str(error),
                                  then="pip install 'truetally[spark]'")) from error
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if name.startswith("sc://"):
        return _connect(name)
    running = SparkSession.getActiveSession()
    if running is not None:
        _same_master(str(running.sparkContext.master), name)
        return Started(running.newSession(), lambda: None, cluster=name.startswith("spark://"))
    return _launch(name, resources)


def _same_master(master: str, name: str) -> None:
    if not (master == name or (name == "spark" and master.startswith("local"))):
        raise EngineError(problem("another Spark runs in this process", expected=name, found=master,
                                  then="stop it, or name it with --engine"))


def _connect(url: str) -> Started:
    from pyspark.sql import SparkSession

    parts = urlsplit(url.partition(";")[0])
    _reach([(parts.hostname or "", parts.port or CONNECT_PORT)], url)
    with failing(f"Spark Connect at {url} gave no session", "check the server and its log"):
        session = SparkSession.builder.remote(url).create()
        return Started(session, session.stop, cluster=True)


def _launch(name: str, resources: Resources) -> Started:
    from py4j.protocol import Py4JError
    from pyspark import SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    _need_java()
    if name.startswith("spark://"):
        hosts = [host.rpartition(":") for host in name.removeprefix("spark://").split(",")]
        _reach([(host, int(port) if port.isdigit() else 0) for host, _, port in hosts], name)
    log = resources.temp / "spark.log"
    conf = configured(name, resources)
    start_java: Callable[..., Any] = launch_gateway
    gateway = None
    try:
        with log.open("wb") as said:
            gateway = start_java(conf, {"stdout": said, "stderr": said})
        session = SparkSession(SparkContext(conf=conf, gateway=gateway))
    except (PySparkException, Py4JError, ConnectionError) as error:
        cause = _cause(log, error)  # while Java can be asked
        if gateway is not None:
            _end(gateway)
        raise EngineError(problem(f"Spark did not start on {name}", found=cause,
                                  then="check Java, --memory and the master")) from error

    def stop() -> None:
        session.stop()
        _end(gateway)
        log.unlink(missing_ok=True)

    return Started(session, stop, cluster=name.startswith("spark://"))


def _end(gateway: Any) -> None:
    """End the Java machine, so that nothing runs on and the next start begins anew."""
    from pyspark import SparkContext

    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()
    SparkContext._gateway = SparkContext._jvm = None  # noqa: SLF001 — it has no public end


def _cause(log: Path, error: Exception) -> str:
    """Find in what the Java machine said the line that says why it ended."""
    lines = log.read_text("utf-8", "replace").splitlines() if log.exists() else []
    told = [line for line in lines if re.search(r"Exception|Error|[Ii]nvalid|Could not", line)]
    return (told[0] if told else _first_line(error))[:400]


def _need_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if shutil.which(f"{home}/bin/java" if home else "java") is None:
        raise EngineError(problem("no Java for Spark", expected="Java 17 or later",
                                  found=f"JAVA_HOME={home}" if home else "no java on the PATH",
                                  then="install one, for example: apt-get install "
                                       "openjdk-17-jre-headless"))


def _reach(places: list[tuple[str, int]], name: str) -> None:
    """Ask for a connection before Spark does, which would try for minutes."""
    refused = ""
    for host, port in places:
        try:
            socket.create_connection((host, port), timeout=REACH_SECONDS).close()
        except (OSError, OverflowError) as error:
            refused = f"{host}:{port}: {error}"
        else:
            return
    raise EngineError(problem(f"nothing answers at {name}", found=refused,
                              then="start the cluster, or correct --engine"))
