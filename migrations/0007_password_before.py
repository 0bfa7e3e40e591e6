"""The password that was replaced, so that nobody goes straight back to it."""

import peewee as p


def up(migrator, db):
    migrator.migrate(migrator.add_column("account", "password_before", p.CharField(max_length=128, null=True)))


def down(migrator, db):
    migrator.migrate(migrator.drop_column("account", "password_before"))
