"""Rankings, their copies to hand on, how near places are to one another, and how far two visits agree."""

from __future__ import annotations

from flask import request

from audit.accounts.permissions import Can
from audit.base import body
from audit.base.http import current_actor
from audit.rankings import agreement_queries
from audit.rankings.agreement_schemas import AgreementOut
from audit.rankings.card_schemas import WhatIfIn
from audit.web import copies, ranked, states
from audit.web.pages import Pages, see, show
from audit.web.schemas import RankingQuery, VersionQuery

ranking = Pages("ranking")
ROUND = "/rounds/<string:code>"


@ranking.get(f"{ROUND}/ranking/<any(counties, townships, villages):what>")
@see(Can.READ_RANKINGS)
def one_ranking(code, what):
    """A ranking, of the newest version unless another copy is asked for; a county sees its own rows."""
    wanted = body.query(RankingQuery())
    told = ranked.told(code, what, wanted, current_actor())
    return show(
        "ranking.html", of=told, asked=wanted, part=ranked.PARTS[what], titles=ranked.TITLES, states=states.ROUNDS,
        apart=ranked.APART,
    )  # fmt: skip


@ranking.get(f"{ROUND}/exports")
@see(Can.EXPORT_OWN)
def exports(code):
    """The files of a ranking with what each holds; a county's own for a county."""
    told = copies.told(code, body.query(VersionQuery()), current_actor())
    return show("ranking-exports.html", code=code, of=told)


@ranking.get(f"{ROUND}/sensitivity")
@see(Can.ASK_WHAT_IF)
def sensitivity(code):
    """How near each place is to another one, and what other policies would make of the round; nothing is stored."""
    typed = {name: value for name, value in request.args.items() if value}
    wanted = body.load(WhatIfIn(), typed)
    return show("ranking-sensitivity.html", code=code, of=copies.near(code, typed, wanted, current_actor()))


@ranking.get(f"{ROUND}/agreement")
@see(Can.READ_AGREEMENT)
def agreement(code):
    """How far blind second visits agree with those that count; by item, never by person."""
    told = AgreementOut().dump(agreement_queries.told(code, current_actor()))
    return show("ranking-agreement.html", code=code, of=told)
