# SPDX-License-Identifier: Apache-2.0
"""The sum in words. The figures are worked out by hand; the texts were read, not only recorded."""

from datetime import UTC, date, datetime
from textwrap import dedent

from meetcost.costing.choices import CostChoices, Preparation, Venue
from meetcost.costing.explain import explain
from meetcost.costing.price import price
from meetcost.costing.rate_card import RateCard
from meetcost.model.cost import PaperworkHours
from meetcost.model.directory import Directory, Entry
from meetcost.model.meeting import Meeting
from meetcost.values.money import Money
from meetcost.values.person_hours import PersonHours
from meetcost.values.rate import Rate

CARD = RateCard.parse(
    """
name = "岗位档次费率表"
version = "2026"
currency = "CNY"
published = true
default_band = "clerk"
loading = { factor = 1.5, basis = "paid" }
[source]
title = "市人社局公告"
published = "2026-01-01"
url = "https://town.example/rates"
[bands.clerk]
label = "科员"
values.2026-01-01 = { yearly = 93189, hours = 2088, basis = "paid" }
""".encode()
)
DIRECTORY = Directory(
    [Entry("a@x.example", unit="财政局", band="clerk"), Entry("b@x.example", unit="城建局", band="clerk")]
)
INVITE = Meeting(
    title="t",
    start=datetime(2026, 12, 10, 10, tzinfo=UTC),
    minutes=90,
    organizer="a@x.example",
    attendees=["a@x.example", "b@x.example", "c@x.example"],
    location="第一会议室",
)
CHOICES = CostChoices(
    preparation=Preparation(minutes=20), venues=(Venue("第一会议室", Rate(200, "CNY"), Money(50, "CNY")),)
)
PAPERWORK = PaperworkHours(PersonHours(720), PersonHours(3600), PersonHours(8640), "no own records")


def test_hours_alone():
    assert explain(price(INVITE)) == dedent("""\
        Cost of 1 occurrence, in hours only: there is no rate card

        Working time: 4.5 person-hours
          attendance, unit unknown: 4.5 person-hours
            3 people × 1 h 30 min = 4.5 person-hours

        What this rests on:
          1. assumption: everybody invited who has not declined is counted as present (3 people have not answered)
          2. preparation is not counted
          3. travel is not counted
          4. the room is not counted
          5. follow-up paperwork is not counted""")


def test_everything_in_english():
    """93,189 x 1.5 / 2,088 = 66.947... = 66.95 an hour; x 1.5 h = 100.425 = 100.42 (to even);
    x 1/3 h = 22.316... = 22.32.

    Time: 3 x (100.42 + 22.32) = 368.22 for 3 x 110 min = 5.5 h. Room: 200 x 1.5 + 50 = 350. Together 718.22.
    """
    cost = price(INVITE, rates=CARD, directory=DIRECTORY, choices=CHOICES, paperwork=PAPERWORK)
    head, borne, rest = explain(cost).split("\n", 4)[:2], explain(cost).split("\n")[2], explain(cost).split("\n", 4)[4]
    assert head == [
        "Cost of 1 occurrence, by pay per band with a loading factor; rate card: 岗位档次费率表 2026",
        "Called by: 财政局",
    ]
    assert borne == (
        "Borne by: 财政局 1.83 person-hours, CNY 472.74; 城建局 1.83 person-hours, CNY 122.74; "
        "unit unknown 1.83 person-hours, CNY 122.74"
    )
    assert rest == dedent("""\
        Working time: 5.5 person-hours, CNY 368.22
          attendance, 财政局: 1.5 person-hours, CNY 100.42
            CNY 93,189 a year ÷ 2,088 paid hours × 1.5 ≈ CNY 66.95 per hour
            科员: 1 person × CNY 100.42 (1 h 30 min at CNY 66.95 per hour) = CNY 100.42
          attendance, 城建局: 1.5 person-hours, CNY 100.42
            科员: 1 person × CNY 100.42 (1 h 30 min at CNY 66.95 per hour) = CNY 100.42
          attendance, unit unknown: 1.5 person-hours, CNY 100.42
            科员: 1 person × CNY 100.42 (1 h 30 min at CNY 66.95 per hour) = CNY 100.42
          preparation, 财政局: 0.33 person-hours, CNY 22.32
            科员: 1 person × CNY 22.32 (20 min at CNY 66.95 per hour) = CNY 22.32
          preparation, 城建局: 0.33 person-hours, CNY 22.32
            科员: 1 person × CNY 22.32 (20 min at CNY 66.95 per hour) = CNY 22.32
          preparation, unit unknown: 0.33 person-hours, CNY 22.32
            科员: 1 person × CNY 22.32 (20 min at CNY 66.95 per hour) = CNY 22.32
        Cash: CNY 350.00
          room, 财政局: CNY 350.00
            第一会议室: 1 h 30 min at CNY 200 per hour = CNY 300.00
            第一会议室: CNY 50.00 each time
        Together: CNY 718.22
        Paperwork afterwards, a forecast that is not in the sum:
          paperwork, 财政局: 1 person-hour, CNY 66.95
            forecast: 0.2 to 2.4 person-hours, likely 1 person-hour
            1 person-hour at CNY 66.95 per hour = CNY 66.95

        What this rests on:
          1. forecast of the paperwork, an interval that should hold in 80 % of cases: no own records
          2. assumption: paperwork is priced as 科员
          3. assumption: everybody invited who has not declined is counted as present (3 people have not answered)
          4. assumption of the organisation: pay counts 1.5 times, on paid hours
          5. rates from the rate card 岗位档次费率表 2026 [1]
          6. each person's share is rounded to the minor unit, half to even
          7. assumption: 1 person of unknown pay band, priced as 科员
          8. assumption of the organisation: everybody prepares for 20 minutes
          9. travel is not counted

        Sources:
          [1] 市人社局公告, 2026-01-01. https://town.example/rates""")


def test_everything_in_chinese():
    cost = price(INVITE, rates=CARD, directory=DIRECTORY, choices=CHOICES, paperwork=PAPERWORK) * 2
    assert explain(cost, "zh") == dedent("""\
        2 次会议的成本，按岗位档次工资乘以用人成本系数计算；费率表：岗位档次费率表 2026
        召集单位：财政局
        承担单位：财政局 3.67 人·时，945.48 元；城建局 3.67 人·时，245.48 元；单位不明 3.67 人·时，245.48 元

        工时：11 人·时，736.44 元
          参会（财政局）：3 人·时，200.84 元
            年薪 93,189 元 ÷ 计薪工时 2,088 小时 × 1.5 ≈ 每小时 66.95 元
            科员：1 人 × 100.42 元（1 小时 30 分钟，每小时 66.95 元）= 100.42 元
            × 2 次 = 3 人·时、200.84 元
          参会（城建局）：3 人·时，200.84 元
            科员：1 人 × 100.42 元（1 小时 30 分钟，每小时 66.95 元）= 100.42 元
            × 2 次 = 3 人·时、200.84 元
          参会（单位不明）：3 人·时，200.84 元
            科员：1 人 × 100.42 元（1 小时 30 分钟，每小时 66.95 元）= 100.42 元
            × 2 次 = 3 人·时、200.84 元
          会前准备（财政局）：0.67 人·时，44.64 元
            科员：1 人 × 22.32 元（20 分钟，每小时 66.95 元）= 22.32 元
            × 2 次 = 0.67 人·时、44.64 元
          会前准备（城建局）：0.67 人·时，44.64 元
            科员：1 人 × 22.32 元（20 分钟，每小时 66.95 元）= 22.32 元
            × 2 次 = 0.67 人·时、44.64 元
          会前准备（单位不明）：0.67 人·时，44.64 元
            科员：1 人 × 22.32 元（20 分钟，每小时 66.95 元）= 22.32 元
            × 2 次 = 0.67 人·时、44.64 元
        现金支出：700.00 元
          场地（财政局）：700.00 元
            第一会议室：1 小时 30 分钟，每小时 200 元，计 300.00 元
            第一会议室：每次 50.00 元
            × 2 次 = 700.00 元
        合计：1,436.44 元
        会后文字材料（预测数，未计入以上合计）：
          会后文字材料（财政局）：2 人·时，133.90 元
            预测：0.2 至 2.4 人·时，中值 1 人·时
            1 人·时，每小时 66.95 元，计 66.95 元
            × 2 次 = 2 人·时、133.90 元

        计算口径与假定：
          1. 会后文字材料为预测数，所列区间应涵盖 80% 的情形，依据：no own records
          2. 假定：会后文字材料的工时按“科员”档计价
          3. 假定：受邀且未谢绝的人员均按到会计算（其中 3 人尚未答复）
          4. 本单位假定：用人成本为工资的 1.5 倍，以计薪工时为基数
          5. 费率取自费率表“岗位档次费率表 2026” [1]
          6. 每人金额舍入到货币最小单位，四舍六入五成双
          7. 假定：1 人岗位档次不明，按“科员”档计价
          8. 本单位假定：每人会前准备 20 分钟
          9. 未计路途

        资料来源：
          [1] 市人社局公告, 2026-01-01. https://town.example/rates""")


def test_each_method_is_named():
    card = 'name = "n"\nversion = "1"\ncurrency = "CNY"\ndefault_band = "a"\nbands.a.values.2026-01-01 = 40\n'
    method = 'method = "people-daily-1999"\n'
    heads = [
        (RateCard.flat("46 EUR"), "at one rate for everybody; rate card: flat rate, EUR 46/h", "全员按统一费率计算"),
        (RateCard.parse(card.encode()), "by hourly rates per pay band; rate card: n 1", "按岗位档次小时费率计算"),
        (
            RateCard.parse((method + card).encode()),
            "by the formula of 1999 (2 × 3 × pay); rate card: n 1",
            "按1999年公式",
        ),
    ]
    for rates, english, chinese in heads:
        cost = price(INVITE, rates=rates)
        assert explain(cost).splitlines()[0] == f"Cost of 1 occurrence, {english}"
        assert chinese in explain(cost, "zh").splitlines()[0]


def test_sources_are_numbered_once():
    cost = price(INVITE, rates=CARD, directory=DIRECTORY)
    later = price(INVITE.replace(attendees=INVITE.attendees[:1]), rates=CARD, directory=DIRECTORY)
    assert explain(cost + later).count("https://town.example/rates") == 1


def test_a_day_is_written_out():
    early = Meeting(title="t", start=date(2025, 12, 1), attendees=["b@x.example"])
    text = "assumption: the rate of 科员 begins on Thu 1 Jan 2026; its first value is used before that too"
    cost = price(early, rates=CARD, directory=DIRECTORY)
    assert text in explain(cost)
    assert "假定：“科员”档费率自2026年1月1日(周四)起执行，此前也按其首个费率计算" in explain(cost, "zh")
