"""Start parts of a Spark cluster on this machine, and end them by their process."""

import os
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread

import pyspark

HOME = Path(pyspark.__file__).parent
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData"  # little to do, often
MASTER = "org.apache.spark.deploy.master.Master"
WORKER = "org.apache.spark.deploy.worker.Worker"
CONNECT = "org.apache.spark.sql.connect.service.SparkConnectServer"
LOOPBACK = "127.0.0.1"


@contextmanager
def running(command: list[str], ready: str, folder: Path, heap: str = "256m") -> Iterator[None]:
    """Run a server until the block ends, having waited for the line that says it is `ready`."""
    env = os.environ | {"SPARK_DAEMON_MEMORY": heap, "SPARK_DAEMON_JAVA_OPTS": QUICK,
                        "SPARK_LOCAL_IP": LOOPBACK}
    server = subprocess.Popen(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert server.stdout is not None
    said: list[str] = []
    try:
        for line in server.stdout:
            said.append(line)
            if re.search(ready, line):
                break
        else:
            raise AssertionError("the server ended:\n" + "".join(said[-30:]))
        rest = Thread(target=server.stdout.read, daemon=True)  # or the server waits for a reader
        rest.start()
        yield
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


def settings(folder: Path) -> dict[str, str]:
    """Write Spark's own settings for small work; returns the environment that names them."""
    folder.mkdir()
    (folder / "spark-defaults.conf").write_text(
        f"spark.executor.extraJavaOptions {QUICK}\nspark.sql.shuffle.partitions 4\n"
        f"spark.sql.warehouse.dir {folder / 'warehouse'}\n", "utf-8")
    return {"SPARK_CONF_DIR": str(folder), "SPARK_SUBMIT_OPTS": QUICK}


def free_port() -> int:
    """Find a port that nothing listens on."""
    with socket.socket() as found:
        found.bind((LOOPBACK, 0))
        return int(found.getsockname()[1])


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[str]:
    """Run a master and its workers, one core and 1 GB each; yields the master's address."""
    port = free_port()
    here = ["--host", LOOPBACK, "--webui-port", "0"]
    start = str(HOME / "bin" / "spark-class")
    with ExitStack() as servers:
        servers.enter_context(running([start, MASTER, *here, "--port", str(port)],
                                      "New state: ALIVE", folder))
        for n in range(workers):
            options = ["--cores", "1", "--memory", "1g", "--work-dir", str(folder / f"work-{n}")]
            servers.enter_context(running(
                [start, WORKER, *here, *options, f"spark://{LOOPBACK}:{port}"],
                "Successfully registered with master", folder))
        yield f"spark://{LOOPBACK}:{port}"


@contextmanager
def connect_server(folder: Path) -> Iterator[str]:
    """Run a Spark Connect server of two threads; yields its address."""
    port = free_port()
    settings = {"spark.connect.grpc.binding.address": LOOPBACK, "spark.ui.enabled": "false",
                "spark.connect.grpc.binding.port": str(port), "spark.sql.shuffle.partitions": "4"}
    command = [str(HOME / "bin" / "spark-submit"), "--class", CONNECT, "--master", "local[2]"]
    command += [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    with running([*command, "spark-internal"], "Spark Connect server started", folder,
                 "1g"):
        yield f"sc://{LOOPBACK}:{port}"
