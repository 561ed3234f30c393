"""How fast the search box answers: `python -m tests.bench.search [customers]`, ten rows each.

Prints the time and size of the index, and for each kind of question the median and the worst answer.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text

from app.domain.entity import Entity
from app.persistence.replica import Replica
from app.persistence.search import search
from app.persistence.search_index import index_pending
from tests.builders import MORNING, a_contact, a_customer, a_visit, an_asset, an_order
from tests.replicas import a_replica, pulled

PLACES, TRADES, KINDS, FAULTS, LETTERS = (
    line.split()
    for line in """\
苏州 无锡 常州 上海 杭州 宁波 重庆 成都 武汉 长沙 青岛 沈阳 西安 郑州 合肥 厦门
机械 精工 重工 机床 液压 环保设备 印刷机械 起重机 锅炉 矿山设备 物业 电梯
有限公司 股份有限公司 集团 厂 有限责任公司
主轴异响 液压泄漏 压力不足 变频器报警 轴承磨损 密封老化 导轨划伤 电机过热 无法启动 精度超差
正 远 恒 通 华 盛 鼎 新 瑞 祥 德 隆 宏 伟 安 泰 长 风 金 鹏 海 天 建 业 东 方 国 力""".splitlines()
)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕单仇"
SENTENCE = "现场检查后更换磨损部件并调整参数试运行两小时正常客户要求下月复查安全装置润滑油位偏低已补充"

QUESTIONS = {
    "one character": [*"苏机公磨张厂龘"],
    "two characters": ["苏州", "机床", "公司", "单晓", "更换", "龘靐", "长风"],
    "three and more": ["有限公司", "液压泄漏", "正远机", "变频器报警", "客户要求下月", "公司龘"],
    "part of a number": ["138", "1380", "0077", "SN-1", "5", "42", "C-00123"],
    "pinyin": ["suzhou", "s", "zhengyuan", "hengtongjichuang", "wang", "q"],
    "initials": ["sz", "zyjx", "yxgs", "cqcf", "xyz"],
    "several words": ["苏州 机床", "公司 138", "轴承 更换", "suzhou 厂"],
}


def customer_with_all(number: int, dice: random.Random) -> Iterator[Entity]:
    """One customer and nine rows below it."""

    def given(length: int) -> str:
        return "".join(dice.choices(LETTERS, k=length))

    def sentences() -> str:
        return "\n".join("".join(dice.sample(SENTENCE, 30)) for _ in range(3))

    name = dice.choice(PLACES) + given(2) + dice.choice(TRADES) + dice.choice(KINDS)
    customer = a_customer(
        name=name, code=f"C-{number:05d}", phone=f"05{dice.randrange(10**9):09d}", note=sentences()
    )
    yield customer
    for _ in range(2):
        person = dice.choice(SURNAMES) + given(dice.choice((1, 2)))
        yield a_contact(customer.id, name=person, mobile=f"13{dice.randrange(10**9):09d}")
    for _ in range(3):
        machine = dice.choice(TRADES) + f"{dice.randrange(20, 400)}型"
        yield an_asset(customer.id, name=machine, serial_no=f"SN-{dice.randrange(10**7):07d}")
    for _ in range(2):
        yield a_visit(
            customer.id, purpose="了解" + dice.choice(FAULTS), opinions=sentences(), planned_from=MORNING
        )
    for _ in range(2):
        yield an_order(
            customer.id,
            number=f"SO-{dice.randrange(10**6):06d}",
            subject=dice.choice(FAULTS),
            remedy=sentences(),
        )


def fill(replica: Replica, customers: int) -> int:
    dice = random.Random(7)
    rows = 0
    for start in range(0, customers, 500):
        batch = [row for n in range(start, min(start + 500, customers)) for row in customer_with_all(n, dice)]
        pulled(replica, *batch)
        rows += len(batch)
    return rows


def build(replica: Replica) -> float:
    begun = time.perf_counter()
    while True:
        with replica.absorb() as connection:
            if not index_pending(connection):
                return time.perf_counter() - begun


def answer_times(replica: Replica, typed: str, times: int = 7) -> list[float]:
    found = []
    with replica.read() as session:
        for _ in range(times):
            begun = time.perf_counter()
            search(session, typed)
            found.append((time.perf_counter() - begun) * 1000)
    return sorted(found)


def main(customers: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        replica = a_replica(Path(folder))
        rows = fill(replica, customers)
        before = replica.path.stat().st_size
        took = build(replica)
        with replica.absorb() as connection:
            size = connection.execute(
                text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
            )
            grown = (size.scalar_one() - before) / 1e6
        print(f"{rows:,} rows indexed in {took:.1f} s ({took / rows * 1e6:.0f} µs each), {grown:.0f} MB")
        for kind, questions in QUESTIONS.items():
            times = {typed: answer_times(replica, typed) for typed in questions}
            median = statistics.median(value for of_one in times.values() for value in of_one)
            slowest = max(questions, key=lambda typed: times[typed][len(times[typed]) // 2])
            worst = statistics.median(times[slowest])
            print(f"{kind:18} median {median:6.2f} ms   worst {worst:6.2f} ms ({slowest})")
        replica.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
