"""The MySQL door: exactly what the official client needs, and a clear refusal for the rest."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pymysql
import pytest
from support import MYSQL_PORT, Session, User

ROWS = pd.DataFrame({"id": [1, 2], "name": ["Ada", None], "x": [1.5, 2.5]})


@pytest.fixture
def filled(session: Session) -> Session:
    session.filled(ROWS)
    return session


def connect(session: Session, **changes) -> pymysql.Connection:
    options = session.store.get_online_storage_connector().spark_options()
    arguments = {
        "host": session.node.mysql_host(),
        "port": MYSQL_PORT,
        "user": options["user"],
        "password": options["password"],
        "database": session.database,
        "connect_timeout": 10,
        "read_timeout": 20,
    }
    return pymysql.connect(**(arguments | changes))


@pytest.fixture
def door(filled: Session) -> Iterator[pymysql.Connection]:
    with connect(filled) as connection:
        yield connection


def ask(connection: pymysql.Connection, text: str) -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(text)
        return cursor.fetchall()


def select(session: Session, rest: str = "", columns: str = "`fg0`.`id` `id`, `fg0`.`name` `name`, `fg0`.`x` `x`") -> str:
    return f"SELECT {columns} FROM `{session.database}`.`tx_1` `fg0`{rest}"


def test_the_connector_holds_letters_and_digits_only(filled: Session):
    options = filled.store.get_online_storage_connector().spark_options()
    assert options["password"].isalnum()
    assert options["url"].startswith("jdbc:mysql://")


def test_rows_come_back_typed(filled: Session, door: pymysql.Connection):
    assert sorted(ask(door, select(filled))) == [(1, "Ada", 1.5), (2, None, 2.5)]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("SELECT VERSION()", None),
        ("SELECT DATABASE()", None),
        ("SELECT @@transaction_isolation", (("REPEATABLE-READ",),)),
        ("SELECT @@sql_mode", None),
        ("SELECT @@lower_case_table_names", None),
        ("SET NAMES utf8mb4", ()),
        ("SET AUTOCOMMIT = 0", ()),
        ("COMMIT", ()),
        ("ROLLBACK", ()),
    ],
)
def test_the_chatter_of_drivers_is_answered(door: pymysql.Connection, text: str, rows):
    answer = ask(door, text)
    if rows is None:
        assert len(answer) == 1
    elif rows:
        assert tuple(tuple(str(cell) for cell in row) for row in answer) == rows
    else:
        assert not answer


def test_ping_is_answered(door: pymysql.Connection):
    door.ping(reconnect=False)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO `tx_1` VALUES (3, 'x', 1.0)",
        "UPDATE `tx_1` SET `x` = 1",
        "DELETE FROM `tx_1`",
        "DROP TABLE `tx_1`",
        "CREATE TABLE t (a INT)",
        "TRUNCATE `tx_1`",
        "SHOW TABLES",
        "SHOW DATABASES",
        "USE mysql",
        "SELECT * FROM information_schema.tables",
        "SELECT SLEEP(5)",
        "SELECT LOAD_FILE('/etc/passwd')",
        "LOCK TABLES tx_1 READ",
        "nonsense",
    ],
)
def test_what_is_not_ours_is_refused_and_the_connection_lives_on(filled: Session, door: pymysql.Connection, text: str):
    with pytest.raises(pymysql.err.Error) as refused:
        ask(door, text)
    assert refused.value.args[0] in (1235, 1064, 1142, 1146, 1149)
    assert refused.value.args[1]
    assert len(ask(door, select(filled))) == 2


def test_two_statements_in_one_packet_are_refused(filled: Session):
    from pymysql.constants import CLIENT

    with connect(filled, client_flag=CLIENT.MULTI_STATEMENTS) as connection, pytest.raises(pymysql.err.Error):
        ask(connection, "SELECT VERSION(); SELECT VERSION()")


def test_an_empty_statement_is_refused(door: pymysql.Connection):
    with pytest.raises(pymysql.err.Error):
        ask(door, "")


def test_a_wrong_password_is_refused(filled: Session):
    with pytest.raises(pymysql.err.OperationalError) as refused:
        connect(filled, password="wrong")
    assert refused.value.args[0] == 1045


def test_an_empty_password_is_refused(filled: Session):
    with pytest.raises(pymysql.err.OperationalError) as refused:
        connect(filled, password="")
    assert refused.value.args[0] == 1045


def test_an_unknown_user_looks_like_a_wrong_password(filled: Session):
    with pytest.raises(pymysql.err.OperationalError) as refused:
        connect(filled, user="nobody")
    assert refused.value.args[0] == 1045


def test_a_database_of_others_is_refused(filled: Session, user: User, tmp_path):
    own = "q" + filled.name
    filled.node.rest(user.key).expect(201, "POST", f"project?projectName={own}", json={"projectName": own})
    store = filled.node.login(own, tmp_path / "other", user.key).get_feature_store()
    options = store.get_online_storage_connector().spark_options()
    other = {"host": filled.node.mysql_host(), "port": MYSQL_PORT, "user": options["user"], "password": options["password"]}
    with pytest.raises(pymysql.err.OperationalError) as refused:
        pymysql.connect(database=filled.database, **other)
    assert refused.value.args[0] in (1044, 1045)
    with pymysql.connect(database=own.lower(), **other) as connection, pytest.raises(pymysql.err.Error) as refused:
        ask(connection, select(filled))
    assert refused.value.args[0] in (1044, 1142, 1146)


def test_an_unknown_table_is_named(filled: Session, door: pymysql.Connection):
    with pytest.raises(pymysql.err.ProgrammingError, match="nothing_1") as refused:
        ask(door, f"SELECT `fg0`.`id` `id` FROM `{filled.database}`.`nothing_1` `fg0`")
    assert refused.value.args[0] == 1146


def test_an_unknown_column_is_named(filled: Session, door: pymysql.Connection):
    with pytest.raises(pymysql.err.Error, match="nonsense"):
        ask(door, select(filled, columns="`fg0`.`nonsense` `nonsense`"))


def test_a_literal_cannot_leave_its_place(filled: Session, door: pymysql.Connection):
    hostile = "x' OR '1'='1"
    with door.cursor() as cursor:
        cursor.execute(select(filled, " WHERE `fg0`.`name` = %s"), (hostile,))
        assert cursor.fetchall() == ()


def test_garbage_on_the_wire_does_not_stop_the_door(filled: Session):
    import socket

    for garbage in (b"", b"\x00" * 64, b"\xff\xff\xff\xff" * 16, b"GET / HTTP/1.1\r\n\r\n"):
        with socket.create_connection((filled.node.mysql_host(), MYSQL_PORT), timeout=10) as raw:
            raw.recv(4)
            if garbage:
                raw.sendall(garbage)
    with connect(filled) as connection:
        assert len(ask(connection, select(filled))) == 2


def test_free_text_is_answered_or_refused_clearly(filled: Session):
    """`fs.sql(.., online=True)` is a choice of the server: rows, or one of the two clear refusals."""
    text = f"SELECT `fg0`.`id` `id` FROM `{filled.database}`.`tx_1` `fg0`"
    assert sorted(filled.store.sql(text, online=True).id.tolist()) == [1, 2]
