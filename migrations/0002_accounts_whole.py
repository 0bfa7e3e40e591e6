"""Passwords that age, second factors, idle devices, lock-outs that outlive a restart, the one-time set-up link."""

import peewee as p


class Base(p.Model):
    class Meta:
        legacy_table_names = False


def text(length, **kwargs):
    return p.CharField(max_length=length, **kwargs)


def tables():
    class SignInFailure(Base):
        name = text(64)
        at = text(27)

        class Meta:
            table_name = "sign_in_failure"
            indexes = ((("name", "at"), False),)

    class SetupLink(Base):
        digest = text(64, primary_key=True)
        created_at = text(27)
        expires_at = text(27)

        class Meta:
            table_name = "setup_link"

    return [SignInFailure, SetupLink]


COLUMNS = (
    ("account", "must_change", lambda: p.BooleanField(default=False)),
    ("account", "password_changed_at", lambda: text(27, null=True)),
    ("account", "second_factor", lambda: text(64, null=True)),
    ("account", "second_factor_pending", lambda: text(64, null=True)),
    ("account", "second_factor_step", lambda: p.BigIntegerField(null=True)),
    ("token", "last_used_at", lambda: text(27, null=True)),
)


def up(migrator, db):
    for table, column, field in COLUMNS:
        migrator.migrate(migrator.add_column(table, column, field()))
    # passwords that stand already age from the day their account was opened
    db.execute_sql("UPDATE account SET password_changed_at = created_at WHERE password IS NOT NULL")
    models = tables()
    with db.bind_ctx(models, bind_refs=False, bind_backrefs=False):
        db.create_tables(models, safe=False)


def down(migrator, db):
    models = tables()
    with db.bind_ctx(models, bind_refs=False, bind_backrefs=False):
        db.drop_tables(models)
    for table, column, _ in reversed(COLUMNS):
        migrator.migrate(migrator.drop_column(table, column))
