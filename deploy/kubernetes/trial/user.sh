#!/bin/sh
# Runs once, when the database is made: for each service a role, and a user who logs in as a member of it. They own nothing; what
# each role may do is granted by 'webshop migrate'.
set -eu
for service in order fraud approval delivery stock finance email database; do
	password=$(sed 's|^[^:]*://[^:]*:\([^@]*\)@.*|\1|' "/run/secrets/database-url-$service")
	psql --set ON_ERROR_STOP=1 --set role="webshop_$service" --set user="shop_$service" --set password="$password" \
		--username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<-'SQL'
		CREATE ROLE :role NOLOGIN;
		CREATE ROLE :user LOGIN PASSWORD :'password' IN ROLE :role;
	SQL
done
