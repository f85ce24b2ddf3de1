-- Access: who may see what can change without a browser noticing; open sockets are checked again when it does.
--
-- Always holds: signing out, another password or status, and rights given or taken are told under the topic "access".
-- Race it survives: as for every watched table; who is told late was checked before.
-- Order: after tracking. It watches Django's own tables of sessions and accounts, whatever else is counted.

select stats.watch('django_session', 'access', with_inserts => false);
select stats.watch('auth_user', 'access', with_inserts => false);
select stats.watch('auth_user_groups', 'access', with_inserts => false);
select stats.watch('auth_user_user_permissions', 'access', with_inserts => false);
select stats.watch('auth_group_permissions', 'access', with_inserts => false);
