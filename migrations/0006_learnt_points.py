"""Points of centres that were learnt from visits: proposed by one person, confirmed by another."""

import peewee as p


class Base(p.Model):
    class Meta:
        legacy_table_names = False


def tables():
    class Account(Base):
        pass

    class Centre(Base):
        id = p.UUIDField(primary_key=True)

    class PointProposal(Base):
        centre = p.ForeignKeyField(Centre, backref="+")
        lat = p.DoubleField()
        lon = p.DoubleField()
        visits = p.IntegerField()
        first_on = p.CharField(max_length=10)
        last_on = p.CharField(max_length=10)
        spread_m = p.IntegerField()
        moves_m = p.IntegerField(null=True)
        proposed_by = p.ForeignKeyField(Account, backref="+")
        proposed_at = p.CharField(max_length=27)
        confirmed_by = p.ForeignKeyField(Account, null=True, backref="+")
        confirmed_at = p.CharField(max_length=27, null=True)

        class Meta:
            table_name = "point_proposal"

    return Account, Centre, PointProposal


def up(migrator, db):
    every = tables()
    with db.bind_ctx(every):
        db.create_tables(every[-1:])


def down(migrator, db):
    every = tables()
    with db.bind_ctx(every):
        db.drop_tables(every[-1:])
