package rules

import "acme.example/webshop/delivery"

// Capacities tells how many deliveries a slot of each market, and of each zone that is counted by itself, holds at most, by any of the texts: a slot that was filled
// under one version keeps its bookings under the next.
func Capacities(texts ...[]byte) (map[string]int, error) {
	room := map[string]int{}
	for _, text := range texts {
		set, err := Parse(text)
		if err != nil {
			return nil, err
		}
		for market, calendar := range set.Delivery.Calendars {
			room[market] = max(room[market], calendar.Capacity)
			for zone, holds := range calendar.Zones {
				pool := delivery.Pool(market, zone)
				room[pool] = max(room[pool], holds)
			}
		}
	}
	return room, nil
}
