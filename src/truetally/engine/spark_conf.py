"""How Spark is configured: what a result could depend on, and what it may use."""

import os
import re
from typing import Any

from truetally.engine.spec import Resources
from truetally.errors import EngineError, problem

DEFAULT_MEMORY = "2GB"
UNITS = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12,
         "KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40}
LEAST_MEMORY = 500 * 10**6  # Spark refuses a heap below 450 MiB

# What a result could depend on is set in every session, whoever configured the cluster.
SETTINGS = {
    "spark.sql.ansi.enabled": "true",  # an overflow is an error, never another number
    "spark.sql.ansi.doubleQuotedIdentifiers": "false",
    "spark.sql.caseSensitive": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.files.ignoreCorruptFiles": "false",  # nothing is dropped silently
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.files.maxRecordsPerFile": "0",
    "spark.sql.groupByOrdinal": "true",  # the compiler groups by place
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.variable.substitute": "false",  # a text with ${env:…} in it is a text
}


def configured(name: str, resources: Resources) -> Any:
    """Configure a Spark of our own for the machine or cluster `name`.

    Raises:
        EngineError: the memory is not an amount, or too little.
    """
    from pyspark import SparkConf

    master, heap = name, f"{memory(resources.memory or DEFAULT_MEMORY) >> 20}m"
    if name == "spark":
        master = f"local[{resources.threads or '*'}]"
    settings = {"spark.driver.memory": heap, "spark.driver.maxResultSize": "0",
                "spark.log.level": "OFF", "spark.ui.enabled": "false",
                "spark.ui.showConsoleProgress": "false"}
    if master.startswith("local"):
        cores = resources.threads or os.cpu_count() or 1
        settings |= {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1",
                     "spark.local.dir": str(resources.temp),
                     "spark.sql.shuffle.partitions": str(4 * cores)}
    else:
        settings |= {"spark.executor.memory": heap}
        settings |= {"spark.cores.max": str(resources.threads)} if resources.threads else {}
        if re.match(r"spark://(127\.|localhost)", name):
            settings |= {"spark.driver.host": "127.0.0.1"}
    conf = SparkConf().setMaster(master).setAppName("truetally")
    return conf.setAll(list(settings.items()))


def memory(said: str) -> int:
    """Read an amount of memory such as 2GB or 512MiB into bytes.

    Raises:
        EngineError: not of that form, or less than Spark can start with.
    """
    found = re.fullmatch(r"([0-9]{1,6})\s*([KMGT]I?B)", said.strip().upper())
    amount = int(found[1]) * UNITS[found[2]] if found else 0
    if amount < LEAST_MEMORY:
        raise EngineError(problem("not enough memory for Spark", expected="500MB or more, as 2GB",
                                  found=repr(said), then="correct --memory"))
    return amount
