"""People come in with a password, stay in with tokens used once, and are kept out when they must be."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from app.domain.ids import new_id
from sync.server import passwords
from sync.server.devices import State, put_into
from sync.server.people import change_password, disable_person
from tests.server.served import PASSWORD, Served


def code(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def put(served: Served, laptop, state: State) -> None:
    with served.world.database.write() as connection:
        put_into(connection, UUID(served.world.tenant), laptop.id, state)


def test_the_right_password_gives_tokens_that_work(served: Served):
    anna = served.laptop()

    said = anna.sign_in().json()

    assert said["user_id"] == anna.person.id
    assert said["tenant_id"] == served.world.tenant
    assert (said["display_name"], said["role"], said["expires_in"]) == ("Anna", "engineer", 600)
    assert anna.call("GET", "/v1/sync/pull").status_code == 200


def test_sign_in_names_do_not_care_about_capitals(served: Served):
    anna = served.laptop()

    assert anna.sign_in(login=f" {anna.person.login.upper()} ").status_code == 200


def test_a_wrong_password_and_an_unknown_name_are_refused_alike(served: Served):
    anna = served.laptop()

    assert code(anna.sign_in("wrong")) == (401, "auth.wrong_password")
    assert code(anna.sign_in(login="nobody")) == (401, "auth.wrong_password")


def test_guessing_makes_the_next_attempt_wait_longer_each_time(served: Served):
    anna, waits = served.laptop(), []
    for _ in range(6):
        while (answer := anna.sign_in("wrong")).status_code == 429:
            assert answer.headers["Retry-After"] == str(answer.json()["facts"]["retry_after"])
            waits.append(answer.json()["facts"]["retry_after"])
            served.clock.turn(minutes=waits[-1] / 60)

    assert waits == [1, 2]  # after the fourth and the fifth


def test_the_right_password_ends_the_waiting(served: Served):
    anna = served.laptop()
    for _ in range(4):
        anna.sign_in("wrong")
    served.clock.turn(minutes=1)

    assert anna.sign_in().status_code == 200
    assert code(anna.sign_in("wrong")) == (401, "auth.wrong_password")
    assert code(anna.sign_in("wrong")) == (401, "auth.wrong_password")


def test_even_the_right_password_has_to_wait_its_turn(served: Served):
    anna = served.laptop()
    for _ in range(4):
        anna.sign_in("wrong")

    assert code(anna.sign_in()) == (429, "auth.throttled")


def test_guesses_at_the_same_moment_are_counted_one_by_one(served: Served):
    anna = served.laptop()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: anna.sign_in("wrong").status_code, range(8)))

    assert answers.count(401) == 4
    assert answers.count(429) == 4


def test_an_access_token_runs_out_and_a_refresh_brings_the_next(served: Served):
    anna = served.laptop().signed_in()
    served.clock.turn(minutes=11)

    assert code(anna.call("GET", "/v1/sync/pull")) == (401, "auth.token_expired")
    assert anna.refresh().status_code == 200
    assert anna.call("GET", "/v1/sync/pull").status_code == 200


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."])
def test_a_token_that_is_not_ours_opens_nothing(served: Served, token):
    stranger = served.laptop()
    stranger.access_token = token

    answer = stranger.call("GET", "/v1/sync/pull")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_lost_answer_is_asked_for_again_with_the_same_nonce(served: Served):
    anna = served.laptop().signed_in()
    first = anna.refresh_token
    lost = anna.refresh("nonce").json()["refresh_token"]

    assert anna.refresh("nonce", token=first).status_code == 200
    assert anna.refresh_token != lost
    fresh = anna.refresh_token
    assert code(anna.refresh(token=lost)) == (401, "auth.session_ended")
    assert anna.refresh(token=fresh).status_code == 200


def test_a_token_used_twice_ends_the_sign_in_for_both_holders(served: Served):
    anna = served.laptop().signed_in()
    stolen = anna.refresh_token
    anna.refresh()

    assert code(anna.refresh(token=stolen)) == (401, "auth.session_ended")
    assert code(anna.refresh()) == (401, "auth.session_ended")


def test_a_retry_after_the_successor_was_used_is_a_replay(served: Served):
    anna = served.laptop().signed_in()
    first = anna.refresh_token
    anna.refresh("nonce")
    anna.refresh()

    assert code(anna.refresh("nonce", token=first)) == (401, "auth.session_ended")
    assert code(anna.refresh()) == (401, "auth.session_ended")


def test_of_eight_uses_of_one_token_at_once_exactly_one_wins(served: Served):
    anna = served.laptop().signed_in()
    body = {"refresh_token": anna.refresh_token}
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda n: anna.call("POST", "/v1/auth/refresh", json=body | {"nonce": f"n{n}"}), range(8)
            )
        )

    won = [answer.json()["refresh_token"] for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    assert {code(answer) for answer in answers if answer.status_code != 200} == {(401, "auth.session_ended")}
    assert code(anna.refresh(token=won[0])) == (401, "auth.session_ended")


def test_eight_retries_of_one_lost_answer_at_once_leave_one_living_token(served: Served):
    anna = served.laptop().signed_in()
    body = {"refresh_token": anna.refresh_token, "nonce": "same"}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: anna.call("POST", "/v1/auth/refresh", json=body), range(8)))
    tokens = [answer.json()["refresh_token"] for answer in answers]

    assert sorted(anna.refresh(token=token).status_code for token in tokens) == [200] + [401] * 7


def test_a_laptop_left_alone_for_a_month_signs_in_again(served: Served):
    anna = served.laptop().signed_in()
    served.clock.turn(days=29)
    assert anna.refresh().status_code == 200
    served.clock.turn(days=31)

    assert code(anna.refresh()) == (401, "auth.session_ended")


def test_nobody_stays_signed_in_for_more_than_ninety_days(served: Served):
    anna = served.laptop().signed_in()
    for _ in range(3):
        served.clock.turn(days=29)
        assert anna.refresh().status_code == 200
    served.clock.turn(days=4)

    assert code(anna.refresh()) == (401, "auth.session_ended")


def test_signing_out_ends_this_laptops_sign_in_and_no_others(served: Served):
    anna = served.person()
    here, there = served.laptop(anna).signed_in(), served.laptop(anna).signed_in()

    assert here.call("POST", "/v1/auth/sign-out").status_code == 204

    assert code(here.refresh()) == (401, "auth.session_ended")
    assert there.refresh().status_code == 200


def test_signing_in_again_on_a_laptop_ends_what_was_before(served: Served):
    anna = served.laptop().signed_in()
    before = anna.refresh_token
    anna.signed_in()

    assert code(anna.refresh(token=before)) == (401, "auth.session_ended")


def test_a_disabled_account_is_out_at_once(served: Served):
    anna = served.laptop().signed_in()
    disable_person(served.world.database, served.world.tenant, anna.person.login)

    assert code(anna.call("GET", "/v1/sync/pull")) == (403, "auth.account_disabled")
    assert code(anna.refresh()) == (401, "auth.session_ended")
    assert code(anna.sign_in()) == (403, "auth.account_disabled")


def test_a_new_password_outdates_every_token(served: Served):
    anna = served.laptop().signed_in()
    change_password(served.world.database, served.world.tenant, anna.person.login, "another horse")

    assert code(anna.call("GET", "/v1/sync/pull")) == (401, "auth.token_expired")
    assert code(anna.refresh()) == (401, "auth.session_ended")
    assert code(anna.sign_in(PASSWORD)) == (401, "auth.wrong_password")
    assert anna.sign_in("another horse").status_code == 200


def test_a_suspended_laptop_waits_until_it_is_readmitted(served: Served):
    anna = served.laptop().signed_in()
    put(served, anna, State.SUSPENDED)

    assert code(anna.call("GET", "/v1/sync/pull")) == (403, "device.suspended")
    assert code(anna.refresh()) == (403, "device.suspended")
    assert code(anna.sign_in()) == (403, "device.suspended")
    put(served, anna, State.ACTIVE)
    assert anna.refresh().status_code == 200  # being refused had not used the token


def test_a_wiped_laptop_is_gone_for_good(served: Served):
    anna = served.laptop().signed_in()
    put(served, anna, State.WIPED)

    for answer in (anna.call("GET", "/v1/sync/pull"), anna.refresh(), anna.sign_in()):
        assert code(answer) == (410, "device.wiped")


def test_a_laptop_that_leaves_may_send_what_waits_and_is_given_nothing(served: Served):
    anna = served.laptop().signed_in()
    put(served, anna, State.LEAVING)

    for path in ("/v1/sync/pull", "/v1/sync/snapshot"):
        assert code(anna.call("GET", path)) == (410, "device.leaving")
    said = {"device_id": anna.id.hex, "mutations": []}
    assert anna.call("POST", "/v1/sync/push", json=said).status_code == 200
    assert anna.refresh().status_code == 200


def test_a_laptop_that_leaves_still_does_when_it_goes_on_under_another_id(served: Served):
    anna = served.laptop().signed_in()
    put(served, anna, State.LEAVING)

    assert anna.refresh(device_id=new_id().hex).status_code == 200

    assert code(anna.call("GET", "/v1/sync/pull")) == (410, "device.leaving")


def test_nobody_goes_on_as_somebody_elses_laptop(served: Served):
    anna, ben = served.laptop().signed_in(), served.laptop().signed_in()

    assert code(anna.refresh(device_id=ben.id.hex)) == (409, "device.of_another_user")
    assert anna.refresh().status_code == 200


def test_a_laptop_belongs_to_whoever_signed_in_first(served: Served):
    anna, ben = served.laptop().signed_in(), served.laptop()

    assert code(ben.sign_in(device_id=anna.id.hex)) == (409, "device.of_another_user")


@pytest.mark.parametrize(
    "wrong",
    [
        {"login": ""},
        {"login": "a\x00"},
        {"login": "a" * 201},
        {"login": 7},
        {"password": "p" * 1025},
        {"password": None},
        {"device_id": "x"},
        {"device_name": "\x00"},
    ],
)
def test_a_malformed_sign_in_is_refused_without_repeating_what_was_typed(served: Served, wrong):
    answer = served.laptop().sign_in(**{"password": "geheim"} | wrong)

    assert code(answer) == (400, "request.malformed")
    assert answer.json()["facts"]["fields"] == [f"body.{next(iter(wrong))}"]
    assert "geheim" not in answer.text


def test_a_password_typed_on_another_keyboard_is_the_same_password():
    composed, decomposed = "pa\u00dfw\u00f6rtchen", "pa\u00dfwo\u0308rtchen"

    assert passwords.matches(passwords.hashed(composed), decomposed)


def test_an_unknown_refresh_token_is_refused(served: Served):
    assert code(served.laptop().refresh(token=new_id().hex)) == (401, "auth.session_ended")
