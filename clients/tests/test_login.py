"""Coming in: with and without a project, with a wrong key; making a project."""

from __future__ import annotations

import hopsworks
import pytest
from hopsworks.client.exceptions import ProjectException, RestAPIError
from support import Node, Session, User, unique


def test_login_with_a_project_gives_that_project(session: Session):
    assert session.project.name == hopsworks.get_current_project().name
    assert session.project.id > 0


def test_login_keeps_the_key_material_in_the_folder_that_was_asked_for(session: Session):
    chain = next(session.folder.rglob("ca_chain.pem")).read_text()
    certificate = next(session.folder.rglob("client_cert.pem")).read_text()
    key = next(session.folder.rglob("client_key.pem")).read_text()
    assert chain.startswith("-----BEGIN CERTIFICATE-----")
    assert certificate.startswith("-----BEGIN CERTIFICATE-----")
    assert "PRIVATE KEY-----" in key.splitlines()[0]


def test_login_without_a_project_gives_the_only_project(node: Node, user: User, tmp_path):
    name = unique("p")
    node.rest(user.key).expect(201, "POST", f"project?projectName={name}", json={"projectName": name})
    assert node.login(None, tmp_path, user.key).name == name


def test_login_without_a_project_works_for_a_user_that_has_none(node: Node, user: User, tmp_path):
    assert node.login(None, tmp_path, user.key) is None


def test_a_user_without_a_project_can_create_one(node: Node, user: User, tmp_path):
    node.login(None, tmp_path, user.key)
    name = unique("p")
    hopsworks.create_project(name, description="made by the client")
    project = node.login(name, tmp_path, user.key)
    assert project.name == name
    assert project.description == "made by the client"


def test_a_wrong_key_is_refused(node: Node, tmp_path):
    with pytest.raises(RestAPIError) as refused:
        node.login(None, tmp_path, "0123456789abcdef." + "x" * 64)
    assert refused.value.response.status_code == 401
    assert refused.value.error_code


def test_a_malformed_key_is_refused(node: Node, tmp_path):
    with pytest.raises(RestAPIError) as refused:
        node.login(None, tmp_path, "nonsense")
    assert refused.value.response.status_code == 401


def test_an_unknown_project_is_named_in_the_error(node: Node, tmp_path):
    with pytest.raises(ProjectException, match="nowhere"):
        node.login("nowhere", tmp_path)


def test_a_project_of_others_cannot_be_entered(session: Session, user: User, tmp_path):
    with pytest.raises(ProjectException, match=session.name):
        session.node.login(session.name, tmp_path / "other", user.key)


def test_a_second_project_of_the_same_name_is_refused(session: Session):
    status, code = session.rest.error(
        "POST", f"project?projectName={session.name}", json={"projectName": session.name}
    )
    assert (status, code) == (409, 150001)


@pytest.mark.parametrize(
    "name", ["", "with blank", "semi;colon", "../up", "x" * 100, "ünïcode", "-dash", "a/b", "a'b"]
)
def test_a_bad_project_name_is_refused(node: Node, name: str):
    status, code = node.rest().error("POST", "project", params={"projectName": name}, json={"projectName": name})
    assert status == 400
    assert code


def test_the_feature_store_handle_carries_the_names(session: Session):
    store = session.store
    assert store.name == f"{session.name.lower()}_featurestore"
    assert store.project_name == session.name
    assert store.online_featurestore_name == session.name.lower()
    assert store.online_enabled
    assert store.project_id == session.project.id


def test_the_version_announced_is_that_of_the_client_line(session: Session):
    versions = {entry["software"]: entry["version"] for entry in session.rest.get("variables/versions")}
    assert versions["hopsworks"].startswith("5.2.")


def test_an_unknown_variable_is_exactly_not_found(session: Session):
    assert session.rest.error("GET", "variables/no_such_variable")[0] == 404
