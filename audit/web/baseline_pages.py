"""Baselines: what a round measures each level with, adopted from a visit to a demonstration site with its effect."""

from __future__ import annotations

from audit.accounts.permissions import Can
from audit.base import body, clock
from audit.base.http import current_actor
from audit.inspections import baselines
from audit.inspections.schemas import AdoptionIn, ConfirmationIn
from audit.web import measures
from audit.web.pages import Pages, done, form, see, show

standards = Pages("baselines")
HERE = "/rounds/<string:code>/baselines"


@standards.get(HERE)
@see(Can.ADOPT_BASELINE)
def list_baselines(code):
    """What each level of a round is measured with, what waits, and the visits that could be adopted."""
    return show("baselines.html", of=measures.told(code, current_actor()), levels=measures.LEVELS)


@standards.get(f"{HERE}/<uuid:inspection_id>")
@see(Can.ADOPT_BASELINE)
def preview(code, inspection_id):
    """What a visit would make as a baseline, and what it would do to every score of its level; nothing is stored."""
    told = measures.previewed(code, inspection_id, current_actor())
    return show("baseline-preview.html", code=code, of=told, levels=measures.LEVELS)


@standards.post(HERE)
@see(Can.ADOPT_BASELINE)
def adopt(code):
    """Adopt a visit; with unusual values it waits for a second person."""
    wanted = body.load(AdoptionIn(), form())
    made = baselines.adopt(code, wanted["inspection"], actor=current_actor(), now=clock.now())
    return done(f"/rounds/{code}/baselines", *measures.outcome(made))


@standards.post(f"{HERE}/<int(min=1, max=2147483647):baseline_id>/confirmation")
@see(Can.ADOPT_BASELINE)
def confirm(code, baseline_id):
    """Confirm the unusual values of a baseline as a second person, and adopt it."""
    wanted = body.load(ConfirmationIn(), measures.confirmed(form()))
    made = baselines.confirm(code, baseline_id, wanted["items"], actor=current_actor(), now=clock.now())
    return done(f"/rounds/{code}/baselines", *measures.outcome(made))
