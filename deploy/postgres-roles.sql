-- Three roles with no more rights than their work needs. Run once, as a superuser, in the new database:
--   psql -d kpi -v ON_ERROR_STOP=1 -f deploy/postgres-roles.sql
-- then give each a password: alter role kpi_builder password '…';
--
-- kpi_builder  builds and publishes, owns the registry: `python -m warehouse build`, `upgrade`, `move`, `restore`, `backup`
-- kpi_writer   the app: reads the figures of every version, adds rows to the registry, changes no figure
-- kpi_reader   reports and tools of the department: reads the views of schema marts, with exact small counts. Other roles
--              that read them get the rows of their units in the table versions.reader, which the first build creates
--
-- Roles are of the server: those that another of its databases has already stay as they are.

select format('create role %I login', wanted)
from unnest(array['kpi_builder', 'kpi_writer', 'kpi_reader']) as wanted
where not exists (select from pg_roles where rolname = wanted) \gexec

select format('grant create, connect on database %I to kpi_builder', current_database()) \gexec
select format('grant connect on database %I to kpi_writer, kpi_reader', current_database()) \gexec
select format('revoke all on database %I from public', current_database()) \gexec

-- The registry. Triggers refuse changes of what is append-only, also to the builder.
revoke all on schema public from public;
grant usage, create on schema public to kpi_builder;
grant usage on schema public to kpi_writer;
alter default privileges for role kpi_builder in schema public
grant select, insert, update, delete on tables to kpi_writer;
alter default privileges for role kpi_builder in schema public grant usage, select on sequences to kpi_writer;

-- The views of the published version.
create schema marts authorization kpi_builder;
grant usage on schema marts to kpi_writer, kpi_reader;
alter default privileges for role kpi_builder in schema marts grant select on tables to kpi_writer, kpi_reader;

-- The versions: a build lets those who may use this schema read the marts of every version.
create schema versions authorization kpi_builder;
grant usage on schema versions to kpi_writer;
alter default privileges for role kpi_builder in schema versions grant select on tables to kpi_writer;
