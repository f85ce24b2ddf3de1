"""Writers that know nothing of the application: import scripts, pandas, psql."""
