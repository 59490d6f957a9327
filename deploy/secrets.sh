#!/bin/sh
# Makes the secrets that deploy/compose.yaml and deploy/kubernetes/trial read, each in a file, in the folder that is
# named. Files that are there already stay.
#   ./secrets.sh secrets                     (compose)
#   ./secrets.sh kubernetes/trial/secrets    (kubernetes)
set -eu
folder=${1:?usage: secrets.sh FOLDER}
umask 077
mkdir -p "$folder"
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
keep() { [ -e "$folder/$1" ] || printf %s "$2" >"$folder/$1"; }
keep private-token "$(random)"
keep link-secret "$(random)"
keep stockist-secret "$(random)"
keep screening-secret "$(random)"
keep carrier-secret "$(random)"
keep mail-secret "$(random)"
keep postgres-password "$(random)"
keep nats-password "$(random)"
password=$(cat "$folder/nats-password")
case $folder in
*kubernetes*) nodes='nats-0.nats nats-1.nats nats-2.nats' ;;
*) nodes='nats-0 nats-1 nats-2' ;;
esac
urls= routes=
for node in $nodes; do
	urls="$urls,nats://webshop:$password@$node:4222"
	routes="$routes,\"nats://route:$password@$node:6222\""
done
keep nats-url "${urls#,}"
keep nats-routes "[${routes#,}]"
keep owner-url "postgres://webshop:$(cat "$folder/postgres-password")@postgres/webshop?sslmode=disable"
for service in order fraud approval delivery stock finance email database; do # a user for each, who may do what it does
	keep "database-url-$service" "postgres://shop_$service:$(random)@postgres/webshop?sslmode=disable"
done
# Containers run as another user; the folder itself keeps others out.
chmod 444 "$folder"/*
