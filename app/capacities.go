package app

import "acme.example/webshop/rules"

// Capacities returns how many deliveries a slot of each market holds, by a file of rules; "" means the built-in ones.
func Capacities(file string) (map[string]int, error) {
	text, err := Config{ShopFile: file}.firstRules()
	if err != nil {
		return nil, err
	}
	return rules.Capacities(text)
}
