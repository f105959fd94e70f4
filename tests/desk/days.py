"""Who works in the seeded office, and what comes to it between 27 June and 10 July 1951.

All of it is made up: persons, contents, numbers.  Four scripts stand in it, as they would.
"""

from __future__ import annotations

from dataclasses import dataclass

POSTS = (
    ("chesnokova", "Анна Чеснокова", "custodian registrar"),
    ("vaganov", "Илья Ваганов", "cipher-officer registrar"),
    ("litvin", "Лев Литвин", "alternate drafter"),
    ("orlova", "Вера Орлова", "archivist clearer verifier"),
    ("brodsky", "Юрий Бродский", "inspector"),
)
READERS = {
    "grau": "Отто Грау",
    "novak": "Ян Новак",
    "lund": "Ингрид Лунд",
    "petri": "Ольга Петри",
    "ivanec": "Степан Иванец",
    "kessler": "Мария Кесслер",
    "dorn": "Ксения Дорн",
    "zhou-min": "周敏",
    "pak-jinu": "박진우",
}
OFFICES = {
    "beijing": {"en": "Beijing", "ru": "Пекин", "zh": "北京", "ko": "베이징"},
    "special-sector": {"en": "Special Sector", "ru": "Особый сектор", "zh": "特别部"},
    "linden": {"en": "Linden", "ru": "Линден"},
    "arden": {"en": "Arden", "ru": "Арден"},
}


@dataclass(frozen=True)
class Line:
    """A telegram and what becomes of its copies, one word a copy (``seeded._then``).

    ``i:WHO+HOURS`` issued, ``h:WHO`` handed over, ``r:HOURS`` returned, ``f:PLACE`` filed, ``d``
    destroyed, slashes between; ``p`` alone stays unverified, ``-`` unprinted.
    """

    at: str
    sender: str
    outgoing: int
    signatory: str
    to: str
    content: str
    then: str
    level: str = "top secret"
    precedence: str = "ROUTINE"
    made: int = 4
    sheets: int = 2


LINES = (
    Line("1951-06-27T09:05", "beijing", 3301, "Чэнь Вэньхуа", "grau",
         "О графике переговоров по каналу связи", "i:grau/r:30/f d d f:case-141,-leaf-201"),
    Line("1951-06-27T14:40", "linden", 412, "H. Ahlen", "novak",
         "Winter coal: what the railways can carry", "i:novak/r:20/f:case-138 f:case-138 d d",
         level="secret"),
    Line("1951-06-28T08:15", "beijing", 3304, "Чэнь Вэньхуа", "grau lund",
         "О приезде делегации связистов", "i:grau/r:26/f x i:lund/r:44/d f:case-141,-leaf-203"),
    Line("1951-06-28T17:30", "arden", 88, "R. Berg", "petri",
         "Bridge at kilometre 214 closed until further notice", "i:petri/r:12/d f:case-140 d d",
         level="secret", sheets=1),
    Line("1951-06-29T10:20", "beijing", 3307, "周敏", "zhou-min",
         "关于通讯线路夏季检修的安排", "i:zhou-min/r:40/f:case-141,-leaf-204 x f d"),
    Line("1951-06-29T16:05", "harbin", 51, "Начальник гарнизона", "ivanec",
         "О смене шифров 1 августа", "i:ivanec/r:8/f:case-139 d d f:case-139"),
    Line("1951-06-30T09:00", "beijing", 3309, "Чэнь Вэньхуа", "grau kessler",
         "О погоде на линии и сроках доставки", "i:grau/h:kessler/r:50/f x i:kessler+220/r:90/d f"),
    Line("1951-07-02T08:50", "linden", 415, "H. Ahlen", "novak",
         "Tables of freight rates, second half-year", "i:novak/r:16/f:case-138 d f:case-138 d",
         level="confidential", sheets=5),
    Line("1951-07-02T11:30", "beijing", 3312, "박진우", "pak-jinu",
         "여름철 통신선 점검 일정에 대하여", "i:pak-jinu/r:30/f:case-141,-leaf-207 x f d"),
    Line("1951-07-03T09:10", "beijing", 3315, "Чэнь Вэньхуа", "kessler",
         "О встрече на станции и ночлеге", "i:kessler+100 i:grau/r:60/f f f:case-141,-leaf-209",
         precedence="PRIORITY"),
    Line("1951-07-03T12:45", "arden", 91, "R. Berg", "petri",
         "Stores at the depot: a count and what is short", "i:petri/r:24/d d f:case-140 f:case-140",
         level="secret"),
    Line("1951-07-03T18:20", "beijing", 3316, "Чэнь Вэньхуа", "kessler lund",
         "О порядке обмена по воскресеньям", "i:kessler+90 i:lund/r:20/f f x"),
    Line("1951-07-04T08:40", "linden", 418, "H. Ahlen", "novak",
         "Harvest estimates by district", "i:novak+96 f:case-138 f:case-138 d", level="secret"),
    Line("1951-07-04T10:05", "beijing", 3318, "周敏", "zhou-min grau",
         "关于更换电台频率的建议", "i:zhou-min+130 i:grau/r:30/f i:kessler+92 f"),
    Line("1951-07-04T15:50", "harbin", 53, "Начальник гарнизона", "ivanec",
         "О пропавшей посылке № 7", "i:ivanec+150 f:case-139 d x", sheets=1),
    Line("1951-07-05T09:30", "beijing", 3320, "Чэнь Вэньхуа", "grau",
         "О ходе работ на кабеле", "i:grau+140 f f:case-141,-leaf-214 d", precedence="IMMEDIATE"),
    Line("1951-07-05T13:15", "arden", 95, "R. Berg", "petri dorn",
         "Timetable from 15 July", "i:petri+130 i:dorn+130/r:20/f:case-140 f:case-140 x",
         level="confidential", sheets=1),
    Line("1951-07-06T08:25", "beijing", 3322, "Чэнь Вэньхуа", "dorn",
         "О приёме курьера 12 июля", "i:dorn+132 i:novak+140 f d"),
    Line("1951-07-06T11:00", "linden", 421, "H. Ahlen", "lund",
         "On the visit of the surveyors", "i:lund+120 f:case-138 x d", level="secret"),
    Line("1951-07-06T17:45", "beijing", 3323, "박진우", "pak-jinu",
         "새 암호표 수령 확인", "i:pak-jinu+130 f f:case-141,-leaf-218 d", precedence="FLASH"),
    Line("1951-07-07T09:15", "beijing", 3325, "Чэнь Вэньхуа", "grau",
         "О задержке поезда с почтой", "i:ivanec+110 x f:case-141,-leaf-219 d"),
    Line("1951-07-07T14:30", "arden", 97, "R. Berg", "petri",
         "Repairs finished at kilometre 214", "i:petri+110 f:case-140 d x", level="secret"),
    Line("1951-07-08T10:10", "beijing", 3327, "Чэнь Вэньхуа", "zhou-min",
         "О новых бланках журнала", "i:zhou-min+100 f f:case-141,-leaf-221 x"),
    Line("1951-07-09T08:05", "beijing", 3329, "Чэнь Вэньхуа", "grau novak",
         "О подготовке к приёму линии", "i:grau+120 x f:case-141,-leaf-222 f",
         precedence="IMMEDIATE"),
    Line("1951-07-09T08:20", "linden", 424, "H. Ahlen", "lund",
         "Cement for the quay, first delivery", "i:lund+100 f:case-138 x x", level="secret"),
    Line("1951-07-09T08:35", "harbin", 57, "Начальник гарнизона", "ivanec",
         "О возвращении бланков", "i:ivanec+96 f:case-139 x x", sheets=1),
)  # fmt: skip
TODAY = (
    Line("1951-07-10T10:05", "beijing", 3331, "Чэнь Вэньхуа", "grau",
         "О времени включения линии", "x x x x", precedence="IMMEDIATE"),
    Line("1951-07-10T10:40", "arden", 99, "R. Berg", "petri",
         "Water in the cellar of the depot", "p", level="secret", sheets=1),
    Line("1951-07-10T11:20", "beijing", 3332, "周敏", "zhou-min",
         "关于七月十二日通话时间", "-", precedence="FLASH"),
)  # fmt: skip
DRAFTS = (
    ("1951-07-09T14:10", "objected", "top secret", "beijing", "litvin"),
    ("1951-07-09T16:30", "cleared", "secret", "linden", "litvin"),
    ("1951-07-10T09:05", "new", "top secret", "beijing arden", "litvin"),
    ("1951-07-10T10:25", "open", "confidential", "special-sector", "litvin"),
)
SENT = (
    ("1951-07-02T12:00", "beijing", "# О сроках\n\nПросим назвать день.\n", "beijing"),
    ("1951-07-04T13:00", "linden", "# О ставках\n\nТаблицы получены.\n", "linden"),
    ("1951-07-05T18:00", "beijing linden", "# О расписании\n\nС 15 июля.\n", "linden"),
    ("1951-07-08T12:30", "beijing", "# О курьере\n\nКурьер будет 12 июля.\n", ""),
    ("1951-07-09T17:30", "arden", "# О складе\n\nПросим сосчитать снова.\n", ""),
)
UNOPENED = (
    ("1951-07-10T11:05", "# О линии\n\nЛиния будет включена в полдень.\n"),
    ("1951-07-10T11:30", "# О бланках\n\nБланки отправлены вчера.\n"),
)
