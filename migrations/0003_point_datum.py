"""The datum that a centre's point was given in, beside its source and confidence."""

import peewee as p


def up(migrator, db):
    migrator.migrate(migrator.add_column("centre", "point_datum", p.CharField(max_length=16, null=True)))
    db.execute_sql("UPDATE centre SET point_datum = 'WGS-84' WHERE lat IS NOT NULL")


def down(migrator, db):
    migrator.migrate(migrator.drop_column("centre", "point_datum"))
