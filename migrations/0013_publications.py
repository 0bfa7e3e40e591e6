"""Freezing and publishing by two people, publications, cards."""

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

    class Step(Base):
        round = p.ForeignKeyField(Round, backref="+")
        what = p.CharField(max_length=16)
        note = p.TextField()
        checks = p.TextField()
        digest = p.CharField(max_length=64)
        proposed_by = p.ForeignKeyField(Account, backref="+")
        proposed_at = p.CharField(max_length=27)
        confirmed_by = p.ForeignKeyField(Account, null=True, backref="+")
        confirmed_at = p.CharField(max_length=27, null=True)
        withdrawn_at = p.CharField(max_length=27, null=True)

    class Publication(Base):
        round = p.ForeignKeyField(Round, null=True, backref="+")
        code = p.CharField(max_length=32)
        name = p.CharField(max_length=64)
        area = p.CharField(max_length=12)
        period_end = p.CharField(max_length=10)
        version = p.IntegerField()
        imported = p.BooleanField()
        head = p.TextField()
        digest = p.CharField(max_length=64)
        note = p.TextField()
        proposed_by = p.ForeignKeyField(Account, null=True, backref="+")
        confirmed_by = p.ForeignKeyField(Account, null=True, backref="+")
        published_at = p.CharField(max_length=27)

        class Meta:
            indexes = ((("code", "version"), True), (("area", "period_end"), False))

    class PublishedRow(Base):
        publication = p.ForeignKeyField(Publication, backref="+")
        part = p.CharField(max_length=16)
        number = p.IntegerField()
        code = p.CharField(max_length=12)
        content = p.TextField()
        basis = p.TextField(null=True)
        digest = p.CharField(max_length=64)

        class Meta:
            table_name = "published_row"
            indexes = ((("publication", "part", "number"), True), (("publication", "code"), False))

    class Card(Base):
        publication = p.ForeignKeyField(Publication, backref="+")
        policy = p.CharField(max_length=64)
        basis = p.CharField(max_length=16)
        year = p.IntegerField()
        number = p.IntegerField()
        county = p.ForeignKeyField(Division, backref="+")
        centre = p.ForeignKeyField(Centre, null=True, backref="+")
        code = p.CharField(max_length=12)
        subject = p.CharField(max_length=100)
        colour = p.CharField(max_length=16)
        why = p.TextField()
        issued_by = p.ForeignKeyField(Account, backref="+")
        issued_at = p.CharField(max_length=27)
        sent_to = p.CharField(max_length=100)
        appeal_until = p.CharField(max_length=10)
        acknowledged_by = p.ForeignKeyField(Account, null=True, backref="+")
        acknowledged_at = p.CharField(max_length=27, null=True)
        withdrawn_by = p.ForeignKeyField(Account, null=True, backref="+")
        withdrawn_at = p.CharField(max_length=27, null=True)
        withdrawn_why = p.TextField(null=True)
        replaced_by = p.ForeignKeyField("self", null=True, backref="+")

        class Meta:
            indexes = ((("code", "year", "number"), False), (("year", "number"), False))

    return Account, Division, Centre, Round, Step, Publication, PublishedRow, Card


def up(migrator, db):
    every = tables()
    with db.bind_ctx(every):
        db.create_tables(every[-4:])


def down(migrator, db):
    every = tables()
    with db.bind_ctx(every):
        db.drop_tables(every[-4:])
