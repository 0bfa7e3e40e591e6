"""How many photos still wait on a device, as the device itself says."""

import peewee as p


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("token", "waiting", p.IntegerField(null=True)),
        migrator.add_column("token", "waiting_at", p.CharField(max_length=27, null=True)),
    )


def down(migrator, db):
    migrator.migrate(migrator.drop_column("token", "waiting"), migrator.drop_column("token", "waiting_at"))
