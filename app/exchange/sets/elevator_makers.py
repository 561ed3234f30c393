"""One name per maker of elevators, out of the hundreds of spellings in the city's register."""

import re
from collections.abc import Iterator

# Words that say "company" or "elevator", some of them misspelt in the register itself.
_TRADE_WORDS = {
    "ELEV", "ELEVATOR", "ELEVATORS", "ELEC", "ELECT", "ELE", "EL", "CO", "COMP", "COMPANY", "CORP", "CPO",
    "INC", "LTD", "ENG", "MFG", "LIFT", "LIFTS", "IND", "C", "SO", "SON", "SONS",
    "ELV", "ELVE", "ELGV", "ELEVE", "ECEV", "CLEV", "ELC", "NC", "INNC", "LFID", "COR", "CONST",
}  # fmt: skip
_SPELLINGS = {
    "Otis": "OTIS, OITS, OTES, OTIS BROTHERS, LG OTIS, ITIS, ITOS, OEC, OTIS HERK",
    "Staley": "STALEY, STALEYS, STLAEY, STALLY, STOLEY, SLALEY, STABEY, STABY, STALWY, STALY",
    "Seaberg": "SEABERG, SEABERGS, SEABURG, SEA BERG, SEABURY, SEABER, SEABERT, SEABERY,"
    " SEABGERG, SEEBERG, SEEBURB, R SEABERG",
    "Curtis": "CURTIS, CURTISS, CURITS",
    "Westinghouse": "WESTINGHOUSE, WESTINGHOUST, WESTING HOUSE, WESTINNGHOUSE, WSTINGHOUSE",
    "A. B. See": "ABSEE, AB SEE, A B SEE, A-B-SEE, A.B. SEE, ABS, AB LEE, AB SEF, AB SEG",
    "Armor": "ARMOR, ARMOUR, ARMSUR",
    "Gurney": "GURNEY, GUERNEY, GURVEY, GORNEY, GURDNEY, GURENEY",
    "Burwak": "BURWAK, BURWACK, BURWALK, BURWALL, BURWICK",
    "Turnbull": "TURNBULL, TURNBALL",
    "Koppel": "KOPPELL, KOPPEL, KOPPLE, KOPP, KOPPELL",
    "Haughton": "HAUGHTON, HOUGHTON, HAUGTON, SCHINDLER HAUGHTON",
    "Kiesling": "KIESLING, KEISLING, JOHN W KIESLING, J W KIESLING, KLISLING, KIELSINNG, JOHN W KIESHING",
    "Peerless": "PEERLESS, PURLESS, PEARLESS",
    "Serge": "SERGE, SERGI, SERCE, SEGI, SERG",
    "ThyssenKrupp": "THYSSENKRUPP, THYSSEN KRUPP, THYSSEN, THYSSEMKRUPP",
    "Leistritz": "LEISTRITZ, LIESTRITZ",
    "LU/LA": "LULA, LU/LA",
    "Sommerville": "SOMMERVILLE, SOMERVILLE, SOMMERVILL",
    "Hardwick": "HARDWICK, HARDWICH, HANDWICH, HACKWICH, HANDWICK, HARWICK",
    "Dover": "DOVER, DONER, DONES, DOVER OIL",
    "Reedy": "REEDY, READY, REELY, REIDY",
    "Flynn-Hill": "FLYNN HILL, F HILL, FYNN HILL",
    "Hollister-Whitney": "HOLLISTER WHITNEY, HW",
    "A.C.E.": "ACE",
    "Cemco": "CEMCO, CEMCOLIFT",
    "Telpher": "TELPHER, TELHER, TELPHEN",
    "Schindler": "SCHINDLER",
    "KONE": "KONE",
    "MRL": "MRL, M.R.L",
    "El Al": "AL",  # EL reads as "elevator"
    "Nouveau": "NOVEAU",
    "Burlington": "BURLINGOTN",
    "Admiral": "ADMIPAL",
    "Centennial": "CETENNIAL",
    "Universal": "UNVERSAL",
    "Eastern": "EASTERNS",
    "Gotham": "GOTHOM",
    "Atlantic": "ATLANTIC, ATLANTIC GURNEY",
}
# Entries of the maker's column that name an owner, a building or a file number instead.
_NO_MAKER = re.compile(
    r"\d|REPLAC|RESIDEN|PVT|PRIVATE|AUTHORITY|HOUSING|BUILDING|BLDG|SCHOOL|HOSPITAL|SURVEY|DORMITORY|DEPT"
    r"|^DEP$|^HPD$|MTA|TRANSIT|\bSTATE|EDUCATIONAL|MODERN?IZATION|UNKNOWN|PREMISE|REMOVED|CLOSED|ASYLUM"
    r"|DUMBWAITER|DUBWAITER|CONVERT|CHANGE|FREIGHT|PASSENGER|UDC|U\.D\.C|FAMILY|AS PER|NIUD"
    r"|OWNED|DWELLING|COUNCIL|NEVER DONE|ISS DUE|BIBLE|IT NOT|^HYDR?(AULIC|O)?\b|MATERIAL|CAN STOCK|PRTG"
)


def maker_of(entry: str) -> str | None:
    """The maker that `entry` of the register names; None where it names none."""
    if _NO_MAKER.search(entry):
        return None
    key = _key(entry)
    if len(key) < 2:
        return None
    return _BY_KEY.get(key) or " ".join(word.capitalize() for word in _words(entry))


def _words(entry: str) -> Iterator[str]:
    plain = re.sub(r"[^A-Z/ ]", " ", entry.upper().replace(".", ""))
    return (word for word in plain.split() if word not in _TRADE_WORDS)


def _key(entry: str) -> str:
    return re.sub("[^A-Z]", "", "".join(_words(entry)))


_BY_KEY = {
    _key(spelling): maker for maker, spellings in _SPELLINGS.items() for spelling in spellings.split(",")
}
