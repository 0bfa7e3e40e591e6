"""Findings, rectification and appeals."""

import peewee as p


class Base(p.Model):
    class Meta:
        legacy_table_names = False


def tables():
    class Account(Base):
        pass

    class Division(Base):
        pass

    class Centre(Base):
        id = p.UUIDField(primary_key=True)

    class Round(Base):
        pass

    class Inspection(Base):
        id = p.UUIDField(primary_key=True)

    class Finding(Base):
        round = p.ForeignKeyField(Round, backref="+")
        county = p.ForeignKeyField(Division, backref="+")
        centre = p.ForeignKeyField(Centre, backref="+")
        inspection = p.ForeignKeyField(Inspection, backref="+")
        item = p.CharField(max_length=16)
        reason = p.CharField(max_length=32)
        lost = p.IntegerField()
        state = p.CharField(max_length=16)
        kind = p.CharField(max_length=16)
        unit = p.CharField(max_length=100, null=True)
        due_on = p.CharField(max_length=10, null=True)
        opened_at = p.CharField(max_length=27)
        closed_at = p.CharField(max_length=27, null=True)
        reopened = p.IntegerField()
        repeats = p.ForeignKeyField("self", null=True, backref="+")

        class Meta:
            indexes = (
                (("round", "centre", "item"), True),
                (("county", "state", "due_on"), False),
                (("centre", "item"), False),
            )

    class FindingStep(Base):
        finding = p.ForeignKeyField(Finding, backref="+")
        verb = p.CharField(max_length=16)
        by = p.ForeignKeyField(Account, null=True, backref="+")
        at = p.CharField(max_length=27)
        note = p.TextField(null=True)
        kind = p.CharField(max_length=16, null=True)
        unit = p.CharField(max_length=100, null=True)
        due_on = p.CharField(max_length=10, null=True)
        photos = p.TextField()

        class Meta:
            table_name = "finding_step"

    class Appeal(Base):
        round = p.ForeignKeyField(Round, backref="+")
        county = p.ForeignKeyField(Division, backref="+")
        inspection = p.ForeignKeyField(Inspection, backref="+")
        item = p.CharField(max_length=16)
        reason = p.TextField()
        photos = p.TextField()
        filed_by = p.ForeignKeyField(Account, backref="+")
        filed_at = p.CharField(max_length=27)
        state = p.CharField(max_length=16)
        decided_by = p.ForeignKeyField(Account, null=True, backref="+")
        decided_at = p.CharField(max_length=27, null=True)
        decision = p.TextField(null=True)
        answer = p.TextField(null=True)

        class Meta:
            indexes = ((("round", "state"), False), (("inspection", "item"), False))

    return Account, Division, Centre, Round, Inspection, Finding, FindingStep, Appeal


def up(migrator, db):
    every = tables()
    with db.bind_ctx(every):
        db.create_tables(every[-3:])


def down(migrator, db):
    every = tables()
    with db.bind_ctx(every):
        db.drop_tables(every[-3:])
