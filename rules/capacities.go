package rules

// Capacities tells how many deliveries a slot of each market holds at most, by any of the texts: a slot that was filled
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
		}
	}
	return room, nil
}
