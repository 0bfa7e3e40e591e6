"""Queries are put into words faster.

peewee spells every column of every query out of six small objects, and those of an alias out of a dozen: over half of
what a request computes was that. A column of a plain table or alias is written here in one step, and a list of them in
one, to the same letters; everything else goes peewee's way. And a query within a query is written once: peewee writes
what stands behind an IN a first time to see whether it is empty, and so twice as often with every level.
"""

from __future__ import annotations

from functools import lru_cache

import peewee

_column, _field, _alias = peewee.Column.__sql__, peewee.Field.__sql__, peewee.FieldAlias.__sql__
_list, _empty = peewee.NodeList.__sql__, peewee.Expression._is_rhs_empty


def install() -> None:
    """Take it into use, in this process."""
    peewee.Column.__sql__ = _column_sql
    peewee.Field.__sql__ = _field_sql
    peewee.FieldAlias.__sql__ = _alias_sql
    peewee.NodeList.__sql__ = _list_sql
    peewee.Expression._is_rhs_empty = _is_empty


def remove() -> None:
    """Leave it to peewee again: for tests and measurements."""
    peewee.Column.__sql__, peewee.Field.__sql__, peewee.FieldAlias.__sql__ = _column, _field, _alias
    peewee.NodeList.__sql__, peewee.Expression._is_rhs_empty = _list, _empty


def _column_sql(self: peewee.Column, ctx: peewee.Context) -> peewee.Context:
    if type(self.source) not in (peewee.Table, peewee.ModelAlias):
        return _column(self, ctx)
    return ctx.literal(_name(ctx, self.source, self.name))


def _field_sql(self: peewee.Field, ctx: peewee.Context) -> peewee.Context:
    return ctx.literal(_name(ctx, self.model._meta.table, self.column_name))


def _alias_sql(self: peewee.FieldAlias, ctx: peewee.Context) -> peewee.Context:
    return ctx.literal(_name(ctx, self.source, self.field.column_name))


def _list_sql(self: peewee.NodeList, ctx: peewee.Context) -> peewee.Context:
    if self.parens or not self.nodes or ctx.state.scope == peewee.SCOPE_VALUES:
        return _list(self, ctx)
    quotes, names, last, called = _quotes(ctx), [], None, ""
    for each in self.nodes:
        how = getattr(type(each), "__sql__", None)  # a plain value has none
        if how is _field_sql:
            source, name = each.model._meta.table, each.column_name
        elif how is _alias_sql:
            source, name = each.source, each.field.column_name
        else:
            return _list(self, ctx)
        if source is not last:
            last, called = source, _called(ctx, source)
        names.append(_dotted(called, name, quotes))
    return ctx.literal(self.glue.join(names))


def _is_empty(self: peewee.Expression, rhs, ctx: peewee.Context) -> bool:
    return not isinstance(rhs, peewee.SelectBase) and _empty(self, rhs, ctx)


def _name(ctx: peewee.Context, source: peewee.Table | peewee.ModelAlias, name: str) -> str:
    """A column as the query calls it where it stands."""
    if ctx.state.scope == peewee.SCOPE_VALUES:
        return _quoted(name, _quotes(ctx))
    return _dotted(_called(ctx, source), name, _quotes(ctx))


def _quotes(ctx: peewee.Context) -> str:
    return ctx.state.settings.get("quote") or '""'


def _called(ctx: peewee.Context, source: peewee.Table | peewee.ModelAlias) -> str:
    """The name of a table in the query; the first to ask gives it one."""
    own = source._alias if type(source) is peewee.Table else source.alias
    if own:
        ctx.alias_manager[source] = own
    return ctx.alias_manager[source]


@lru_cache(4096)
def _quoted(name: str, quotes: str) -> str:
    return f"{quotes[0]}{name.replace(quotes[0], quotes)}{quotes[1]}"


@lru_cache(16384)
def _dotted(alias: str, name: str, quotes: str) -> str:
    return f"{_quoted(alias, quotes)}.{_quoted(name, quotes)}"
