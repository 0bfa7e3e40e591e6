"""Photos are received first and checked later; which of them look alike."""

import peewee as p


class Base(p.Model):
    class Meta:
        legacy_table_names = False


def tables():
    class Photo(Base):
        digest = p.CharField(max_length=64, primary_key=True)

    class PhotoSlot(Base):
        photo = p.ForeignKeyField(Photo, backref="+")
        slot = p.IntegerField(index=True)

        class Meta:
            table_name = "photo_slot"
            indexes = ((("photo", "slot"), True),)

    class PhotoTwin(Base):
        photo = p.ForeignKeyField(Photo, backref="+")
        twin = p.ForeignKeyField(Photo, backref="+")
        distance = p.IntegerField()

        class Meta:
            table_name = "photo_twin"
            indexes = ((("photo", "twin"), True),)

    return Photo, PhotoSlot, PhotoTwin


def up(migrator, db):
    photo, *new = tables()
    migrator.migrate(
        # what was kept before was checked before its answer
        migrator.add_column("photo", "state", p.CharField(max_length=16, default="accepted")),
        migrator.add_column("photo", "problem", p.TextField(null=True)),
        migrator.add_column("photo", "checked_at", p.CharField(max_length=27, null=True)),
        migrator.add_column("photo", "leased_until", p.CharField(max_length=27, null=True)),
        migrator.add_column("photo", "tries", p.IntegerField(default=0)),
        migrator.drop_not_null("photo", "dhash"),
        migrator.add_index("photo", ("state", "received_at"), False),
    )
    db.execute_sql("UPDATE photo SET checked_at = received_at")
    db.execute_sql("UPDATE photo SET state = 'removed' WHERE removed_at IS NOT NULL")
    with db.bind_ctx([photo, *new]):
        db.create_tables(new)


def down(migrator, db):
    photo, *new = tables()
    with db.bind_ctx([photo, *new]):
        db.drop_tables(new[::-1])
    db.execute_sql("DELETE FROM photo_sender WHERE photo_id IN (SELECT digest FROM photo WHERE dhash IS NULL)")
    db.execute_sql("DELETE FROM photo WHERE dhash IS NULL")
    migrator.migrate(
        migrator.drop_index("photo", "photo_state_received_at"),
        migrator.add_not_null("photo", "dhash"),
        *(migrator.drop_column("photo", name) for name in ("tries", "leased_until", "checked_at", "problem", "state")),
    )
