"""Whom a round counts, what counties issued, draws and plans."""

import peewee as p

POLICIES = ("progress_policy_id", "followup_policy_id")
MOMENTS = ("frozen_at", "published_at")


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

    class Edition(Base):
        id = p.CharField(max_length=64, primary_key=True)

    class Round(Base):
        pass

    class RoundCentre(Base):
        round = p.ForeignKeyField(Round, backref="+")
        centre = p.ForeignKeyField(Centre, backref="+")
        tier = p.CharField(max_length=16)

        class Meta:
            table_name = "round_centre"
            indexes = ((("round", "centre"), True),)

    class Document(Base):
        digest = p.CharField(max_length=64, primary_key=True)
        key = p.CharField(max_length=128)
        name = p.CharField(max_length=200)
        media_type = p.CharField(max_length=100)
        bytes = p.IntegerField()

    class DocumentSender(Base):
        document = p.ForeignKeyField(Document, backref="+")
        account = p.ForeignKeyField(Account, backref="+")
        sent_at = p.CharField(max_length=27)

        class Meta:
            table_name = "document_sender"
            indexes = ((("document", "account"), True),)

    class IssuedList(Base):
        round = p.ForeignKeyField(Round, backref="+")
        division = p.ForeignKeyField(Division, backref="+")
        item = p.CharField(max_length=16)
        version = p.IntegerField()
        m = p.IntegerField()
        title = p.CharField(max_length=200)
        issued_on = p.CharField(max_length=10)
        document = p.ForeignKeyField(Document, null=True, backref="+")
        entered_by = p.ForeignKeyField(Account, backref="+")
        entered_at = p.CharField(max_length=27)

        class Meta:
            table_name = "issued_list"
            indexes = ((("round", "division", "item", "version"), True),)

    class Draw(Base):
        round = p.ForeignKeyField(Round, backref="+")
        seed = p.CharField(max_length=64)
        asked = p.TextField()
        frame = p.TextField()
        digest = p.CharField(max_length=64)
        made_by = p.ForeignKeyField(Account, backref="+")
        made_at = p.CharField(max_length=27)

    class Plan(Base):
        round = p.ForeignKeyField(Round, backref="+")
        centre = p.ForeignKeyField(Centre, backref="+")
        inspector = p.ForeignKeyField(Account, backref="+")
        kind = p.CharField(max_length=16)
        due_on = p.CharField(max_length=10)
        blind = p.BooleanField()
        draw = p.ForeignKeyField(Draw, null=True, backref="+")
        state = p.CharField(max_length=16)
        reason = p.TextField(null=True)
        replaces = p.ForeignKeyField("self", null=True, backref="+")
        entered_by = p.ForeignKeyField(Account, backref="+")
        entered_at = p.CharField(max_length=27)

        class Meta:
            indexes = ((("round", "centre"), False), (("round", "due_on"), False))

    return Account, Division, Centre, Edition, Round, RoundCentre, Document, DocumentSender, IssuedList, Draw, Plan


def up(migrator, db):
    every = tables()
    with db.bind_ctx(every):
        db.create_tables(every[-6:])
        edition = every[3]
        for name in POLICIES:
            policy = p.ForeignKeyField(edition, field=edition.id, null=True, backref="+")
            migrator.migrate(migrator.add_column("round", name, policy))
        for name in MOMENTS:
            migrator.migrate(migrator.add_column("round", name, p.CharField(max_length=27, null=True)))
    # the centres that a round counted so far were those that there are
    db.execute_sql(
        "INSERT INTO round_centre (round_id, centre_id, tier) "
        "SELECT round.id, centre.id, centre.tier FROM round "
        "JOIN centre ON centre.status = 'active' "
        "JOIN division ON division.id = centre.county_id "
        "WHERE round.area_id IN (division.id, division.parent_id)"
    )


def down(migrator, db):
    every = tables()
    with db.bind_ctx(every):
        db.drop_tables(every[-6:])
    for name in POLICIES:
        migrator.migrate(migrator.drop_index("round", f"round_{name}"), migrator.drop_column("round", name))
    for name in MOMENTS:
        migrator.migrate(migrator.drop_column("round", name))
