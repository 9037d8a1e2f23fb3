"""A server without demo data has nobody who could make accounts; this command makes the first."""


def test_the_first_admin_signs_in_with_the_password_that_was_said(app, client):
    said = app.test_cli_runner().invoke(args=["create-admin", "wang"])
    assert said.exit_code == 0
    answer = client.post("/login", data={"username": "wang", "password": said.output.strip()})
    assert answer.location == "/"
    assert client.get("/setup/accounts").status_code == 200


def test_a_name_that_is_taken_is_refused_in_words(app):
    app.test_cli_runner().invoke(args=["create-admin", "wang"])
    said = app.test_cli_runner().invoke(args=["create-admin", "Wang"])
    assert said.exit_code == 1
    assert "用户名已被使用" in said.output
