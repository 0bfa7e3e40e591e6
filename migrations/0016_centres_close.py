"""Why a centre was closed, into which one it went, and tables of centres while somebody looks at what they would do."""

import peewee as p


class Base(p.Model):
    class Meta:
        legacy_table_names = False


def tables():
    class Account(Base):
        pass

    class Centre(Base):
        id = p.UUIDField(primary_key=True)

    class CentreTable(Base):
        digest = p.CharField(max_length=64)
        account = p.ForeignKeyField(Account, backref="+")
        name = p.CharField(max_length=200)
        packed = p.TextField()
        sent_at = p.CharField(max_length=27)

        class Meta:
            table_name = "centre_table"
            indexes = ((("digest", "account"), True),)

    return Account, Centre, CentreTable


def up(migrator, db):
    _, centre, table = every = tables()
    with db.bind_ctx(every):
        db.create_tables([table])
        into = p.ForeignKeyField(centre, field=centre.id, null=True, backref="+")
        migrator.migrate(
            migrator.add_column("centre", "closed_why", p.CharField(max_length=200, null=True)),
            migrator.add_column("centre", "merged_into_id", into),
        )


def down(migrator, db):
    every = tables()
    with db.bind_ctx(every):
        db.drop_tables(every[-1:])
    migrator.migrate(
        migrator.drop_index("centre", "centre_merged_into_id"),
        migrator.drop_column("centre", "merged_into_id"),
        migrator.drop_column("centre", "closed_why"),
    )
