"""The second half of the demonstration: from scores to a published ranking, cards and a mended finding."""

from __future__ import annotations

import hashlib
import time
from fractions import Fraction
from pathlib import Path
from urllib.parse import unquote

import click

from audit.base import clock
from audit.commands import drawings
from audit.commands.phones import Client

UNIT = "示例：县便民服务局"


class Sequel:
    """What offices and a county do once visits are approved: two at the office, a county, a reviewer."""

    def __init__(self, code: str, office: Client, second: Client, county: Client, reviewer: Client):
        self.code, self.office, self.second, self.county, self.reviewer = code, office, second, county, reviewer
        self.path = f"/api/v1/rounds/{code}"

    def freeze(self) -> None:
        """Close the round; two people freeze its ranking."""
        self.office.must("POST", f"{self.path}/closing")
        step = self._two_people("freeze", "示例：核查结束，试算")
        click.echo(f"frozen 试算: SHA-256 {step['digest'][:16]}…, proposed by one person and confirmed by another")

    def appeal(self, of_county: str) -> None:
        """The county objects to what cost one of its townships most, and is right; its score is worked out again."""
        finding, filed = self._object(of_county)
        inspection = finding["inspection"]
        before, met = self._total(inspection), self._met(inspection, finding["item"])
        ruling = {"decision": "uphold", "reason": "示例：经查属实，予以变更", "answer": met}
        # the office decides: its reviewer has decided once already
        self.second.must("POST", f"/api/v1/appeals/{filed['id']}/decision", ruling)
        click.echo(f"appeal 申诉: {finding['item']} upheld (变更), {before} → {self._total(inspection)}")

    def publish(self) -> None:
        """Two people publish version 1; its cards go out."""
        self._two_people("publish", "示例：公布")
        version = self.office.must("GET", f"{self.path}/publications/1")
        issued = self.office.must("POST", f"{self.path}/publications/1/cards", {"basis": "level"})
        click.echo(
            f"published 公布: version 1, SHA-256 {version['digest'][:16]}…; cards 亮牌: 第{issued['number']}期, "
            f"{issued['issued']} of them"
        )

    def rectify(self, of_county: str) -> None:
        """The office orders, the county mends one thing and proves it, somebody else closes it (销号)."""
        ordered = self.office.must("POST", f"{self.path}/orders", {"county": of_county, "unit": UNIT})
        finding = self._mend(of_county)
        body = {"decision": "close", "note": "示例：照片属实，销号"}
        self.reviewer.must("POST", f"/api/v1/findings/{finding['id']}/verification", body)
        click.echo(
            f"rectification 整改: {ordered['ordered']} findings ordered until {ordered['due_on']}, "
            f"one mended, proved and closed 销号"
        )

    def leave(self, of_county: str) -> None:
        """What somebody is to do next: an appeal to decide, a mended finding to verify."""
        _, filed = self._object(of_county)
        finding = self._mend(of_county)
        click.echo(
            f"left to do 待办: appeal 申诉 {filed['id']} to decide, finding 问题 {finding['id']} to verify 待核验"
        )

    def _object(self, of_county: str) -> tuple[dict, dict]:
        """The dearest finding that nobody appealed against, with its photos in (what nobody proved is not mended by a
        word), and the appeal against it."""
        appeals = self.county.must("GET", f"/api/v1/appeals?round={self.code}")
        told = {(each["inspection"], each["item"]) for each in appeals}
        proved = (each for each in self._findings(of_county) if each["reason"] == "below-reference")
        finding = next(each for each in proved if (each["inspection"], each["item"]) not in told)
        body = {"item": finding["item"], "reason": "示例：核查当日现场情况与记录不符，请复核"}
        return finding, self.county.must("POST", f"/api/v1/inspections/{finding['inspection']}/appeals", body)

    def _mend(self, of_county: str) -> dict:
        """The dearest finding that waits to be mended, reported as mended with a photo."""
        finding = next(each for each in self._findings(of_county) if each["state"] == "ordered")
        photo = drawings.draw("示例 整改后", f"{self.code} {finding['id']}", clock.now(), None)
        digest = hashlib.sha256(photo).hexdigest()
        self.county.call("PUT", f"/api/v1/photos/{digest}", photo, {"Content-Type": "image/jpeg"})
        while digest not in self.county.must("POST", "/api/v1/photos/questions", {"digests": [digest]})["accepted"]:
            time.sleep(0.2)  # the checkers are at it
        body = {"note": "示例：已整改", "photos": [digest]}
        self.county.must("POST", f"/api/v1/findings/{finding['id']}/report", body)
        return finding

    def export(self, folder: Path) -> Path:
        """The workbook of version 1, as the office downloads it: the same bytes whenever it does."""
        _, book, headers = self.office.call("GET", f"{self.path}/publications/1/exports/ranking.xlsx")
        path = folder / unquote(headers["content-disposition"].rpartition("filename*=UTF-8''")[2])
        path.write_bytes(book)
        return path

    def _two_people(self, what: str, note: str) -> dict:
        step = self.office.must("POST", f"{self.path}/steps", {"what": what, "note": note, "accept": True})
        return self.second.must("PUT", f"/api/v1/steps/{step['id']}/confirmation")

    def _findings(self, of_county: str) -> list[dict]:
        path = f"/api/v1/findings?round={self.code}&county={of_county}&page_size=500"
        return sorted(self.county.must("GET", path), key=lambda each: (-float(each["lost"]), each["id"]))

    def _total(self, inspection: str) -> str:
        return self.reviewer.must("GET", f"/api/v1/inspections/{inspection}/score")["total"]

    def _met(self, inspection: str, item: str) -> dict:
        """The answer that just meets the item's standard."""
        told = self.reviewer.must("GET", f"/api/v1/inspections/{inspection}/score")
        exact = next(each for each in told["gaps"] if each["item"] == item)["to_standard"]
        return {key: each if key in ("yes", "choice") else _number(each) for key, each in exact.items()}


def _number(exact: str) -> int | float:
    value = Fraction(exact)
    return int(value) if value.denominator == 1 else float(value)
