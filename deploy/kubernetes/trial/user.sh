#!/bin/sh
# Runs once, when the database is made: the user as whom the shop runs, who owns nothing ('webshop migrate --grant-to').
set -eu
psql --set ON_ERROR_STOP=1 --set password="$(cat /run/secrets/shop-password)" \
	--username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<-'SQL'
	CREATE ROLE shop LOGIN PASSWORD :'password';
SQL
