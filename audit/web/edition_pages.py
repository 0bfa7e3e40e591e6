"""Published checklists and policies: read as a tree, compared, tried on a round; and published by the administrator."""

from __future__ import annotations

from audit.accounts.permissions import Can
from audit.base import body, clock
from audit.base.http import current_actor
from audit.checklists import actions
from audit.checklists import editions as files
from audit.web import drafting, editions, measures
from audit.web.pages import MOST_BYTES, Pages, done, form, form_with_files, see, show, the_file
from audit.web.schemas import EffectQuery

books = Pages("editions")
ONE = "/editions/<string:edition_id>"


@books.get("/editions")
@see(Can.READ_CHECKLISTS)
def list_editions():
    """What is published, by kind; the administrator publishes another."""
    return show("editions.html", kinds=editions.listed(), may=current_actor().can(Can.MANAGE_EDITIONS))


@books.get(ONE)
@see(Can.READ_CHECKLISTS)
def one_edition(edition_id):
    """A checklist as a tree, or what a policy says; with the others of its kind to compare it with."""
    told = editions.told(edition_id, current_actor())
    return show("edition.html" if "dimensions" in told else "edition-policy.html", of=told, levels=measures.LEVELS)


@books.get(f"{ONE}/differences/<string:other_id>")
@see(Can.READ_CHECKLISTS)
def differences(edition_id, other_id):
    """What this edition has that the other has not, and the other way round, field by field."""
    return show("edition-differences.html", of=editions.compared(edition_id, other_id))


@books.get(f"{ONE}/effect")
@see(Can.ADOPT_BASELINE)
def effect(edition_id):
    """What measuring a round with this edition would do to every score; nothing is stored."""
    wanted = body.query(EffectQuery())
    return show("edition-effect.html", of=editions.effect(edition_id, wanted["round"], current_actor()))


@books.post("/editions/drafts")
@see(Can.MANAGE_EDITIONS)
def try_file():
    """What is wrong with a file, or what is new in it; nothing is stored."""
    with form_with_files(files.MOST_BYTES + MOST_BYTES) as (_, sent):
        trial = drafting.tried(*the_file(sent, files.MOST_BYTES))
    return show("edition-draft.html", drafting.status_of(trial), of=trial)


@books.post("/editions")
@see(Can.MANAGE_EDITIONS)
def publish():
    """Publish what was tried; it never changes afterwards."""
    content = drafting.typed(form(drafting.MOST_FORM))
    made = actions.publish(content, actor=current_actor(), now=clock.now())
    return done(f"/editions/{made.id}", f"{made.id} 已发布，内容不再改动", f"{made.id} is published and never changes")
