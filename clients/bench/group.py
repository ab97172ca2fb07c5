"""Makes a feature group with a view in a Hopyard node, and says all that it takes to write its rows to the log.

The rows are then written by a faster producer than Python can be, but with what the official client would send: its topic,
headers, subject and certificates. Prints one line of JSON.

    python group.py --host 127.0.0.1 --port 8443 --api-key-file KEY --features 10 --ingestions 5 --rows 100000
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from fill import project
from hsfs.core import kafka_engine


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--api-key-file", type=Path, required=True)
    parser.add_argument("--features", type=int, default=10, help="of type double, beside the key")
    parser.add_argument("--ingestions", type=int, default=1, help="how many ingestions to open")
    parser.add_argument("--rows", type=int, required=True, help="how many rows each ingestion announces")
    arguments = parser.parse_args()

    with contextlib.redirect_stdout(sys.stderr), project(arguments) as opened:
        described = describe(opened.get_feature_store(), arguments)
    print(json.dumps(described))
    return 0


def describe(store: Any, arguments: argparse.Namespace) -> dict[str, Any]:
    group = store.get_or_create_feature_group("ingested", version=1, primary_key=["id"], online_enabled=True, statistics_config=False)
    columns = {f"f{at}": np.zeros(1) for at in range(arguments.features)}
    group.insert(
        pd.DataFrame({"id": np.zeros(1, dtype=np.int64), **columns}),
        wait=True,
        write_options={"start_offline_materialization": False, "online_ingestion_options": {"timeout": 60, "period": 0.2}},
    )
    store.get_or_create_feature_view("ingested", query=group.select_except(["id"]), version=1)
    headers = [kafka_engine._get_headers(group, arguments.rows, {}) for _ in range(arguments.ingestions)]
    config = kafka_engine._get_kafka_config(store.id, {})
    return {
        "topic": group._online_topic_name,
        "schema": group._get_encoded_avro_schema(),
        "headers": [{name: value.decode() for name, value in each.items()} for each in headers],
        "log": {
            "servers": config["bootstrap.servers"],
            "authority": Path(config["ssl.ca.location"]).read_text(),
            "certificate": Path(config["ssl.certificate.location"]).read_text(),
            "key": Path(config["ssl.key.location"]).read_text(),
        },
        "batchPath": "/0.1.0/batch_feature_store",
        "body": {"featureStoreName": store.name.removesuffix("_featurestore"), "featureViewName": "ingested", "featureViewVersion": 1},
    }


if __name__ == "__main__":
    sys.exit(main())
