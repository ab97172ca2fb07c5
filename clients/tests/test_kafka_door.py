"""The Kafka door: certificates say who writes, and only topics of the own projects are there."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from hsfs.core import kafka_engine
from support import Node, User, insert, unique

ROWS = pd.DataFrame({"id": [1], "x": [1.5]})


def settings(store: Any, folder: Path) -> dict[str, Any]:
    """The client's Kafka settings, with copies of the key material: the client removes its own at the next login."""
    config = dict(kafka_engine._get_kafka_config(store.id, {}))
    folder.mkdir(parents=True)
    for name, value in config.items():
        if name.startswith("ssl.") and name.endswith(".location"):
            config[name] = shutil.copy(value, folder)
    return config | {"socket.timeout.ms": 6000, "message.timeout.ms": 6000}


def project_of(node: Node, user: User, folder: Path) -> Any:
    """The feature store of a new project that is the only one of its owner."""
    name = unique("p")
    node.rest(user.key).expect(201, "POST", f"project?projectName={name}", json={"projectName": name})
    return node.login(name, folder, user.key).get_feature_store()


@pytest.fixture
def own(node: Node, user: User, tmp_path: Path) -> tuple[str, dict[str, Any]]:
    store = project_of(node, user, tmp_path / "own")
    group = store.get_or_create_feature_group(
        "tx", version=1, primary_key=["id"], online_enabled=True, statistics_config=False
    )
    insert(group, ROWS)
    return group._online_topic_name, settings(store, tmp_path / "own-copy")


@pytest.fixture
def foreign(own, node: Node, tmp_path: Path) -> dict[str, Any]:
    """Settings of another user, who has only a project of its own."""
    return settings(project_of(node, node.create_user(), tmp_path / "foreign"), tmp_path / "foreign-copy")


def delivery_error(config: dict[str, Any], topic: str) -> Any:
    errors: list[Any] = []
    producer = Producer(config)
    producer.produce(topic, key="1", value=b"x", callback=lambda error, _: errors.append(error))
    producer.flush(10)
    assert errors, "neither delivered nor refused"
    return errors[0]


def test_the_door_asks_for_a_certificate(own):
    _, config = own
    assert config["security.protocol"] in ("SSL", "SASL_SSL")
    without = {
        key: value for key, value in config.items() if not key.startswith(("ssl.certificate", "ssl.key", "ssl.keystore"))
    }
    with pytest.raises(KafkaException):
        AdminClient(without).list_topics(timeout=5)


def test_plain_text_is_refused(own):
    _, config = own
    with pytest.raises(KafkaException):
        AdminClient({"bootstrap.servers": config["bootstrap.servers"], "socket.timeout.ms": 3000}).list_topics(timeout=4)


def test_the_own_topics_are_listed_and_nothing_else(own):
    topic, config = own
    topics = AdminClient(config).list_topics(timeout=10).topics
    assert list(topics) == [topic]


def test_topics_of_others_are_not_listed(own, foreign: dict[str, Any]):
    assert list(AdminClient(foreign).list_topics(timeout=10).topics) == []


def test_the_owner_may_write(own):
    topic, config = own
    assert delivery_error(config, topic) is None


def test_a_member_of_another_project_cannot_write(own, foreign: dict[str, Any]):
    topic, _ = own
    assert delivery_error(foreign, topic) is not None


def test_a_member_of_another_project_cannot_read(own, foreign: dict[str, Any]):
    topic, _ = own
    consumer = Consumer(foreign | {"group.id": "hsfs_consumer_group"})
    try:
        with pytest.raises(KafkaException):
            consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=5)
    finally:
        consumer.close()


def test_nobody_makes_or_removes_topics_from_outside(own):
    topic, config = own
    admin = AdminClient(config)
    for future in (
        *admin.create_topics([NewTopic("mine", 1, 1)], operation_timeout=5, request_timeout=6).values(),
        *admin.delete_topics([topic], operation_timeout=5, request_timeout=6).values(),
    ):
        with pytest.raises(KafkaException):
            future.result(10)
    assert topic in AdminClient(config).list_topics(timeout=10).topics


def test_writing_to_an_unknown_topic_does_not_make_it(own):
    _, config = own
    assert delivery_error(config, "unknown_topic") is not None
    assert "unknown_topic" not in AdminClient(config).list_topics(timeout=10).topics
