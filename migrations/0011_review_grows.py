"""Decisions on items, visits taken out or admitted, blind second visits."""

import peewee as p


class Base(p.Model):
    class Meta:
        legacy_table_names = False


def tables():
    class Account(Base):
        pass

    class Inspection(Base):
        id = p.UUIDField(primary_key=True)

    class ItemDecision(Base):
        inspection = p.ForeignKeyField(Inspection, backref="+")
        revision = p.IntegerField()
        item = p.CharField(max_length=16)
        answer = p.TextField()
        reason = p.TextField()
        decided_by = p.ForeignKeyField(Account, backref="+")
        decided_at = p.CharField(max_length=27)
        appeal = p.IntegerField(null=True)

        class Meta:
            table_name = "item_decision"
            indexes = ((("inspection", "revision", "item"), False),)

    class Voiding(Base):
        inspection = p.ForeignKeyField(Inspection, backref="+")
        why = p.CharField(max_length=16)
        reason = p.TextField()
        proposed_by = p.ForeignKeyField(Account, backref="+")
        proposed_at = p.CharField(max_length=27)
        confirmed_by = p.ForeignKeyField(Account, null=True, backref="+")
        confirmed_at = p.CharField(max_length=27, null=True)

    class Admission(Base):
        inspection = p.ForeignKeyField(Inspection, unique=True, backref="+")
        reason = p.TextField()
        admitted_by = p.ForeignKeyField(Account, backref="+")
        admitted_at = p.CharField(max_length=27)

    return Account, Inspection, ItemDecision, Voiding, Admission


def up(migrator, db):
    every = tables()
    with db.bind_ctx(every):
        db.create_tables(every[-3:])
    blind = p.BooleanField(default=False)
    migrator.migrate(migrator.add_column("inspection", "blind", blind))


def down(migrator, db):
    migrator.migrate(migrator.drop_column("inspection", "blind"))
    every = tables()
    with db.bind_ctx(every):
        db.drop_tables(every[-3:])
