"""The demo's rounds at imported customers: whom the engineers visit, and which lifts they service."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from app.domain.assets import Asset, AssetStatus
from app.domain.customers import Customer, Industry
from app.domain.entity import Entity
from app.domain.service_orders import ServiceOrder
from app.domain.visits import Commitment, Visit
from app.exchange.rows import Row

_LIFT_CUSTOMERS, _SHOPS = 16, 10
_LIFT_ORDERS = (
    ("maintenance", "电梯半月维保", "清洁、润滑、检查门机与制动器。"),
    ("repair", "轿门关闭反复，检查光幕", "物业反映关门到一半又打开。"),
    ("maintenance", "年度检验前检查", "核对限速器校验日期，试验安全钳。"),
    ("repair", "平层误差偏大", "三楼停靠高出约 3 厘米。"),
    ("support", "物业咨询节能改造", "对方想了解变频门机与 LED 照明。"),
)
_STATES = ("dispatched", "accepted", "completed", "dispatched", "completed")
_SHOP_VISITS = ("经销商季度回访", "新款车型介绍", "备件库存盘点", "维修技师培训安排", "年度采购商谈")

Told = tuple[Row, type[Entity], Mapping[str, Any]]


def rounds(imported: Iterable[Row], known: Mapping[tuple[str, str], UUID]) -> Iterator[Told]:
    """Customer, kind and telling of each record, as in story.json."""
    customers: list[Row] = []
    lifts: dict[UUID, list[Row]] = defaultdict(list)
    for row in imported:
        if row.entity is Customer:
            customers.append(row)
        elif row.entity is Asset and row.values["status"] is AssetStatus.RUNNING:
            lifts[row.root_id].append(row)
    served = [row for row in customers if len(lifts[row.id]) >= 2 and _in(row, known, "east/lifts")]
    for number, customer in enumerate(served[:_LIFT_CUSTOMERS]):
        yield from _lift_service(number, customer, lifts[customer.id][0])
    for engineer, territory in (("first", "east/bikes"), ("second", "north/bikes")):
        shops = [row for row in customers if _is_shop(row) and _in(row, known, territory)]
        for number, shop in enumerate(shops[:_SHOPS]):
            yield from _shop_visit(number, shop, engineer)


def _in(customer: Row, known: Mapping[tuple[str, str], UUID], territory: str) -> bool:
    return bool(customer.values["territory_id"] == known["territory", territory])


def _is_shop(customer: Row) -> bool:
    return customer.values["industry"] is Industry.TRADE


def _lift_service(number: int, customer: Row, lift: Row) -> Iterator[Told]:
    kind, subject, description = _LIFT_ORDERS[number % len(_LIFT_ORDERS)]
    state = _STATES[number % len(_STATES)]
    day = number - 30 if state == "completed" else number // 2 + 1
    order: dict[str, Any] = {
        "created": day - 3,
        "asset_id": lift.id,
        "engineer_id": "first",
        "type": kind,
        "state": state,
        "severity": "high" if kind == "repair" else "normal",
        "subject": subject,
        "description": description,
        "due_at": f"{day + 2} 18:00",
        "planned_from": f"{day} 08:30",
        "planned_to": f"{day} 11:00",
        "steps_done": 99 if state == "completed" else 0,
    }
    if state == "completed":
        order |= {
            "arrived_at": f"{day} 08:35",
            "completed_at": f"{day} 11:10",
            "findings": "门机皮带松弛，其余正常。",
            "remedy": "调整皮带张紧，试运行一小时无异常。",
            "below": {
                "time_entry": [
                    {"engineer_id": "first", "activity": "work", "started_at": f"{day} 08:40", "minutes": 145}
                ],
                "sign_off": [
                    {"signer_name": "物业值班经理", "signed_at": f"{day} 11:05", "opinion": "运行平稳。"}
                ],
            },
        }
    yield customer, ServiceOrder, order
    if number % 3 == 0:
        visit = {
            "owner_id": "first",
            "type": "routine",
            "planned_from": f"{number // 3 + 1} 15:30",
            "planned_to": f"{number // 3 + 1} 16:30",
            "purpose": "物业回访：维保质量与明年合同",
        }
        yield customer, Visit, visit


def _shop_visit(number: int, shop: Row, engineer: str) -> Iterator[Told]:
    day = 3 * number - 7
    visit: dict[str, Any] = {
        "owner_id": engineer,
        "type": "routine",
        "planned_from": f"{day} 08:30",
        "planned_to": f"{day} 09:30",
        "purpose": _SHOP_VISITS[number % len(_SHOP_VISITS)],
    }
    if day < 0:
        visit |= {
            "state": "done",
            "checked_in_at": f"{day} 08:32",
            "checked_out_at": f"{day} 09:25",
            "actual_result": "库存正常，下季度加订山地车两款。",
        }
    yield shop, Visit, visit
    if number % 4 == 0:
        promise = {"owner_id": engineer, "promise": "寄送新款车型目录和备件价目表", "due_on": number + 2}
        yield shop, Commitment, promise
