"""The rows every measurement works on: customers and what hangs below them, the same in each run.

Words are drawn from a vocabulary as uneven as a language, mixed with what service reports say, so that
they shrink as real text does.
"""

import itertools
import random
from collections.abc import Mapping

import orjson

from app.domain.assets import Asset, AssetStatus
from app.domain.customers import Contact, Customer, Industry, LifecycleStage, PriorityClass
from app.domain.entity import Entity, fields
from app.domain.service_orders import OrderState, OrderType, ServiceOrder, Severity
from app.domain.types import Stored
from app.domain.visits import Visit, VisitState, VisitType
from app.persistence import raw_rows
from app.persistence.overlay import Version
from app.persistence.raw_rows import RawRow

SIZES = {"S": 67, "M": 1_000, "L": 10_000}
"""Customers; each has fifteen rows with his own."""

Rows = dict[type[Entity], list[RawRow]]

_EDITED: Mapping[type[Entity], tuple[str, str]] = {
    Customer: ("note", "street"),
    Contact: ("note", "mobile"),
    Asset: ("note", "location"),
    Visit: ("actual_result", "needs"),
    ServiceOrder: ("remedy", "findings"),
}
"""What a changed row has been given: two fields, one of them long."""

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉秀建国志红海燕春梅文辉鹏飞宇浩然子轩雨欣怡"
_BRANDS = "华盛鑫宏泰恒瑞达信诚博远创科联海天润丰金龙腾飞凯兴隆安康美佳源德中新东方正大同力"
_PLACES = (
    ("广东省", "深圳市", "南山区"), ("广东省", "东莞市", "松山湖"), ("江苏省", "苏州市", "工业园区"),
    ("江苏省", "无锡市", "新吴区"), ("浙江省", "宁波市", "鄞州区"), ("上海市", "上海市", "嘉定区"),
    ("山东省", "青岛市", "黄岛区"), ("四川省", "成都市", "高新区"), ("湖北省", "武汉市", "洪山区"),
    ("陕西省", "西安市", "雁塔区"), ("辽宁省", "大连市", "甘井子区"), ("安徽省", "合肥市", "蜀山区"),
)  # fmt: skip
_TRADES, _MACHINES, _MAKERS, _TITLES, _DEPARTMENTS, _SAID = (
    line.split()
    for line in """\
机械制造 电子信息 生物医药 食品加工 纺织服装 化工材料 汽车零部件 新能源 物流仓储 精密模具
螺杆空压机 冷冻干燥机 数控加工中心 激光切割机 注塑成型机 工业冷水机 变频控制柜 自动包装线 桥式起重机
阿特拉斯 英格索兰 开山 海天 大族 发那科 西门子 施耐德 三一 徐工 沈阳机床 博世
采购经理 设备主管 总经理 生产厂长 技术总监 维修班长 副总经理 仓库主管
采购部 设备部 总经办 生产部 技术部 财务部 维修车间
现场检查发现 压缩机异响 温度过高报警 更换密封圈 润滑油泄漏 控制面板无显示 更换滤芯 \
电机过载跳闸 已恢复正常运行 备件缺货 等待客户确认报价 传感器故障 重新标定参数 轴承磨损 皮带松动 通讯中断 \
程序升级 希望增加培训""".splitlines()
)


def rows(customers: int, territory: str, owner: str) -> Rows:
    """All rows of so many customers in one territory, parents before children."""
    return _Writer(territory, owner).all(customers)


def changed(held: Rows, count: int, salt: int) -> Rows:
    """`count` of the rows `held`, from all entities alike, with two fields edited."""
    dice = random.Random(salt * 1_000_003 + count)
    everywhere = [(entity, place) for entity, listed in held.items() for place in range(len(listed))]
    found: Rows = {}
    for entity, place in sorted(
        dice.sample(everywhere, count), key=lambda at: (list(held).index(at[0]), at[1])
    ):
        row = list(held[entity][place])
        for name in _EDITED[entity]:
            column = raw_rows.columns(entity).index(name)
            row[column] = f"{row[column] or ''}补充{salt}-{dice.randint(1000, 9999)}"[-180:]
        found.setdefault(entity, []).append(tuple(row))
    return found


def edited_fields(entity: type[Entity]) -> tuple[str, str]:
    """Which fields `changed` changes."""
    return _EDITED[entity]


def size_of(held: Rows) -> int:
    return sum(map(len, held.values()))


def as_lines(held: Rows) -> bytes:
    """The rows as arrays of JSON, one a line: the least that must travel, before it is compressed."""
    return b"\n".join(orjson.dumps(row) for listed in held.values() for row in listed)


class _Writer:
    def __init__(self, territory: str, owner: str) -> None:
        self._dice = random.Random(20240607)
        self._territory = territory
        self._owner = owner
        letters = [chr(code) for code in range(0x4E00, 0x4E00 + 3_000)]
        self._dice.shuffle(letters)
        weights = list(itertools.accumulate(1 / (place + 8) for place in range(len(letters))))
        lengths = self._dice.choices((2, 3), (3, 1), k=6_000)
        self._words = [
            "".join(self._dice.choices(letters, cum_weights=weights, k=length)) for length in lengths
        ]
        self._weights = list(itertools.accumulate(1 / (place + 12) for place in range(6_000)))
        self._ms = 1_700_000_000_000

    def all(self, customers: int) -> Rows:
        found: Rows = {entity: [] for entity in _EDITED}
        for number in range(customers):
            root = self._id()
            self._add(found, Customer, root, root, self._customer(number))
            people = [self._add(found, Contact, self._id(), root, self._contact(root)) for _ in range(2)]
            machines = [self._add(found, Asset, self._id(), root, self._asset(root)) for _ in range(3)]
            for _ in range(5):
                self._add(found, Visit, self._id(), root, self._visit(root, self._dice.choice(people)))
            for _ in range(4):
                order = self._order(root, self._dice.choice(machines))
                self._add(found, ServiceOrder, self._id(), root, order)
        return found

    def _add(self, found: Rows, entity: type[Entity], row_id: str, root: str, said: dict[str, Stored]) -> str:
        assert said.keys() <= fields(entity).keys()
        found[entity].append(raw_rows.raw(entity, row_id, Version(root, 1, said)))
        return row_id

    def _customer(self, number: int) -> dict[str, Stored]:
        province, city, district = self._dice.choice(_PLACES)
        short = "".join(self._dice.sample(_BRANDS, 2)) + self._word()
        return {
            "code": f"KH{number:06d}", "short_name": short, "territory_id": self._territory,
            "name": f"{city[:-1]}{short}{self._dice.choice(_TRADES)}有限公司",
            "owner_id": self._owner, "industry": self._dice.choice(list(Industry)).value,
            "lifecycle_stage": self._dice.choice(list(LifecycleStage)).value,
            "priority_class": self._dice.choice(list(PriorityClass)).value,
            "phone": self._phone(), "email": f"{self._digits(8)}@example.cn",
            "website": f"www.{self._digits(6)}.example.cn", "province": province, "city": city,
            "district": district, "street": f"{self._word()}路{self._dice.randint(1, 999)}号",
            "postcode": self._digits(6), "employees": self._dice.randint(5, 5_000),
            "annual_sales": self._dice.randint(1, 10**6) * 10_000, "currency": "CNY",
            "since_on": self._day(), "note": self._text(10, 90),
        }  # fmt: skip

    def _contact(self, customer: str) -> dict[str, Stored]:
        name = self._dice.choice(_SURNAMES) + "".join(self._dice.choices(_GIVEN, k=self._dice.choice((1, 2))))
        return {
            "customer_id": customer, "name": name, "job_title": self._dice.choice(_TITLES),
            "department": self._dice.choice(_DEPARTMENTS), "phone": self._phone(),
            "mobile": f"13{self._digits(9)}", "email": f"{self._digits(9)}@qq.com",
            "is_primary": 0, "note": self._text(1, 40),
        }  # fmt: skip

    def _asset(self, customer: str) -> dict[str, Stored]:
        return {
            "customer_id": customer, "name": self._dice.choice(_MACHINES),
            "serial_no": f"SN{self._digits(10)}", "maker": self._dice.choice(_MAKERS),
            "status": self._dice.choice(list(AssetStatus)).value,
            "location": f"{self._dice.randint(1, 9)}号厂房{self._word()}车间", "installed_on": self._day(),
            "warranty_until": self._day(), "note": self._text(1, 50),
        }  # fmt: skip

    def _visit(self, customer: str, contact: str) -> dict[str, Stored]:
        return {
            "customer_id": customer, "contact_id": contact, "owner_id": self._owner,
            "type": self._dice.choice(list(VisitType)).value, "state": VisitState.DONE.value,
            "planned_from": self._moment(), "purpose": self._text(6, 20), "needs": self._text(5, 30),
            "opinions": self._text(40, 150), "actual_result": self._text(5, 30),
            "expected_result": self._text(5, 25),
        }  # fmt: skip

    def _order(self, customer: str, asset: str) -> dict[str, Stored]:
        return {
            "number": f"FW{self._digits(10)}", "customer_id": customer, "asset_id": asset,
            "engineer_id": self._owner, "type": self._dice.choice(list(OrderType)).value,
            "state": (OrderState.COMPLETED if self._dice.random() < 0.9 else OrderState.WORKING).value,
            "severity": self._dice.choice(list(Severity)).value,
            "subject": self._text(6, 20), "description": self._text(10, 60), "due_at": self._moment(),
            "arrived_at": self._moment(), "findings": self._text(10, 60), "remedy": self._text(20, 100),
            "cost": self._dice.randint(1, 10**6) * 100, "currency": "CNY",
        }  # fmt: skip

    def _id(self) -> str:
        """Ordered by time, as ids are that the program makes."""
        self._ms += 1_000
        return f"{self._ms:012x}7{self._dice.getrandbits(12):03x}8{self._dice.getrandbits(60):015x}"

    def _word(self) -> str:
        return self._dice.choices(self._words, cum_weights=self._weights)[0]

    def _text(self, least: int, most: int) -> str:
        length, said = self._dice.randint(least, most), ""
        while len(said) < length:
            said += self._dice.choice(_SAID) if self._dice.random() < 0.12 else self._word()
            said += "，" if self._dice.random() < 0.14 else ""
        return said + "。"

    def _digits(self, count: int) -> str:
        return f"{self._dice.randrange(10**count):0{count}d}"

    def _phone(self) -> str:
        return f"0{self._digits(3)}-{self._digits(8)}"

    def _day(self) -> str:
        return (
            f"20{self._dice.randint(15, 25)}-{self._dice.randint(1, 12):02d}-{self._dice.randint(1, 28):02d}"
        )

    def _moment(self) -> str:
        return f"{self._day()}T{self._dice.randint(0, 23):02d}:{self._dice.randint(0, 59):02d}:00.000Z+08:00"
