package app

import (
	"context"
	"fmt"
	"net/http"

	"acme.example/webshop/rules"
)

// Capacities tells how many deliveries a slot of each market holds, by a file of rules; "" is the built-in ones.
func Capacities(file string) (map[string]int, error) {
	text, err := Config{ShopFile: file}.firstRules()
	if err != nil {
		return nil, err
	}
	room := map[string]int{}
	return room, widen(room, text)
}

// Capacities tells how many deliveries a slot of each market held at most, by all versions of the shop's rules: a slot that
// was filled under one keeps its bookings under the next.
func (d Desk) Capacities(ctx context.Context) (map[string]int, error) {
	listed, err := d.listRules(ctx)
	if err != nil {
		return nil, err
	}
	room := map[string]int{}
	for _, v := range listed.Versions {
		var one rules.ListedVersion
		if err := d.call(ctx, http.MethodGet, versionPath(v.Version), nil, &one); err != nil {
			return nil, err
		}
		if err := widen(room, []byte(one.Text)); err != nil {
			return nil, fmt.Errorf("version %d: %w", v.Version, err)
		}
	}
	return room, nil
}

// widen makes room for what rules allow.
func widen(room map[string]int, text []byte) error {
	set, err := rules.Parse(text)
	if err != nil {
		return err
	}
	for market, calendar := range set.Delivery.Calendars {
		room[market] = max(room[market], calendar.Capacity)
	}
	return nil
}
