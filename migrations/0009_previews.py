"""Small pictures that phones send ahead of originals."""

import peewee as p


class Base(p.Model):
    class Meta:
        legacy_table_names = False


def tables():
    class Account(Base):
        pass

    class PhotoPreview(Base):
        digest = p.CharField(max_length=64)
        account = p.ForeignKeyField(Account, backref="+")
        key = p.CharField(max_length=128)
        bytes = p.IntegerField()
        width = p.IntegerField()
        height = p.IntegerField()
        received_at = p.CharField(max_length=27)

        class Meta:
            table_name = "photo_preview"
            indexes = ((("digest", "account"), True),)

    return Account, PhotoPreview


def up(migrator, db):
    every = tables()
    with db.bind_ctx(every):
        db.create_tables(every[-1:])


def down(migrator, db):
    every = tables()
    with db.bind_ctx(every):
        db.drop_tables(every[-1:])
