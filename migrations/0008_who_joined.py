"""When somebody who was named on a visit said that they were on it."""

import peewee as p


def up(migrator, db):
    migrator.migrate(migrator.add_column("participant", "joined_at", p.CharField(max_length=27, null=True)))
    # before this, whoever was named was on the visit
    db.execute_sql(
        "UPDATE participant SET joined_at = (SELECT received_at FROM inspection WHERE inspection.id = inspection_id)"
    )


def down(migrator, db):
    migrator.migrate(migrator.drop_column("participant", "joined_at"))
