"""Queries are put into words faster, and to the same letters."""

from __future__ import annotations

import peewee
import pytest

from audit.accounts.models import Account, Token
from audit.base import sql
from audit.centres.models import Centre, Division
from audit.inspections.models import Inspection, Score

Parent, Named = Division.alias(), Division.alias("named")
newest = peewee.fn.ROW_NUMBER().over(partition_by=[Inspection.centre], order_by=[Inspection.finished_at.desc()])
ranked = Inspection.select(Inspection.id, newest.alias("nth")).where(Inspection.state == "approved")
QUERIES = {
    "all columns": lambda: Account.select(),
    "a join": lambda: Token.select(Token, Account).join(Account).where(Account.name == "x", Token.id.in_([1, 2])),
    "an alias": lambda: Division.select(Division.name, Parent.name).join(Parent, on=Division.parent == Parent.id),
    "all columns of an alias": lambda: Parent.select().where(Parent.code == "540200").order_by(Parent.name),
    "a named alias": lambda: Named.select(Named.name, Division.id).join(Division, on=Named.parent == Division.id),
    "an alias in a subquery": lambda: Division.select().where(Division.id.in_(Parent.select(Parent.parent))),
    "columns and more in a list": lambda: Account.select(Account.id, peewee.fn.LOWER(Account.name), peewee.SQL("1")),
    "a value in a list": lambda: Account.select(Account.id).order_by("name"),
    "a list in brackets": lambda: Account.select(Account.id).where(
        peewee.Tuple(Account.id, Account.name).in_([(1, "x")])
    ),
    "several groups": lambda: Centre.select(peewee.fn.COUNT(Centre.id)).group_by(Centre.county, Centre.level),
    "nothing to be in": lambda: Account.select(Account.id).where(Account.id.in_([]), Account.name.not_in([])),
    "subqueries in one another": lambda: Centre.select(Centre.id).where(
        Centre.id.in_(Score.select(Score.inspection).where(Score.inspection.not_in(ranked)))
    ),
    "in a union": lambda: Account.select().where(Account.id.in_(Account.select(Account.id) | Token.select(Token.id))),
    "a subquery": lambda: Score.select(Score.total).where(Score.inspection.in_(ranked)),
    "from a subquery": lambda: peewee.Select([ranked], [ranked.c.id]).where(ranked.c.nth == 1),
    "a function": lambda: Centre.select(peewee.fn.COUNT(Centre.id).alias("n")).group_by(Centre.county),
    "the same table twice": lambda: Centre.select().where(Centre.id.in_(Centre.select(Centre.id))),
    "an insert": lambda: Account.insert(name="x", display="y"),
    "an update": lambda: Account.update(name=Account.display).where(Account.id == 1),
    "a delete": lambda: Token.delete().where(Token.account == 1),
    "what is returned": lambda: Account.insert(name="x").returning(Account.id, Account.name),
    "an order": lambda: Account.select(Account.id).order_by(Account.name.desc()),
    "a union": lambda: Account.select(Account.id) | Token.select(Token.account),
}


@pytest.mark.parametrize("database", [peewee.SqliteDatabase(None), peewee.PostgresqlDatabase(None)])
@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_it_is_what_peewee_writes(query, database):
    written = database.get_sql_context().sql(query()).query()
    sql.remove()
    try:
        assert written == database.get_sql_context().sql(query()).query()
    finally:
        sql.install()


def test_a_quote_in_a_name_stays_inside():
    table = peewee.Table('od"d')
    query = table.select(peewee.Column(table, 'na"me'))
    assert peewee.SqliteDatabase(None).get_sql_context().sql(query).query()[0].startswith('SELECT "t1"."na""me"')
