"""Who may come in: every door is closed by default, and a revoked key is refused on every door within five seconds."""

from __future__ import annotations

import pandas as pd
import pymysql
import pytest
from hopsworks.client.exceptions import RestAPIError
from support import MYSQL_PORT, REVOKED_WITHIN_SECONDS, Session, User, insert, serving, until

ROWS = pd.DataFrame({"id": [1, 2], "x": [1.5, 2.5]})
READS = [
    "featurestores/{store}",
    "featurestores/{store}/featuregroups",
    "featurestores/{store}/featuregroups/tx?version=1",
    "featurestores/{store}/featureview/v/version/1",
    "featurestores/keywords",
    "credentials",
    "projectMembers",
]


def member(session: Session, user: User, role: str) -> None:
    session.project.get_members_api().add_member(user.email, role)


def shared(session: Session) -> None:
    group = session.filled(ROWS)
    session.store.create_feature_view("v", group.select_all(), version=1)


def read_path(session: Session, path: str) -> str:
    return f"project/{session.project.id}/{path.format(store=session.store.id)}"


@pytest.mark.parametrize("path", READS)
def test_without_a_key_nothing_is_told(session: Session, path: str):
    shared(session)
    assert session.node.stranger().error("GET", read_path(session, path))[0] == 401


@pytest.mark.parametrize("path", READS)
def test_another_user_sees_nothing_of_the_project(session: Session, user: User, path: str):
    shared(session)
    assert session.node.rest(user.key).error("GET", read_path(session, path))[0] == 403


def test_another_user_sees_only_its_own_projects(session: Session, user: User):
    assert session.node.rest(user.key).get("project") == []


def test_another_user_cannot_read_online(session: Session, user: User):
    shared(session)
    vector = {"featureStoreName": session.database, "featureViewName": "v", "featureViewVersion": 1, "entries": {"id": 1}}
    online = session.node.online(user.key)
    assert online.post("feature_store", vector).status_code == 401
    assert online.post("batch_feature_store", vector | {"entries": [{"id": 1}]}).status_code == 401
    pk_read = {"filters": [{"column": "id", "value": 1}]}
    assert online.post(f"{session.database}/tx_1/pk-read", pk_read).status_code == 401


def test_a_stranger_cannot_probe_which_views_exist(session: Session, user: User):
    shared(session)

    def answer(view: str):
        body = {"featureStoreName": session.database, "featureViewName": view, "featureViewVersion": 1, "entries": {"id": 1}}
        found = session.node.online(user.key).post("feature_store", body)
        return found.status_code, found.text.replace(view, "")

    assert answer("v") == answer("does_not_exist")


def test_an_observer_reads(session: Session, user: User, tmp_path):
    shared(session)
    member(session, user, "Observer")
    store = session.node.login(session.name, tmp_path / "observer", user.key).get_feature_store()
    assert len(store.get_feature_group("tx", version=1).read(online=True)) == 2
    view = store.get_feature_view("v", version=1)
    with serving(view, "rest"):
        assert view.get_feature_vector({"id": 1}) == [1, 1.5]


def test_an_observer_cannot_write_over_rest(session: Session, user: User, tmp_path):
    shared(session)
    member(session, user, "Observer")
    rest = session.node.rest(user.key)
    group = session.store.get_feature_group("tx", version=1)
    writes = [
        ("POST", "/featuregroups", {"name": "n", "version": 1, "features": [], "type": "streamFeatureGroupDTO"}),
        ("DELETE", f"/featuregroups/{group.id}", None),
        ("POST", f"/featuregroups/{group.id}/clear", None),
        ("PUT", f"/featuregroups/{group.id}?updateMetadata=True", {"description": "x"}),
        ("POST", f"/featuregroups/{group.id}/online_ingestion", {"numEntries": 1}),
        ("PUT", f"/featuregroups/{group.id}/tags/a", "b"),
        ("POST", f"/featuregroups/{group.id}/keywords", {"keywords": ["a"]}),
        ("POST", "/featureview", {"name": "w"}),
        ("DELETE", "/featureview/v/version/1", None),
        ("POST", "/featureview/v/version/1/trainingdatasets", {}),
        ("POST", "/transformationfunctions", {}),
    ]
    for method, path, body in writes:
        assert (path, rest.error(method, f"{session.path}{path}", json=body)[0]) == (path, 403)


def test_an_observer_cannot_write_over_kafka(session: Session, user: User, tmp_path):
    from hsfs.core import kafka_engine

    shared(session)
    member(session, user, "Observer")
    store = session.node.login(session.name, tmp_path / "observer", user.key).get_feature_store()
    group = store.get_feature_group("tx", version=1)
    errors: list = []
    producer = kafka_engine._init_kafka_producer(store.id, {"kafka_producer_config": {"message.timeout.ms": 8000}})
    producer.produce(group._online_topic_name, key="1", value=b"x", callback=lambda error, _: errors.append(error))
    producer.flush(15)
    assert errors and errors[0] is not None


def test_a_data_scientist_reads_and_writes(session: Session, user: User, tmp_path):
    shared(session)
    member(session, user, "Data scientist")
    store = session.node.login(session.name, tmp_path / "scientist", user.key).get_feature_store()
    group = store.get_feature_group("tx", version=1)
    insert(group, pd.DataFrame({"id": [3], "x": [3.5]}))
    assert group.read(online=True).id.max() == 3


def test_only_owners_manage_members(session: Session, user: User, tmp_path):
    member(session, user, "Data scientist")
    body = {"projectTeam": [{"projectTeamPK": {"projectId": session.project.id, "teamMember": user.email}, "teamRole": "Data owner"}]}
    assert session.node.rest(user.key).error("POST", f"project/{session.project.id}/projectMembers", json=body)[0] == 403


def test_only_admins_manage_users(session: Session, user: User):
    rest = session.node.rest(user.key)
    assert rest.error("GET", "admin/users")[0] == 403
    assert rest.error("POST", "admin/users", params={"email": "x@example.org", "givenName": "x", "surname": "y"})[0] == 403


def test_a_member_that_was_removed_is_out_within_seconds(session: Session, user: User):
    shared(session)
    member(session, user, "Observer")
    rest = session.node.rest(user.key)
    rest.get(f"{session.path}/featuregroups")
    session.rest.call("DELETE", f"project/{session.project.id}/projectMembers/{user.email}")
    until(
        "a removed member is refused",
        lambda: rest.call("GET", f"{session.path}/featuregroups").status_code == 403,
        REVOKED_WITHIN_SECONDS,
    )


def test_a_revoked_key_is_refused_on_every_door_within_seconds(session: Session, user: User, tmp_path):
    shared(session)
    member(session, user, "Data scientist")
    store = session.node.login(session.name, tmp_path / "member", user.key).get_feature_store()
    connector = store.get_online_storage_connector()
    options = connector.spark_options()
    rest = session.node.rest(user.key)
    online = session.node.online(user.key)
    vector = {"featureStoreName": session.database, "featureViewName": "v", "featureViewVersion": 1, "entries": {"id": 1}}
    assert rest.call("GET", f"{session.path}/featuregroups").status_code == 200
    assert online.post("feature_store", vector).status_code == 200
    assert mysql_count(session, options) == 2

    session.node.revoke(user)

    until("REST refuses", lambda: rest.call("GET", f"{session.path}/featuregroups").status_code == 401, REVOKED_WITHIN_SECONDS)
    until("the online API refuses", lambda: online.post("feature_store", vector).status_code == 401, REVOKED_WITHIN_SECONDS)


def test_a_removed_member_is_refused_at_the_mysql_door(session: Session, user: User, tmp_path):
    shared(session)
    member(session, user, "Data scientist")
    store = session.node.login(session.name, tmp_path / "member", user.key).get_feature_store()
    options = store.get_online_storage_connector().spark_options()
    assert mysql_count(session, options) == 2
    session.rest.call("DELETE", f"project/{session.project.id}/projectMembers/{user.email}")

    def refused() -> bool:
        try:
            mysql_count(session, options)
        except pymysql.err.OperationalError as error:
            return error.args[0] in (1044, 1045, 1142, 1143)
        return False

    until("the MySQL door refuses", refused, REVOKED_WITHIN_SECONDS)


def mysql_count(session: Session, options: dict) -> int:
    connection = pymysql.connect(
        host=session.node.mysql_host(),
        port=MYSQL_PORT,
        user=options["user"],
        password=options["password"],
        database=session.database,
        autocommit=True,
    )
    with connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT `fg0`.`id` `id` FROM `{session.database}`.`tx_1` `fg0`")
        return len(cursor.fetchall())


def test_a_key_of_a_removed_user_is_refused(session: Session, user: User):
    rest = session.node.rest(user.key)
    rest.get("project")
    session.rest.call("DELETE", f"admin/users/{user.id}")
    until("the key is refused", lambda: rest.call("GET", "project").status_code == 401, REVOKED_WITHIN_SECONDS)


def test_a_view_over_groups_of_another_project_cannot_be_made(session: Session, user: User, tmp_path):
    shared(session)
    foreign = session.store.get_feature_group("tx", version=1)
    name = "q" + session.name
    session.node.rest(user.key).expect(201, "POST", f"project?projectName={name}", json={"projectName": name})
    query = foreign.select_all()
    own = session.node.login(name, tmp_path / "own", user.key).get_feature_store()
    with pytest.raises(RestAPIError) as refused:
        own.create_feature_view("steal", query, version=1)
    assert refused.value.response.status_code in (400, 403, 404)
