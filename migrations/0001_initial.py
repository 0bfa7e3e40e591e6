"""The tables of the first release, frozen here: later changes of the models are migrations of their own."""

import peewee as p


class Base(p.Model):
    class Meta:
        legacy_table_names = False


def text(length, **kwargs):
    return p.CharField(max_length=length, **kwargs)


def tables():
    class Division(Base):
        scheme = text(32)
        edition = p.IntegerField()
        code = text(12)
        name = text(64)
        level = text(16)
        parent = p.ForeignKeyField("self", null=True)
        traits = p.TextField()
        bounds = p.TextField(null=True)

        class Meta:
            indexes = ((("scheme", "edition", "code"), True), (("level", "code"), False))

    class Account(Base):
        name = text(64, unique=True)
        display = text(64)
        roles = p.TextField()
        division = p.ForeignKeyField(Division, null=True)
        password = text(128, null=True)
        created_at = text(27)
        disabled_at = text(27, null=True)

    class Token(Base):
        account = p.ForeignKeyField(Account)
        digest = text(64, unique=True)
        device = text(128)
        created_at = text(27)
        expires_at = text(27)
        revoked_at = text(27, null=True)

    class TrailLine(Base):
        seq = p.BigIntegerField(primary_key=True)
        at = text(27, index=True)
        actor_id = p.IntegerField(null=True, index=True)
        actor = text(64)
        device = text(128)
        action = text(64, index=True)
        subject = text(128, index=True)
        detail = p.TextField()
        previous = text(64)
        digest = text(64)

        class Meta:
            table_name = "trail"

    class Centre(Base):
        id = p.UUIDField(primary_key=True)
        division = p.ForeignKeyField(Division, backref="a")
        county = p.ForeignKeyField(Division, backref="b")
        township = p.ForeignKeyField(Division, backref="c")
        level = text(16)
        code = text(12)
        name = text(100)
        spelling = text(100)
        tier = text(16)
        demonstration = p.BooleanField()
        status = text(16)
        population = p.IntegerField(null=True)
        population_source = text(100, null=True)
        lat = p.DoubleField(null=True)
        lon = p.DoubleField(null=True)
        point_source = text(100, null=True)
        point_confidence = text(16, null=True)

        class Meta:
            indexes = (
                (("division", "level", "spelling"), True),
                (("county", "level", "code"), False),
                (("level", "code"), False),
            )

    class Edition(Base):
        id = text(64, primary_key=True)
        kind = text(16)
        level = text(16, null=True)
        digest = text(64)
        content = p.TextField()
        published_at = text(27)

        class Meta:
            indexes = ((("kind", "level", "id"), False),)

    class Baseline(Base):
        edition = p.ForeignKeyField(Edition)
        version = p.IntegerField()
        inspection = p.UUIDField(unique=True)
        centre_name = text(100)
        answers = p.TextField()
        unusual = p.TextField()
        sample = p.BooleanField()
        proposed_by = p.IntegerField(index=True)
        confirmed_by = p.IntegerField(null=True, index=True)
        adopted_at = text(27, null=True)

        class Meta:
            indexes = ((("edition", "version"), True),)

    class Round(Base):
        code = text(32, unique=True)
        name = text(64)
        area = p.ForeignKeyField(Division)
        opens_on = text(10)
        closes_on = text(10)
        state = text(16)
        sample = p.BooleanField()
        ranking_policy = p.ForeignKeyField(Edition, backref="a")
        card_policy = p.ForeignKeyField(Edition, backref="b")
        created_at = text(27)

    class RoundLevel(Base):
        round = p.ForeignKeyField(Round)
        level = text(16)
        edition = p.ForeignKeyField(Edition)
        baseline = p.ForeignKeyField(Baseline, null=True)

        class Meta:
            indexes = ((("round", "level"), True),)

    class Photo(Base):
        digest = text(64, primary_key=True)
        key = text(128)
        media_type = text(32)
        bytes = p.BigIntegerField()
        width = p.IntegerField()
        height = p.IntegerField()
        dhash = text(16)
        exif = p.TextField()
        received_at = text(27)

    class PhotoSender(Base):
        photo = p.ForeignKeyField(Photo)
        account = p.ForeignKeyField(Account)
        received_at = text(27)

        class Meta:
            indexes = ((("photo", "account"), True),)

    class Inspection(Base):
        id = p.UUIDField(primary_key=True)
        round = p.ForeignKeyField(Round)
        centre = p.ForeignKeyField(Centre)
        edition = p.ForeignKeyField(Edition)
        level = text(16)
        tier = text(16)
        kind = text(16)
        state = text(16)
        revision = p.IntegerField()
        version = p.IntegerField()
        started_at = text(27)
        finished_at = text(27)
        received_at = text(27)
        flags = p.TextField()

        class Meta:
            indexes = (
                (("round", "state", "level"), False),
                (("centre", "finished_at"), False),
                (("received_at", "id"), False),
            )

    class Revision(Base):
        inspection = p.ForeignKeyField(Inspection)
        number = p.IntegerField()
        digest = text(64)
        body = p.TextField()
        sender = p.ForeignKeyField(Account)
        received_at = text(27)

        class Meta:
            indexes = ((("inspection", "number"), True),)

    class KeptAside(Base):
        inspection = p.ForeignKeyField(Inspection)
        number = p.IntegerField()
        digest = text(64)
        body = p.TextField()
        sender = p.ForeignKeyField(Account)
        received_at = text(27)

        class Meta:
            indexes = ((("inspection", "number", "digest"), True),)

    class Participant(Base):
        inspection = p.ForeignKeyField(Inspection)
        account = p.ForeignKeyField(Account)

        class Meta:
            indexes = ((("inspection", "account"), True),)

    class ItemPhoto(Base):
        inspection = p.ForeignKeyField(Inspection)
        item = text(16)
        digest = text(64, index=True)

        class Meta:
            indexes = ((("inspection", "item", "digest"), True),)

    class Review(Base):
        inspection = p.ForeignKeyField(Inspection)
        revision = p.IntegerField()
        reviewer = p.ForeignKeyField(Account)
        decision = text(16)
        comment = p.TextField(null=True)
        reasons = p.TextField()
        at = text(27)

    class Score(Base):
        inspection = p.ForeignKeyField(Inspection, primary_key=True)
        baseline = p.ForeignKeyField(Baseline, null=True)
        total = p.IntegerField(null=True)
        met = p.IntegerField()
        assessable = p.IntegerField()
        county_duties = p.TextField()
        vetoes = p.TextField()
        summary = p.TextField()
        explanation = p.TextField()
        digest = text(64)
        computed_at = text(27)

    return [
        Division, Account, Token, TrailLine, Centre, Edition, Baseline, Round, RoundLevel, Photo, PhotoSender,
        Inspection, Revision, KeptAside, Participant, ItemPhoto, Review, Score,
    ]  # fmt: skip


def up(migrator, db):
    models = tables()
    with db.bind_ctx(models, bind_refs=False, bind_backrefs=False):
        db.create_tables(models, safe=False)


def down(migrator, db):
    models = tables()
    with db.bind_ctx(models, bind_refs=False, bind_backrefs=False):
        db.drop_tables(models)
