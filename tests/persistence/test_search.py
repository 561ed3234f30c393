"""The search box: any part of a text, pinyin, initials, numbers, and at once."""

from collections.abc import Callable
from uuid import UUID

import pytest

from app.domain.assets import Asset
from app.domain.customers import Contact, Customer
from app.domain.entity import Entity, name_of
from app.domain.ids import new_id
from app.persistence.replica import Replica
from app.persistence.search import Rank, search
from app.persistence.search_index import index_pending
from tests.builders import a_contact, a_customer, a_note, a_site, a_user, a_visit, an_asset, an_order
from tests.replicas import pulled


def index_all(replica: Replica) -> None:
    while True:
        with replica.absorb() as connection:
            if not index_pending(connection):
                return


def titles(replica: Replica, typed: str, *entities: type[Entity]) -> set[str]:
    with replica.read() as session:
        return {hit.title for hit in search(session, typed, entities=entities)}


ZHENGYUAN = "苏州正远机械有限公司"
HENGYUAN = "常州恒远机床厂"
CHONGQING = "重庆长风重工"


@pytest.fixture
def full(replica: Replica) -> Replica:
    """Three customers, a contact with a rare surname, a machine and an order, all indexed."""
    zhengyuan = a_customer(
        name=ZHENGYUAN, code="C-1001", phone="0512-6688 1234", street="工业园区 88 号 A3座"
    )
    pulled(
        replica,
        zhengyuan,
        a_customer(name=HENGYUAN, note="门卫处登记\n安全帽必须自备"),
        a_customer(name=CHONGQING, phone="+86 138 0013 8000"),
        a_contact(zhengyuan.id, name="单雄信", mobile="13912345678"),
        an_asset(zhengyuan.id, name="Müller 液压机", serial_no="SN-2021/003"),
        an_order(zhengyuan.id, number="SO-26-77", subject="主轴异响", findings="轴承磨损严重"),
    )
    index_all(replica)
    return replica


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("正", {ZHENGYUAN}),
        ("远", {ZHENGYUAN, HENGYUAN}),
        ("机械", {ZHENGYUAN}),
        ("远机械有", {ZHENGYUAN}),
        ("厂", {HENGYUAN}),
        ("龘", set()),
        ("正机", set()),
        ("6688", {ZHENGYUAN}),
        ("0512 6688", {ZHENGYUAN}),
        ("0512-66881", {ZHENGYUAN}),
        ("138001", {CHONGQING}),
        ("8000", {CHONGQING}),
        ("sn-2021", {"Müller 液压机"}),
        ("2021003", {"Müller 液压机"}),
        ("SN2021/003", {"Müller 液压机"}),
        ("muller", {"Müller 液压机"}),
        ("ＭÜＬＬ", {"Müller 液压机"}),
        ("A3座", {ZHENGYUAN}),
        ("3座", {ZHENGYUAN}),
        ("安全帽", {HENGYUAN}),
        ("磨", {"SO-26-77"}),
        ("异响", {"SO-26-77"}),
        ("so-26 磨损", {"SO-26-77"}),
        ("正远 c-1001", {ZHENGYUAN}),
        ("正远 恒远", set()),
        ("", set()),
        (' "*^-:() ', set()),
        ("88%", {ZHENGYUAN}),  # a sign is no text
    ],
)
def test_rows_are_found_by_any_part_of_their_text(full: Replica, typed: str, found: set[str]) -> None:
    assert titles(full, typed) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("zhengyuan", {ZHENGYUAN}),
        ("hengyuan", {HENGYUAN}),  # not 正远: a syllable begins where one begins
        ("zhengyu", {ZHENGYUAN}),
        ("jixie", {ZHENGYUAN}),
        ("ixie", set()),
        ("zyjx", {ZHENGYUAN}),
        ("ZYJX", {ZHENGYUAN}),
        ("yjx", {ZHENGYUAN}),
        ("hyjcc", {HENGYUAN}),
        ("chongqingchangfeng", {CHONGQING}),
        ("cqcf", {CHONGQING}),
        ("shanxiongxin", {"单雄信"}),
        ("danxiongxin", {"单雄信"}),
        ("sxx", {"单雄信"}),
        ("suzhouzhengyuanjixieyouxiangongsi", {ZHENGYUAN}),
        ("suzhou c-1001", {ZHENGYUAN}),
        ("yeyaji", {"Müller 液压机"}),
    ],
)
def test_names_are_found_by_pinyin_and_initials(full: Replica, typed: str, found: set[str]) -> None:
    assert titles(full, typed) == found


def test_an_edit_is_found_before_it_is_indexed_and_its_old_text_no_more(full: Replica) -> None:
    with full.read() as session:
        row_id = search(session, "恒远")[0].row_id

    with full.write("customer.edit") as write:
        write.session.get_one(Customer, row_id).name = "常州恒通机床厂"

    assert titles(full, "恒通") == {"常州恒通机床厂"}
    assert titles(full, "恒远") == set()
    index_all(full)
    assert titles(full, "恒通") == {"常州恒通机床厂"}
    assert titles(full, "恒远") == set()
    assert titles(full, "hengtong") == {"常州恒通机床厂"}


def test_a_deleted_row_is_found_no_more(full: Replica) -> None:
    with full.read() as session:
        row_id = search(session, "单雄信")[0].row_id

    with full.write("contact.delete") as write:
        write.session.delete(write.session.get_one(Contact, row_id))

    assert titles(full, "单雄信") == set()
    index_all(full)
    assert titles(full, "单雄信") == set()


def test_an_edit_of_what_nobody_searches_is_not_indexed_again(full: Replica) -> None:
    with full.read() as session:
        row_id = search(session, "恒远")[0].row_id

    with full.write("customer.edit") as write:
        write.session.get_one(Customer, row_id).website = "example.com"

    with full.absorb() as connection:
        assert index_pending(connection) == 0


def test_a_search_can_be_narrowed_to_some_subjects(full: Replica) -> None:
    assert titles(full, "机", Customer) == {ZHENGYUAN, HENGYUAN}
    assert titles(full, "机", Asset) == {"Müller 液压机"}
    assert titles(full, "zy", Asset, Contact) == set()


@pytest.mark.parametrize("prepare", [index_all, lambda replica: None], ids=["indexed", "queued"])
def test_whoever_is_called_so_comes_first_then_names_that_begin_so_the_shortest_before_all(
    replica: Replica, prepare: Callable[[Replica], None]
) -> None:
    named = [a_customer(name=name) for name in ("华东精工机械", "精工机械厂", "精工机械", "精工", "某某")]
    short = a_customer(name="无锡新光机床有限公司", short_name="精工")
    pulled(replica, short, *named)
    pulled(replica, a_note(named[-1].id, body="精工的老客户"), a_visit(named[-1].id, purpose="介绍精工机床"))
    prepare(replica)

    with replica.read() as session:
        hits = search(session, "精工")

    ranked = [(hit.title, hit.rank) for hit in hits]
    assert set(ranked[:2]) == {("精工", Rank.EXACT), ("无锡新光机床有限公司", Rank.EXACT)}
    assert ranked[2:] == [
        ("精工机械", Rank.BEGINS),
        ("精工机械厂", Rank.BEGINS),
        ("华东精工机械", Rank.NAME),
        ("介绍精工机床", Rank.LINE),
        ("精工的老客户", Rank.BODY),
    ]


@pytest.mark.parametrize(
    ("typed", "ranks"),
    [
        (
            "hengyuan",
            {"恒远": Rank.EXACT, "恒远机床": Rank.BEGINS, "苏州恒远": Rank.NAME, "周建国": Rank.LINE},
        ),
        ("hy", {"恒远": Rank.EXACT, "恒远机床": Rank.BEGINS, "苏州恒远": Rank.NAME, "周建国": Rank.LINE}),
        ("zhou", {"周建国": Rank.BEGINS, "苏州恒远": Rank.NAME}),
        ("kh-1001", {"苏州恒远": Rank.EXACT}),
        ("kh10", {"苏州恒远": Rank.BEGINS}),
        ("1001", {"苏州恒远": Rank.NAME}),
        ("suzhou hengyuan", {"苏州恒远": Rank.BEGINS}),
        ("hengyuan suzhou", {"苏州恒远": Rank.NAME}),
    ],
)
def test_a_name_counts_as_it_sounds_and_before_an_address_that_spells_it(
    replica: Replica, typed: str, ranks: dict[str, Rank]
) -> None:
    suzhou = a_customer(name="苏州恒远", code="KH-1001")
    pulled(replica, suzhou, a_customer(name="恒远机床"), a_customer(name="恒远"))
    pulled(replica, a_contact(suzhou.id, name="周建国", email="office@hengyuanhy.example"))
    index_all(replica)

    with replica.read() as session:
        hits = search(session, typed)

    assert {hit.title: hit.rank for hit in hits} == ranks
    assert [hit.rank for hit in hits] == sorted(ranks.values())


def test_of_equally_good_hits_customers_come_first_and_the_catalogue_last(replica: Replica) -> None:
    customer = a_customer(name="长风重工")
    pulled(replica, a_user(name="长风"), customer, an_asset(customer.id, name="长风压力机"))
    pulled(replica, a_contact(customer.id, name="长风华"), a_site(customer.id, name="长风一厂"))
    for prepare in (lambda _: None, index_all):
        prepare(replica)
        with replica.read() as session:
            found = [name_of(hit.entity) for hit in search(session, "长") if hit.rank is Rank.BEGINS]
        assert found == ["customer", "site", "contact", "asset", "user"]


def test_however_many_names_have_it_inside_the_one_that_is_it_is_found(replica: Replica) -> None:
    pulled(replica, a_customer(name="精工"), *(a_customer(name=f"精工{n}厂") for n in range(30)))
    index_all(replica)

    with replica.read() as session:
        assert search(session, "精工", limit=3)[0].title == "精工"


def test_a_hit_names_its_row(replica: Replica) -> None:
    row_id = new_id()
    pulled(replica, a_user(id=row_id, name="钱学森"))

    with replica.read() as session:
        (hit,) = search(session, "学森")

    assert hit.row_id == row_id
    assert isinstance(hit.row_id, UUID)


def test_no_more_hits_are_given_than_asked_for(replica: Replica) -> None:
    pulled(replica, *(a_customer(name=f"客户{n}") for n in range(30)))
    index_all(replica)

    with replica.read() as session:
        assert len(search(session, "客户", limit=7)) == 7


@pytest.mark.parametrize("prepare", [index_all, lambda replica: None], ids=["indexed", "queued"])
def test_whatever_is_typed_is_text_and_never_a_command(
    replica: Replica, prepare: Callable[[Replica], None]
) -> None:
    pulled(replica, a_customer(name='Near AND "Far" OR* (x)'))
    prepare(replica)

    for typed in ("AND", '"far"', "OR*", "(x)", "near and far", "^near", "name:near", "NOT", "'; DROP"):
        with replica.read() as session:
            search(session, typed)
    assert titles(replica, "AND far") == {'Near AND "Far" OR* (x)'}
