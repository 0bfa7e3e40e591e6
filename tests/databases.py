"""Databases of a real PostgreSQL for tests: made once, and given back as they were instead of being copied anew.

A copy takes 100 ms of computing, and a test writes to a handful of small tables. So each table of what is copied has
its first content in the schema `kept`, and a trigger that notes who is written to; afterwards those alone are put back.
"""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor

import psycopg

PREPARE = """
CREATE SCHEMA kept;
CREATE UNLOGGED TABLE kept.written (name text);
CREATE FUNCTION kept.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
  $$ BEGIN INSERT INTO kept.written VALUES (TG_TABLE_NAME); RETURN NULL; END $$;
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', name, name);
    EXECUTE format('CREATE TRIGGER kept_note AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.%I '
                   'FOR EACH STATEMENT EXECUTE FUNCTION kept.note()', name);
  END LOOP;
END $$;
CREATE TABLE kept.sequences AS SELECT sequencename AS name, last_value AS value FROM pg_sequences
  WHERE schemaname = 'public';
-- whoever changes the tables themselves leaves nothing that could be put back
CREATE FUNCTION kept.changed() RETURNS event_trigger LANGUAGE plpgsql AS
  $$ BEGIN INSERT INTO kept.written VALUES (NULL); END $$;
CREATE EVENT TRIGGER kept_changed ON ddl_command_end EXECUTE FUNCTION kept.changed();
"""
RELEASE = "DROP EVENT TRIGGER kept_changed; DROP SCHEMA kept CASCADE"
PUT_BACK = """
DO $$ DECLARE table_name text; sequence record; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR table_name IN SELECT DISTINCT name FROM kept.written LOOP
    EXECUTE format('DELETE FROM public.%I', table_name);
    EXECUTE format('INSERT INTO public.%I SELECT * FROM kept.%I', table_name, table_name);
  END LOOP;
  DELETE FROM kept.written;
  FOR sequence IN SELECT * FROM kept.sequences LOOP
    PERFORM setval(format('public.%I', sequence.name), coalesce(sequence.value, 1), sequence.value IS NOT NULL);
  END LOOP;
END $$
"""
OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
END_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


class Server:
    """Gives out databases by what they are copies of, and takes them back."""

    def __init__(self, uri: str):
        self.uri, self.made = uri, 0
        self.template: dict[str, str] = {}  # of each database that was given out
        self.spares: dict[str, list[Future]] = {}
        self.beside = ThreadPoolExecutor(1)

    def url(self, name: str) -> str:
        return self.uri.replace("/postgres?", f"/{name}?")

    def create(self, name: str, template: str = "template1") -> str:
        """A new database that is not given back; its URL."""
        self._alone(template)
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.url(name)

    def keep(self, name: str) -> None:
        """From now on there are copies of this database to be had."""
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            if connection.execute("SELECT to_regnamespace('kept') IS NOT NULL").fetchone()[0]:
                connection.execute(RELEASE)
            connection.execute(PREPARE)
        self.spares[name] = []

    def copy(self, template: str) -> str:
        """The name of a copy that nobody uses."""
        spares = self.spares[template]
        name = (spares.pop(0) if spares else self.beside.submit(self._made, template)).result()
        if not spares:
            spares.append(self.beside.submit(self._made, template))
        self.template[name] = template
        return name

    def replace(self, name: str, template: str) -> None:
        """A copy of something else takes the name of a database that was given out."""
        other, parked = self.copy(template), self._next()
        for old, new in ((name, parked), (other, name)):
            self._alone(old)
            self._run(f'ALTER DATABASE "{old}" RENAME TO "{new}"')
            self.template[new] = self.template.pop(old)
        self.give_back(parked)

    def give_back(self, name: str) -> None:
        """Make it fit for another test, while the next one runs."""
        template = self.template.pop(name)
        self.spares[template].append(self.beside.submit(self._put_back, name, template))

    def drop(self, name: str) -> None:
        self.beside.submit(self._run, f'DROP DATABASE "{name}" WITH (FORCE)')

    def close(self) -> None:
        self.beside.shutdown(wait=True, cancel_futures=True)

    def _next(self) -> str:
        self.made += 1
        return f"test{self.made}"

    def _made(self, template: str) -> str:
        name = self._next()
        self.create(name, template)
        return name

    def _put_back(self, name: str, template: str) -> str:
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute(END_OTHERS, [name])
            if not connection.execute("SELECT 1 FROM kept.written WHERE name IS NULL").fetchone():
                connection.execute(PUT_BACK)
                return name
        self._run(f'DROP DATABASE "{name}" WITH (FORCE)')
        self.create(name, template)
        return name

    def _alone(self, name: str) -> None:
        """Wait for those who have just hung up: the server itself would look for them only every 100 ms."""
        with psycopg.connect(self.uri, autocommit=True) as connection:
            while connection.execute(OTHERS, [name]).fetchone()[0]:
                connection.execute(END_OTHERS, [name])
                time.sleep(0.001)

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(statement)
