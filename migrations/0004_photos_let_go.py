"""When the bytes of a photo were let go of by retention."""

import peewee as p


def up(migrator, db):
    migrator.migrate(migrator.add_column("photo", "removed_at", p.CharField(max_length=27, null=True)))


def down(migrator, db):
    migrator.migrate(migrator.drop_column("photo", "removed_at"))
