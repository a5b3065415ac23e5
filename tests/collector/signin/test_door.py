"""Coming in and going out: what lets somebody in, what ends it, and that it ends at once."""

from __future__ import annotations

import asyncio
import itertools
import logging
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pyotp
import pytest

from collector.access.apikeys import digest, key_text
from collector.access.grants import Grant
from collector.access.people import News, Session
from collector.appstore import AppStore
from collector.errors import AppStoreError, BadInput
from collector.signin import passwords
from collector.signin.door import MOST_SESSIONS, NOTED_FAILURES, Door, NotSignedIn, SecondFactorNeeded, StoreAway
from collector.signin.first import FILE, forget_first_password, make_first_admin
from collector.signin.making import new_output
from collector.signin.passwords import QUEUE, REST_S, Passwords, TooBusy, drawn_password, hashed
from collector.signin.register import AGAIN_S, IDLE_MS, Register
from collector.signin.second_factor import recovery_codes, with_code_used
from tests.collector.signin.house import HASH, NOW, PASSWORD, House

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


# --- passwords ---


async def test_the_right_password_lets_in(house: House) -> None:
    ana = await house.person("ana", "operator")

    assert await house.door.password("ana", PASSWORD, "") == ana


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + " ", PASSWORD.upper(), PASSWORD + "\0", "x" * 100_000])
async def test_another_password_does_not(house: House, password: str) -> None:
    await house.person("ana", "operator")

    with pytest.raises(NotSignedIn) as refused:
        await house.door.password("ana", password, "")
    assert refused.value.code == "LOGIN_FAILED"


async def test_a_name_that_is_unknown_costs_and_says_the_same(house: House) -> None:
    await house.person("ana", "operator")
    await house.person("out", "operator")
    await house.change("out", disabled=True)
    await house.register.look()
    said = []
    for name in ("ana", "nobody", "out", "", "key:k_1"):
        before = house.passwords.looked_at
        with pytest.raises(NotSignedIn) as refused:
            await house.door.password(name, "a wrong one", "")
        said.append((house.passwords.looked_at - before, refused.value.code, refused.value.message))

    assert set(said) == {(1, "LOGIN_FAILED", said[0][2])}


async def test_nobody_comes_in_with_the_password_that_stands_for_nobody(house: House) -> None:
    assert not await house.passwords.right(None, "")
    assert not await house.passwords.right("no hash at all", PASSWORD)


async def test_a_password_is_argon2id_of_19_mib_two_rounds_one_lane() -> None:
    assert HASH.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert hashed(PASSWORD) != HASH, "a salt of its own"


async def test_passwords_are_looked_at_one_at_a_time_and_few_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most = 0, 0
    go = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(self: Passwords, kept: str, given: str) -> bool:
        nonlocal running, most
        running += 1
        most = max(most, running)
        asyncio.run_coroutine_threadsafe(go.wait(), loop).result()
        running -= 1
        return True

    monkeypatch.setattr(Passwords, "_verify", slow)
    looked = Passwords()
    asked = [asyncio.create_task(looked.right(HASH, PASSWORD)) for _ in range(200)]
    await asyncio.sleep(0.05)
    go.set()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    looked.close()

    assert most == 1
    assert answers.count(True) == QUEUE + 1
    assert sum(isinstance(answer, TooBusy) for answer in answers) == 200 - QUEUE - 1


async def test_between_two_passwords_others_have_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flood of sign-ins takes a third of one processor, not all of it. Who comes alone does not wait."""
    times: list[float] = []

    def noted(self: Passwords, kept: str, given: str) -> bool:
        times.append(time.monotonic())
        return True

    monkeypatch.setattr(Passwords, "_verify", noted)
    looked = Passwords()
    began = time.monotonic()
    await asyncio.gather(*(looked.right(HASH, PASSWORD) for _ in range(4)))
    looked.close()

    assert times[0] - began < REST_S
    assert all(after - before >= REST_S for before, after in itertools.pairwise(times))


def test_a_drawn_password_is_long_and_can_be_typed() -> None:
    assert len({drawn_password() for _ in range(1000)}) == 1000
    assert len(drawn_password()) == 29
    assert not set("01lo") & set("".join(drawn_password() for _ in range(100)))


# --- the second factor ---


async def test_an_admin_needs_a_second_factor(tmp_path: Path) -> None:
    house = House(tmp_path, second_factor=True)
    await house.register.look()
    await house.person("ada", "admin")
    await house.person("bea", "admin", seed=SEED)
    await house.person("ola", "operator")

    with pytest.raises(SecondFactorNeeded) as none:
        await house.door.password("ada", PASSWORD, "123456")
    with pytest.raises(SecondFactorNeeded) as missing:
        await house.door.password("bea", PASSWORD, "")
    with pytest.raises(NotSignedIn) as wrong:
        await house.door.password("bea", "wrong password", house.code(SEED))

    assert (none.value.code, missing.value.code, wrong.value.code) == (
        "SECOND_FACTOR_NEEDED",
        "CODE_NEEDED",
        "LOGIN_FAILED",
    )
    assert (await house.door.password("bea", PASSWORD, house.code(SEED))).name == "bea"
    assert (await house.door.password("ola", PASSWORD, "")).name == "ola"
    house.close()


async def test_each_code_lets_in_once(house: House) -> None:
    await house.person("bea", "admin", seed=SEED)
    code = house.code(SEED)
    await house.door.password("bea", PASSWORD, code)

    with pytest.raises(NotSignedIn) as again:
        await house.door.password("bea", PASSWORD, code)
    assert again.value.code == "CODE_WRONG"

    house.clock.ms += 30_000
    await house.register.look()
    await house.door.password("bea", PASSWORD, house.code(SEED))


async def test_of_many_with_the_same_code_at_once_one_comes_in(house: House) -> None:
    await house.person("bea", "admin", seed=SEED)
    tries = [house.door.password("bea", PASSWORD, house.code(SEED)) for _ in range(8)]

    answers = await asyncio.gather(*tries, return_exceptions=True)

    assert sum(not isinstance(answer, BaseException) for answer in answers) == 1


async def test_a_code_of_the_half_minute_beside_counts_and_an_older_one_does_not(house: House) -> None:
    bea = await house.person("bea", "admin", seed=SEED)
    one_time = pyotp.TOTP(SEED)

    for away, taken in ((-60, False), (-30, True), (0, True), (30, True), (60, False)):
        code = one_time.at(NOW // 1000 + away)
        if taken:
            assert with_code_used(bea, code, NOW).last_step == (NOW // 1000 + away) // 30
        else:
            with pytest.raises(BadInput):
                with_code_used(bea, code, NOW)


@pytest.mark.parametrize(
    "code",
    ["", " ", "12345", "1234567", "abcdef", "\uff11\uff12\uff13\uff14\uff15\uff16", "-12345", "0x1234", "000000\0"],
)
async def test_what_is_no_code_lets_nobody_in(house: House, code: str) -> None:
    bea = await house.person("bea", "admin", seed=SEED)

    with pytest.raises(BadInput, match="the code is wrong"):
        with_code_used(bea, code, NOW)


async def test_each_recovery_code_lets_in_once(house: House) -> None:
    codes = recovery_codes()
    await house.person("bea", "admin", seed=SEED)
    await house.change("bea", recovery=tuple(digest(code) for code in codes))
    await house.register.look()

    await house.door.password("bea", PASSWORD, codes[3].upper())
    with pytest.raises(NotSignedIn):
        await house.door.password("bea", PASSWORD, codes[3])
    await house.door.password("bea", PASSWORD, codes[4])

    assert len(house.store.users()["bea"].recovery) == len(codes) - 2 == 8
    assert len(set(codes)) == 10


# --- sessions, keys, tokens ---


async def test_a_session_lasts_twelve_hours(house: House) -> None:
    ana = await house.person("ana", "operator")
    secret = await house.door.begin_session(ana, "127.0.0.1")

    house.clock.ms += 12 * 3_600_000 - 1
    await house.register.look()
    assert await house.door.by_session(secret)
    house.clock.ms += 1
    assert await house.door.by_session(secret) is None
    assert await house.door.by_session("") is None


async def test_an_admin_s_session_ends_after_half_an_hour_without_a_word(house: House) -> None:
    ada = await house.person("ada", "admin")
    secret = await house.door.begin_session(ada, "")
    for _ in range(3):
        house.clock.ms += IDLE_MS - 1
        await house.register.look()
        assert await house.door.by_session(secret)
    house.clock.ms += IDLE_MS
    await house.register.look()
    assert await house.door.by_session(secret) is None


async def test_a_person_has_so_many_sessions_and_the_oldest_goes(house: House) -> None:
    ana = await house.person("ana", "operator")
    secrets = []
    for _ in range(MOST_SESSIONS + 2):
        house.clock.ms += 1
        secrets.append(await house.door.begin_session(ana, ""))

    assert [bool(await house.door.by_session(each)) for each in secrets] == [False] * 2 + [True] * MOST_SESSIONS


@pytest.mark.parametrize(
    "change", [{"disabled": True}, {"grants": (Grant("viewer"),)}, {"password": "other"}, {"role": "viewer"}]
)
async def test_a_change_by_another_process_ends_everything_that_was_given_out(
    house: House, change: dict[str, object]
) -> None:
    ana = await house.person("ana", "operator")
    session, given = await house.door.begin_session(ana, ""), await house.door.give_tokens(ana)
    assert await house.door.by_session(session)
    assert await house.door.by_secret(given.access)

    await house.change("ana", **change)
    await house.register.look()

    assert await house.door.by_session(session) is None
    with pytest.raises(NotSignedIn):
        await house.door.by_secret(given.access)
    with pytest.raises(NotSignedIn):
        await house.door.refresh(given.refresh)


async def test_what_is_revoked_elsewhere_is_out_within_a_second_by_itself(tmp_path: Path) -> None:
    house = House(tmp_path)
    register = Register(house.store, house.clock)  # on the real monotonic clock
    house.door.register = register
    looking = asyncio.create_task(register.run())
    await register.look()
    house.register = register
    await house.person("ana", "operator")
    key = await house.key("ana", "read:hands")
    assert await house.door.by_secret(key)

    house.store.revoke_key((await house.kept(key)).id, "system", NOW)
    await asyncio.sleep(1)

    with pytest.raises(NotSignedIn):
        await house.door.by_secret(key)
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    house.close()


async def test_a_key_holds_what_its_owner_holds_now(house: House) -> None:
    await house.person("ana", "operator")
    key = await house.key("ana", "read:hands", "read:players", "write:actions")
    assert (await house.door.by_secret(key)).identity.words() == {"read:hands", "read:players", "write:actions"}

    await house.change("ana", role="viewer", grants=(Grant("viewer"),))
    await house.register.look()
    assert (await house.door.by_secret(key)).identity.words() == {"read:hands"}
    assert (await house.door.by_secret(key)).identity.name.startswith("key:k_")

    await house.change("ana", disabled=True)
    await house.register.look()
    with pytest.raises(NotSignedIn):
        await house.door.by_secret(key)


async def test_a_key_ends_after_its_days(house: House) -> None:
    await house.person("ana", "operator")
    key = await house.key("ana", "read:hands")
    house.clock.ms += 90 * 86_400_000 - 1
    await house.register.look()
    assert await house.door.by_secret(key)
    house.clock.ms += 1
    with pytest.raises(NotSignedIn) as refused:
        await house.door.by_secret(key)

    assert refused.value.code == "INVALID_KEY"
    assert (await house.kept(key)).expires_at == house.clock.ms


async def test_a_mistyped_key_is_told_from_an_unknown_one(house: House) -> None:
    await house.person("ana", "operator")
    key = await house.key("ana", "read:hands")
    with pytest.raises(NotSignedIn, match="checksum"):
        await house.door.by_secret(key[:-1] + ("a" if key[-1] != "a" else "b"))
    with pytest.raises(NotSignedIn, match="unknown"):
        await house.door.by_secret(key_text(5))


async def test_the_use_of_a_key_is_kept(house: House) -> None:
    await house.person("ana", "operator")
    key = await house.key("ana", "read:hands")
    house.clock.ms += 5
    await house.door.by_secret(key)
    await house.register._touch()

    assert (await house.kept(key)).last_used == NOW + 5
    assert house.register.all_keys()[0].last_used == NOW + 5


async def test_of_fifty_who_refresh_at_once_all_get_one_answer(house: House) -> None:
    ana = await house.person("ana", "operator")
    given = await house.door.give_tokens(ana)

    answers = await asyncio.gather(*(house.door.refresh(given.refresh) for _ in range(50)))

    assert len({(each.access, each.refresh) for each in answers}) == 1
    assert answers[0].refresh != given.refresh
    after = await house.door.refresh(answers[0].refresh)
    assert (await house.door.by_secret(after.access)).identity.name == "ana"


async def test_a_refresh_token_that_comes_again_ends_its_family(house: House) -> None:
    ana = await house.person("ana", "operator")
    given = await house.door.give_tokens(ana)
    second = await house.door.refresh(given.refresh)
    third = await house.door.refresh(second.refresh)

    with pytest.raises(NotSignedIn):
        await house.door.refresh(given.refresh)

    for access in (given.access, second.access, third.access):
        with pytest.raises(NotSignedIn):
            await house.door.by_secret(access)
    with pytest.raises(NotSignedIn):
        await house.door.refresh(third.refresh)


async def test_a_lost_answer_is_given_again_for_ten_seconds(house: House) -> None:
    ana = await house.person("ana", "operator")
    given = await house.door.give_tokens(ana)
    lost = await house.door.refresh(given.refresh)
    house.clock.ms += 9_000
    await house.register.look()

    assert await house.door.refresh(given.refresh) == lost

    house.clock.ms += 2_000
    await house.register.look()
    with pytest.raises(NotSignedIn):
        await house.door.refresh(given.refresh)


# --- a store that does not answer ---


async def test_a_store_that_does_not_answer_lets_nobody_in_after_five_seconds(house: House) -> None:
    ana = await house.person("ana", "operator")
    key, session = await house.key("ana", "read:hands"), await house.door.begin_session(ana, "")

    house.clock.ms += 4_999
    assert await house.door.by_secret(key)
    house.clock.ms += 1
    for ask in (lambda: house.door.by_secret(key), lambda: house.door.by_session(session)):
        with pytest.raises(StoreAway):
            await ask()
    with pytest.raises(StoreAway):
        await house.door.password("ana", PASSWORD, "")

    await house.register.look()
    assert await house.door.by_secret(key)


async def test_a_store_that_is_away_is_told_once_and_asked_again(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    away = True
    news = house.store.news

    def asked(after: int) -> object:
        if away:
            raise AppStoreError("app store: away")
        return news(after)

    monkeypatch.setattr(house.store, "news", asked)
    monkeypatch.setattr("collector.signin.register.LOOK_S", 0.01)
    looking = asyncio.create_task(house.register.run())
    await asyncio.sleep(0.1)
    away = False
    await asyncio.sleep(0.1)
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)

    told = [record.message for record in caplog.records]
    assert len([line for line in told if "app_store_unavailable" in line]) == 1
    assert len([line for line in told if "app_store_answers" in line]) == 1


async def test_what_is_over_does_not_stay_in_memory(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collector.signin.register.LOOK_S", 0.01)
    monkeypatch.setattr("collector.signin.register.TIDY_S", 0.0)
    ana = await house.person("ana", "operator")
    await house.door.begin_session(ana, "")
    house.clock.ms += 13 * 3_600_000
    looking = asyncio.create_task(house.register.run())
    for _ in range(100):
        await asyncio.sleep(0.02)
        if not house.register._sessions:
            break
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)

    assert house.register._sessions == {}
    assert house.register.users == {"ana": ana}


async def test_who_tries_without_end_fills_no_disk(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlite3  # noqa: PLC0415 - looks into the file

    monkeypatch.setattr(passwords.Passwords, "_verify", lambda self, kept, given: False)
    for _ in range(NOTED_FAILURES + 30):
        with pytest.raises(NotSignedIn):
            await house.door.password("mallory", "guess", "")
    house.clock.ms += 60_000
    await house.register.look()
    with pytest.raises(NotSignedIn):
        await house.door.password("mallory", "guess", "")

    with sqlite3.connect(house.folder / "app.db") as connection:
        entries = connection.execute("SELECT details, about FROM audit WHERE what = 'sign_in_failed'").fetchall()
    assert len(entries) == NOTED_FAILURES + 1
    assert '"skipped":30' in entries[-1][0]
    assert all("guess" not in details and about == "" for details, about in entries)


# --- the first start ---


def test_the_first_start_makes_an_admin_with_a_random_password(house: House, tmp_path: Path) -> None:
    told: list[str] = []

    assert make_first_admin(house.store, tmp_path, NOW, told.append)
    assert not make_first_admin(house.store, tmp_path, NOW, told.append)

    password = (tmp_path / FILE).read_text().strip()
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert len(told) == 1
    assert password in told[0]
    assert house.store.users()["admin"].is_admin
    assert password.encode() not in (tmp_path / "app.db").read_bytes()


def test_a_service_tells_the_first_password_to_nobody(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    make_first_admin(house.store, tmp_path, NOW, None)

    said = capsys.readouterr()
    assert (said.out, said.err, caplog.text) == ("", "", "")
    forget_first_password(tmp_path, "ana")
    assert (tmp_path / FILE).exists()
    forget_first_password(tmp_path, "admin")
    assert not (tmp_path / FILE).exists()


def test_a_secret_prints_nowhere(house: House) -> None:
    session = Session("s_1", "digest-of-it", "ana", 1, NOW, NOW, NOW)

    assert "digest-of-it" not in repr(session)


# --- several web processes ---


class Another:
    """Another web process of the same house, which has looked last before anything of the test was made."""

    def __init__(self, house: House) -> None:
        self.reads = 0
        self.store = AppStore(house.url)
        news = self.store.news

        def counted(cursor: int) -> News:
            self.reads += 1
            return news(cursor)

        self.store.news = counted  # type: ignore[method-assign]
        self.register = Register(self.store, house.clock)
        passwords = Passwords()
        self.door = Door(self.store, self.register, passwords, house.tokens, house.clock, second_factor=False)

    def close(self) -> None:
        self.door.passwords.close()
        self.register.close()
        self.store.close()


@pytest.fixture
async def another(house: House) -> AsyncIterator[Another]:
    await house.person("ana", "operator")
    made = Another(house)
    await made.register.look()
    yield made
    made.close()


async def test_what_one_process_gave_a_moment_ago_holds_at_the_other(house: House, another: Another) -> None:
    ana = house.register.users["ana"]
    session, given = await house.door.begin_session(ana, ""), await house.door.give_tokens(ana)
    key = await house.key("ana", "read:hands")
    output, text = new_output("main", "ana", "t1", "public", house.clock.ms)
    house.store.add_output(output, "ana")
    await house.person("bob", "operator")

    assert await another.door.by_session(session)
    assert await another.door.by_secret(given.access)
    assert await another.door.by_secret(key)
    assert await another.door.output(text)
    assert await another.door.password("bob", PASSWORD, "")


async def test_a_token_of_rights_that_have_just_changed_holds_at_the_other(house: House, another: Another) -> None:
    await house.change("ana", disabled=False)
    await house.register.look()
    given = await house.door.give_tokens(house.register.users["ana"])

    assert await another.door.by_secret(given.access)


async def test_wrong_keys_without_end_cost_few_reads(house: House, another: Another) -> None:
    before, began = another.reads, asyncio.get_running_loop().time()

    async def tries(number: int) -> None:
        with pytest.raises(NotSignedIn):
            await another.door.by_secret(key_text(number))
        assert await another.door.by_session(f"{number:043d}") is None

    await asyncio.gather(*(tries(number) for number in range(500)))
    for number in range(5):
        await tries(number)

    took = asyncio.get_running_loop().time() - began
    assert another.reads - before <= took / AGAIN_S + 2
    del house


async def test_what_is_no_key_costs_no_read(another: Another) -> None:
    before = another.reads
    for wrong in ("ebs_api_guess", "x", "a.b.c", key_text(5)[:-1] + "!"):
        with pytest.raises(NotSignedIn):
            await another.door.by_secret(wrong)
    assert await another.door.by_session("guess") is None
    assert await another.door.output("o_guess") is None

    assert another.reads == before


async def test_a_store_that_hangs_holds_nobody_up_for_long(
    house: House, another: Another, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collector.signin.register.LOOK_AGAIN_S", 0.05)
    hangs = threading.Event()
    monkeypatch.setattr(another.store, "news", lambda _cursor: hangs.wait(5))
    key = await house.key("ana", "read:hands")
    try:
        async with asyncio.timeout(2):
            with pytest.raises(NotSignedIn):
                await another.door.by_secret(key)
    finally:
        hangs.set()
