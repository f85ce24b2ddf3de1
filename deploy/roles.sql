-- The roles and the database of one installation. Run it with psql as a superuser, as often as you like:
--
--     OWNER_PASSWORD=… WEB_PASSWORD=… IMPORT_PASSWORD=… psql -v ON_ERROR_STOP=1 -f deploy/roles.sql postgres
--
-- clinic_owner runs `migrate` and owns all tables; clinic_web is what web processes sign in as, with the rights of
-- clinic_app; clinic_scripts is what imports sign in as, with the rights of clinic_import. A role that is there keeps its password.

\getenv owner_password OWNER_PASSWORD
\getenv web_password WEB_PASSWORD
\getenv import_password IMPORT_PASSWORD

select format('create role %I %s', name, attributes)
  from (values ('clinic_app', 'nologin'),
               ('clinic_import', 'nologin'),
               ('clinic_owner', format('login password %L', :'owner_password')),
               ('clinic_web', format('login password %L', :'web_password')),
               ('clinic_scripts', format('login password %L', :'import_password'))) as wanted (name, attributes)
 where not exists (select from pg_roles where rolname = name)
\gexec

grant clinic_app to clinic_web;
grant clinic_import to clinic_scripts;

select 'create database clinic owner clinic_owner template template0 encoding ''UTF8'' locale ''C.UTF-8'''
 where not exists (select from pg_database where datname = 'clinic')
\gexec

-- Nobody else signs in to it.
revoke connect, temporary on database clinic from public;
grant connect, temporary on database clinic to clinic_app, clinic_import;
