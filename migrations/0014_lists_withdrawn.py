"""Lists that were taken back: when, by whom and why."""

import peewee as p

PLAIN = {"withdrawn_at": p.CharField(max_length=27, null=True), "reason": p.TextField(null=True)}


class Account(p.Model):
    pass


def up(migrator, db):
    account = p.ForeignKeyField(Account, field=Account.id, null=True, backref="+")
    migrator.migrate(migrator.add_column("issued_list", "withdrawn_by_id", account))
    for name, field in PLAIN.items():
        migrator.migrate(migrator.add_column("issued_list", name, field))


def down(migrator, db):
    name = "withdrawn_by_id"
    migrator.migrate(
        migrator.drop_index("issued_list", f"issued_list_{name}"), migrator.drop_column("issued_list", name)
    )
    for name in PLAIN:
        migrator.migrate(migrator.drop_column("issued_list", name))
