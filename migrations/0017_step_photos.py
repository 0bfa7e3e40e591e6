"""The photos that steps of findings rest on, by photo; findings by state and day for those who read all counties'."""

import json

import peewee as p


class Base(p.Model):
    class Meta:
        legacy_table_names = False


def tables():
    class FindingStep(Base):
        photos = p.TextField()

        class Meta:
            table_name = "finding_step"

    class StepPhoto(Base):
        step = p.ForeignKeyField(FindingStep, backref="+", on_delete="CASCADE")
        digest = p.CharField(max_length=64, index=True)

        class Meta:
            table_name = "step_photo"

    return FindingStep, StepPhoto


def up(migrator, db):
    step, photo = every = tables()
    with db.bind_ctx(every):
        db.create_tables([photo])
        for number, photos in list(step.select(step.id, step.photos).order_by(step.id).tuples()):
            named = [{"step": number, "digest": each} for each in json.loads(photos)]
            if named:
                photo.insert_many(named).execute()
    migrator.migrate(migrator.add_index("finding", ("state", "due_on")))


def down(migrator, db):
    every = tables()
    migrator.migrate(migrator.drop_index("finding", "finding_state_due_on"))
    with db.bind_ctx(every):
        db.drop_tables(every[-1:])
